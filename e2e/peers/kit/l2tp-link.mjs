// A host on the virtual Ethernet of a User-Mode-Linux peer, in plain Node: no
// root, no raw socket. UML's "udp:" NET carries Ethernet frames in L2TPv3 over
// UDP on 127.0.0.1 (4 bytes 00 03 00 00, session id 1, frame). This speaks ARP
// and IPv4 (no fragmentation), so a test can send and receive any IP protocol:
// UDP 500/4500 and plain ESP (50) alike.
//   const link = await Link.open({ lport: 17102, rport: 17101, ip: '10.9.0.2' });
//   link.onIp = (proto, src, payload) => ...;  await link.sendIp(dst, proto, payload);
//   link.onUdp = (port, src, sport, data) => ...;  await link.sendUdp(dst, sport, dport, data);
import dgram from 'node:dgram';

const HDR = Buffer.from('0003000000000001', 'hex');
const ip4 = (s) => Buffer.from(s.split('.').map(Number));
export function sum16(...bufs) {
  let s = 0;
  const b = Buffer.concat(bufs);
  for (let i = 0; i < b.length; i += 2) s += (b[i] << 8) | (b[i + 1] ?? 0);
  while (s >> 16) s = (s & 0xffff) + (s >> 16);
  return ~s & 0xffff;
}
export class Link {
  onIp = null;
  onUdp = null;
  #arp = new Map();
  #wait = new Map();
  #id = 1;
  static async open({ lport, rport, ip, mac = '02:00:00:00:00:fe' }) {
    const l = new Link();
    Object.assign(l, { rport, ip, ipb: ip4(ip), mac: Buffer.from(mac.replace(/:/g, ''), 'hex') });
    l.sock = dgram.createSocket('udp4');
    l.sock.on('message', (m) => l.#frame(m));
    l.sock.on('error', () => {}); // ICMP errors while the peer is not up yet
    await new Promise((r) => l.sock.bind(lport, '127.0.0.1', r));
    return l;
  }
  close() {
    this.sock.close();
  }
  #send(dst, type, body) {
    const t = Buffer.alloc(2);
    t.writeUInt16BE(type);
    this.sock.send(Buffer.concat([HDR, dst, this.mac, t, body]), this.rport, '127.0.0.1');
  }
  #arpMsg(op, tmac, tip) {
    return Buffer.concat([Buffer.from([0, 1, 8, 0, 6, 4, 0, op]), this.mac, this.ipb, tmac, tip]);
  }
  #frame(m) {
    if (m.length < 22 || m.readUInt32BE(0) !== 0x00030000 || m.readUInt32BE(4) !== 1) return;
    const f = m.subarray(8),
      type = f.readUInt16BE(12),
      p = f.subarray(14);
    if (type === 0x0806 && p.length >= 28) {
      const smac = Buffer.from(p.subarray(8, 14)),
        sip = p.subarray(14, 18).join('.');
      this.#arp.set(sip, smac);
      this.#wait.get(sip)?.();
      if (p[7] === 1 && p.subarray(24, 28).equals(this.ipb))
        this.#send(smac, 0x0806, this.#arpMsg(2, smac, p.subarray(14, 18)));
    } else if (type === 0x0800 && p.subarray(16, 20).equals(this.ipb)) {
      const ihl = (p[0] & 15) * 4,
        data = p.subarray(ihl, p.readUInt16BE(2)),
        src = p.subarray(12, 16).join('.');
      this.onIp?.(p[9], src, data);
      if (p[9] === 17)
        this.onUdp?.(data.readUInt16BE(2), src, data.readUInt16BE(0), data.subarray(8, data.readUInt16BE(4)));
    }
  }
  async #resolve(dst) {
    for (let i = 0; i < 40 && !this.#arp.has(dst); i++) {
      this.#send(Buffer.alloc(6, 255), 0x0806, this.#arpMsg(1, Buffer.alloc(6), ip4(dst)));
      await new Promise((r) => {
        const t = setTimeout(r, 250);
        this.#wait.set(dst, () => {
          clearTimeout(t);
          r();
        });
      });
    }
    const mac = this.#arp.get(dst);
    if (!mac) throw new Error(`no ARP answer from ${dst}`);
    return mac;
  }
  async sendIp(dst, proto, payload) {
    const mac = await this.#resolve(dst),
      h = Buffer.alloc(20);
    h[0] = 0x45;
    h.writeUInt16BE(20 + payload.length, 2);
    h.writeUInt16BE(this.#id++ & 0xffff, 4);
    h.writeUInt16BE(0x4000, 6);
    h[8] = 64;
    h[9] = proto;
    this.ipb.copy(h, 12);
    ip4(dst).copy(h, 16);
    h.writeUInt16BE(sum16(h), 10);
    this.#send(mac, 0x0800, Buffer.concat([h, payload]));
  }
  async sendUdp(dst, sport, dport, data) {
    const u = Buffer.alloc(8);
    u.writeUInt16BE(sport, 0);
    u.writeUInt16BE(dport, 2);
    u.writeUInt16BE(8 + data.length, 4);
    const ph = Buffer.concat([this.ipb, ip4(dst), Buffer.from([0, 17]), u.subarray(4, 6)]);
    u.writeUInt16BE(sum16(ph, u, data) || 0xffff, 6);
    await this.sendIp(dst, 17, Buffer.concat([u, data]));
  }
}
