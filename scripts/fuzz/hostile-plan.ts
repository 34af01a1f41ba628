/**
 * What a hostile peer and the endpoint that it meets have in common, and what it does: drawn from a seed, so that each way through a
 * negotiation is met, and plain data, so that a plan that found something can be kept (vectors/fuzz-corpus).
 */
import { z } from 'zod';
import { seededProvider } from '../../src/domain/crypto/seeded-provider.ts';
import type { Authentication, Connection } from '../../src/domain/ike/connection.ts';
import { drawFrom } from '../../src/domain/ike/message/testing/mutate.ts';
import {
  espCiphers,
  forwardSecrecy,
  ikeCiphers,
  keyExchanges,
  prfs,
  sequenceNumbers,
} from '../../src/domain/ike/testing/agreement-plan.ts';
import { type ConnectionWish, clusterAddress, hostAddress } from '../../src/domain/ike/testing/builders.ts';
import { credentialOf } from '../../src/domain/ike/testing/certificates.ts';
import { signingKeyOf } from '../../src/domain/pki/testing/authority.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';

/** The quick ones of each kind: what a peer is asked is the same by the others, which are drawn seldom. */
const quickExchanges = ['x25519', 'ecp256', 'x25519-ecp256', 'x25519-ke1_ecp256', 'x25519-ke1_mlkem768'] as const;

const proofs = {
  psk: undefined,
  p256: { key: 'p256' },
  rsa2048: { key: 'rsa2048', rsaPadding: 'pkcs1' },
  rsa2048pss: { key: 'rsa2048', rsaPadding: 'pss' },
  ed25519: { key: 'ed25519' },
} as const;
type Proof = keyof typeof proofs;
export const proofNames = ['psk', 'p256', 'rsa2048', 'rsa2048pss', 'ed25519'] as const satisfies readonly Proof[];

/** RSA-PSS is seldom drawn: under a seed its signatures are made by arithmetic of our own. */
const drawnProofs = ['psk', 'psk', 'psk', 'p256', 'p256', 'rsa2048', 'rsa2048', 'ed25519', 'rsa2048pss'] as const;

export const hostilePlan = z.object({
  /** Of the damage, and of all that either end draws. */
  seed: z.number().int(),
  ike: z.string(),
  esp: z.string(),
  proof: z.enum(proofNames),
  isMobike: z.boolean(),
  isChildless: z.boolean(),
  isInUdp: z.boolean(),
  /** Of an IP packet: small ones make fragments of all but the first exchange (RFC 7383). */
  fragmentIpOctets: z.number().int(),
  /** It keeps quiet until it is trusted. */
  isQuietAtFirst: z.boolean(),
  /** Who begins each negotiation: it, or the endpoint that we look at. */
  beginner: z.enum(['host', 'cluster']),
});
export type HostilePlan = z.infer<typeof hostilePlan>;

export function drawHostilePlan(seed: number): HostilePlan {
  const draw = drawFrom(seed);
  const one = <T>(of: readonly [T, ...T[]]): T => of[draw(of.length)] ?? of[0];
  const secrecy = draw(2) === 0 ? [one(forwardSecrecy)] : [];
  return {
    ike: [one(ikeCiphers), one(prfs), one(draw(64) === 0 ? keyExchanges : quickExchanges)].join('-'),
    esp: [one(espCiphers), one(sequenceNumbers), ...secrecy].join('-'),
    proof: one(drawnProofs),
    isMobike: draw(3) === 0,
    isChildless: draw(3) === 0,
    isInUdp: draw(3) === 0,
    fragmentIpOctets: one([1280, 1280, 200]),
    isQuietAtFirst: draw(2) === 0,
    beginner: one(['host', 'cluster']),
    seed: draw(0x7fffffff),
  };
}

const names = { host: 'host.test', cluster: 'cluster.test' } as const;
type Name = keyof typeof names;

/** The connections of both ends. */
export async function endsOf(plan: HostilePlan): Promise<Readonly<Record<Name, ConnectionWish>>> {
  const more: Partial<Connection> = {
    ...(plan.isMobike && { mobike: 'offered' }),
    ...(plan.isChildless && { childless: 'force' }),
    forcesUdpEncapsulation: plan.isInUdp,
  };
  const end = async (name: Name, peer: Name, local: string, remote: string): Promise<ConnectionWish> => {
    const authentication = await authenticationOf(plan, name);
    const wish = { local, remote, ike: [plan.ike], esp: [plan.esp] };
    if (!authentication) return { ...wish, more };
    return { ...wish, id: names[name], peerId: names[peer], more: { ...more, authentication } };
  };
  const [host, cluster] = await Promise.all([
    end('host', 'cluster', hostAddress, clusterAddress),
    end('cluster', 'host', clusterAddress, hostAddress),
  ]);
  return { host, cluster };
}

/** Undefined: the pre-shared key that they have anyway. What a signature draws comes from the seed. */
async function authenticationOf({ proof, seed }: HostilePlan, name: Name): Promise<Authentication | undefined> {
  const wish = proofs[proof];
  if (!wish) return undefined;
  const { key, ...authentication } = wish;
  const certified = await credentialAt(name, key);
  return {
    ...{ ...certified, ...authentication },
    key: await signingKeyOf(key, seededProvider(nodeProvider, `${seed} ${name}`)),
  };
}

/** Made once: a certificate takes longer than a negotiation. */
const credentials = new Map<string, ReturnType<typeof credentialOf>>();

function credentialAt(name: Name, key: Parameters<typeof credentialOf>[0]['key']): ReturnType<typeof credentialOf> {
  const known = credentials.get(`${name} ${key}`) ?? credentialOf({ key, dns: names[name] });
  credentials.set(`${name} ${key}`, known);
  return known;
}
