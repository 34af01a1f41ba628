/** A forger who sends MAC after MAC learns nothing from how long each takes to refuse (RFC 7296 2.21.2). */
import { expect, test } from 'vitest';
import { equalOctets, type Octets } from './octets.ts';

/** The same octets, and how often one of them was looked at. */
function watched(octets: Octets): { readonly octets: Octets; looks(): number } {
  let looks = 0;
  const proxy = new Proxy(octets, {
    get(target, name) {
      if (typeof name === 'string' && /^\d+$/.test(name)) looks++;
      return Reflect.get(target, name, target);
    },
  });
  return { octets: proxy, looks: () => looks };
}

test('every octet is looked at, wherever the first difference is', () => {
  const mac = new Uint8Array(32).fill(7);
  for (let at = 0; at < mac.length; at++) {
    const shown = watched(mac.with(at, 8));

    expect(equalOctets(mac, shown.octets)).toBe(false);
    expect(shown.looks()).toBe(mac.length);
  }
  expect(equalOctets(mac, mac.slice())).toBe(true);
  expect(equalOctets(mac, mac.slice(1))).toBe(false);
});
