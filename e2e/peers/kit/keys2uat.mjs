#!/usr/bin/env node
// keys2uat FILE...   Prints tshark arguments, one a line, that decrypt a capture.
// FILE: a charon.log (IKE keys), a sa.log from "charon-up fake", or the output
// of "ip xfrm state" (ESP keys). Use:
//   mapfile -t A < <(keys2uat charon.log sa.log); tshark -r x.pcap "${A[@]}"
// Not covered: IKE SAs made by rekeying; ChaCha20-Poly1305 (tshark 4.0 lacks it).
import { readFileSync } from 'node:fs';

const out = [];
// strings stand in quotes; the IKE table's SPIs and keys are bare hex
const q = (x) => `"${x}"`,
  uat = (table, ...f) => out.push('-o', `uat:${table}:${f.join(',')}`);
const ikeEnc = [
  [/AES_GCM_16_(\d+)/, (m) => `AES-GCM-${m[1]} with 16 octet ICV [RFC5282]`],
  [/AES_CBC_(\d+)/, (m) => `AES-CBC-${m[1]} [RFC3602]`],
];
const ikeInt = [
  [/HMAC_SHA2_256_128/, 'HMAC_SHA2_256_128 [RFC4868]'],
  [/HMAC_SHA2_384_192/, 'HMAC_SHA2_384_192 [RFC4868]'],
  [/HMAC_SHA2_512_256/, 'HMAC_SHA2_512_256 [RFC4868]'],
  [/HMAC_SHA1_96/, 'HMAC_SHA1_96 [RFC2404]'],
];
const espInt = {
  'hmac(sha256)': 'HMAC-SHA-256-128 [RFC4868]',
  'hmac(sha384)': 'HMAC-SHA-384-192 [RFC4868]',
  'hmac(sha512)': 'HMAC-SHA-512-256 [RFC4868]',
  'hmac(sha1)': 'HMAC-SHA-1-96 [RFC2404]',
};
const seen = new Set();
function esp(src, dst, spi, enc, key, auth, akey) {
  const id = src + dst + spi;
  if (seen.has(id)) return;
  seen.add(id);
  const alg =
    enc === 'rfc4106(gcm(aes))'
      ? 'AES-GCM with 16 octet ICV [RFC4106]'
      : enc === 'cbc(aes)' || enc === 'aes'
        ? 'AES-CBC [RFC3602]'
        : null;
  if (!alg) return console.error(`keys2uat: tshark has no ${enc}: SPI ${spi} skipped`);
  uat(
    'esp_sa',
    ...[
      src.includes(':') ? 'IPv6' : 'IPv4',
      src,
      dst,
      spi,
      alg,
      `0x${key}`,
      auth ? espInt[auth] : 'NULL',
      auth ? `0x${akey}` : '',
    ].map(q),
  );
}
function charonLog(text) {
  const sas = new Map();
  let cur = null;
  for (const line of text.split('\n')) {
    const m = /^\S+ \d+\[(\w+)\] <(?:[^|>]*\|)?(\d+)> (.*)$/.exec(line);
    if (!m) continue;
    const [, , id, msg] = m,
      sa = sas.get(id) ?? {};
    sas.set(id, sa);
    let x;
    if ((x = /^\s+\d+: ((?:[0-9A-F]{2} )+)/.exec(msg))) {
      if (cur) sa[cur] += x[1].replace(/ /g, '').toLowerCase();
      continue;
    }
    cur = null;
    if ((x = /^(Sk_[ea][ir]) secret =>/.exec(msg)) && !sa.done) {
      cur = x[1];
      sa[cur] = '';
    } else if (/^natd_chunk =>/.test(msg)) {
      cur = 'natd';
      sa.natd = '';
    } else if ((x = /selected proposal: IKE:(\S+)/.exec(msg)) && !sa.prop) sa.prop = x[1];
    else if (/state change: CONNECTING => ESTABLISHED/.test(msg)) sa.done = true;
  }
  for (const sa of sas.values()) {
    if (!sa.Sk_ei || !sa.natd || !sa.prop) continue;
    const pick = (t) => {
      for (const [re, v] of t) {
        const m = re.exec(sa.prop);
        if (m) return typeof v === 'string' ? v : v(m);
      }
      return null;
    };
    const enc = pick(ikeEnc),
      aead = /GCM/.test(enc ?? '');
    if (!enc) {
      console.error(`keys2uat: tshark has no ${sa.prop}: IKE SA skipped`);
      continue;
    }
    uat(
      'ikev2_decryption_table',
      sa.natd.slice(0, 16),
      sa.natd.slice(16, 32),
      sa.Sk_ei,
      sa.Sk_er,
      q(enc),
      aead ? '' : sa.Sk_ai,
      aead ? '' : sa.Sk_ar,
      q(aead ? 'NONE [RFC4306]' : pick(ikeInt)),
    );
  }
}
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  if (/^src=/m.test(text)) {
    for (const l of text.matchAll(/^src=(\S+) dst=(\S+) spi=(\S+) .*$/gm)) {
      const aead = / aead=(\S+):(\w+)/.exec(l[0]),
        enc = / enc=(\S+):(\w+)/.exec(l[0]),
        au = / auth=(\S+):(\w+)/.exec(l[0]);
      if (aead) esp(l[1], l[2], l[3], aead[1], aead[2]);
      else if (enc) esp(l[1], l[2], l[3], enc[1], enc[2], au?.[1], au?.[2]);
    }
  } else if (/^src \S+ dst/m.test(text)) {
    for (const b of text.split(/^(?=src )/m)) {
      const h = /^src (\S+) dst (\S+)\s+proto esp spi (\S+)/.exec(b);
      if (!h) continue;
      const aead = /\saead (\S+) 0x(\w+)/.exec(b),
        enc = /\senc (\S+) 0x(\w+)/.exec(b),
        au = /\sauth-trunc (\S+) 0x(\w+)/.exec(b);
      if (aead) esp(h[1], h[2], h[3], aead[1], aead[2]);
      else if (enc) esp(h[1], h[2], h[3], enc[1], enc[2], au?.[1], au?.[2]);
    }
  } else charonLog(text);
}
console.log(out.join('\n'));
