#!/usr/bin/env node
// demo-node.mjs LPORT RPORT MYIP PEERIP [esp KEYHEX]
// Proof that plain Node talks to a UML peer over l2tp-link.mjs: an IKE_SA_INIT
// request to its port 500, and, with "esp", pings through AES-256-GCM ESP
// transport mode (SPI 0x1000 to the peer, 0x2000 back, same key both ways; the
// SAs were set in the guest with "ip xfrm").
import crypto from 'node:crypto';
import { Link, sum16 } from './l2tp-link.mjs';

const [lport, rport, ip, peer, mode, keyHex] = process.argv.slice(2);
const link = await Link.open({ lport: +lport, rport: +rport, ip });
const timeout = (ms) => new Promise((_, r) => setTimeout(() => r(new Error('timeout')), ms).unref());
const b = (h) => Buffer.from(h.replace(/ /g, ''), 'hex');
if (mode !== 'esp') {
  const tr = (more, type, id, keyLen) =>
    Buffer.concat([
      Buffer.from([more ? 3 : 0, 0, 0, keyLen ? 12 : 8, type, 0, id >> 8, id & 255]),
      keyLen ? b('800e0100') : b(''),
    ]);
  const trs = Buffer.concat([tr(1, 1, 20, 256), tr(1, 2, 6), tr(0, 4, 20)]); // AES-GCM-16-256, PRF-SHA384, ECP-384
  const pl = (next, body) => {
    const h = Buffer.alloc(4);
    h[0] = next;
    h.writeUInt16BE(body.length + 4, 2);
    return Buffer.concat([h, body]);
  };
  const prop = Buffer.concat([b('0000'), Buffer.from([0, trs.length + 8, 1, 1, 0, 3]), trs]);
  const dh = crypto.createECDH('secp384r1');
  dh.generateKeys();
  const body = Buffer.concat([
    pl(34, prop),
    pl(40, Buffer.concat([b('00140000'), dh.getPublicKey().subarray(1)])),
    pl(0, crypto.randomBytes(32)),
  ]);
  const hdr = Buffer.concat([crypto.randomBytes(8), Buffer.alloc(8), b('21202208 00000000'), Buffer.alloc(4)]);
  hdr.writeUInt32BE(28 + body.length, 24);
  const t0 = performance.now(),
    answer = new Promise((r) => {
      link.onUdp = (port, src, sport, d) => port === 500 && r([src, sport, d]);
    });
  await link.sendUdp(peer, 500, 500, Buffer.concat([hdr, body]));
  const [src, sport, d] = await Promise.race([answer, timeout(5000)]);
  console.log(
    `IKE: ${d.length} bytes from ${src}[${sport}] exchange ${d[18]} flags 0x${d[19].toString(16)} first payload ${d[16]} after ${(performance.now() - t0).toFixed(1)} ms`,
  );
} else {
  const key = b(keyHex),
    salt = key.subarray(32),
    k = key.subarray(0, 32);
  for (let seq = 1; seq <= 3; seq++) {
    const icmp = Buffer.concat([b('0800 0000 4242'), Buffer.from([0, seq]), Buffer.from('hello from node!')]);
    icmp.writeUInt16BE(sum16(icmp), 2);
    const pad = (4 - ((icmp.length + 2) % 4)) % 4,
      trailer = Buffer.from([...Array(pad).keys()].map((i) => i + 1).concat([pad, 1]));
    const head = Buffer.alloc(8);
    head.writeUInt32BE(0x1000);
    head.writeUInt32BE(seq, 4);
    const iv = Buffer.alloc(8);
    iv.writeUInt32BE(seq, 4);
    const c = crypto.createCipheriv('aes-256-gcm', k, Buffer.concat([salt, iv]));
    c.setAAD(head);
    const ct = Buffer.concat([c.update(Buffer.concat([icmp, trailer])), c.final(), c.getAuthTag()]);
    const t0 = performance.now(),
      answer = new Promise((r) => {
        link.onIp = (proto, _src, d) => proto === 50 && r(d);
      });
    await link.sendIp(peer, 50, Buffer.concat([head, iv, ct]));
    const d = await Promise.race([answer, timeout(5000)]);
    const dc = crypto.createDecipheriv('aes-256-gcm', k, Buffer.concat([salt, d.subarray(8, 16)]));
    dc.setAAD(d.subarray(0, 8));
    dc.setAuthTag(d.subarray(-16));
    const pt = Buffer.concat([dc.update(d.subarray(16, -16)), dc.final()]),
      pl = pt.at(-2);
    console.log(
      `ESP reply spi 0x${d.readUInt32BE(0).toString(16)} seq ${d.readUInt32BE(4)} next ${pt.at(-1)} icmp type ${pt[0]} seq ${pt[7]} "${pt.subarray(8, pt.length - 2 - pl)}" ${(performance.now() - t0).toFixed(2)} ms`,
    );
  }
}
link.close();
