/** What a hostile peer and the endpoint that it meets have in common: drawn, so that each way through a negotiation is met. */
import type { Draw } from '../../src/domain/ike/message/testing/mutate.ts';
import { espCiphers, forwardSecrecy, ikeCiphers, prfs } from '../../src/domain/ike/testing/agreement-plan.ts';
import { type ConnectionWish, clusterAddress, hostAddress } from '../../src/domain/ike/testing/builders.ts';
import { credentialOf } from '../../src/domain/ike/testing/certificates.ts';

/** The quick ones of each kind: what a peer is asked is the same by the others. */
const keyExchanges = ['x25519', 'ecp256', 'x25519-ecp256', 'x25519-ke1_ecp256', 'x25519-ke1_mlkem768'] as const;

export interface HostilePlan {
  readonly host: ConnectionWish;
  readonly cluster: ConnectionWish;
  /** Of an IP packet: small ones make fragments of all but the first exchange (RFC 7383). */
  readonly fragmentIpOctets: number;
}

const names = { host: 'host.test', cluster: 'cluster.test' } as const;
/** Made once: a certificate takes longer than a negotiation. */
const keys = ['p256', 'rsa2048'] as const;
const credentials = await Promise.all(
  keys.map(async (key) => ({
    host: await credentialOf({ key, dns: names.host }),
    cluster: await credentialOf({ key, dns: names.cluster }),
  })),
);

export function drawPlan(draw: Draw): HostilePlan {
  const one = <T>(of: readonly [T, ...T[]]): T => of[draw(of.length)] ?? of[0];
  const ike = [[one(ikeCiphers), one(prfs), one(keyExchanges)].join('-')];
  const secrecy = draw(2) === 0 ? [one(forwardSecrecy)] : [];
  const esp = [[one(espCiphers), 'noesn', ...secrecy].join('-')];
  const credential = credentials[draw(credentials.length + 1)]; // else by pre-shared key
  const more = {
    ...(draw(3) === 0 && { mobike: 'offered' as const }),
    ...(draw(3) === 0 && { childless: 'force' as const }),
    ...(draw(3) === 0 && { forcesUdpEncapsulation: true }),
  };
  const end = (name: keyof typeof names, local: string, remote: string, peer: keyof typeof names) => ({
    ...{ local, remote, ike, esp, more: { ...more, ...(credential && { authentication: credential[name] }) } },
    ...(credential && { id: names[name], peerId: names[peer] }),
  });
  return {
    host: end('host', hostAddress, clusterAddress, 'cluster'),
    cluster: end('cluster', clusterAddress, hostAddress, 'host'),
    fragmentIpOctets: one([1280, 1280, 200]),
  };
}
