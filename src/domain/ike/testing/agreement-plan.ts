/**
 * What the agreement property draws (agreement.ts): how both ends are configured, what each of them wishes and when, and what the wire
 * does meanwhile. What stands first is the plainest, and a failing plan shrinks to it.
 */
import fc from 'fast-check';
import type { Connection, Lifetime } from '../connection.ts';
import type { ConnectionWish } from './builders.ts';

export const ikeCiphers = [
  'aes256gcm16',
  'aes128gcm16',
  'chacha20poly1305',
  'aes256-sha256',
  'aes128-sha384',
  'aes256-sha512',
  'aes256ctr-sha256',
  'aes256ccm16',
  'aes128gcm12',
  'aes256gcm8',
] as const;
export const prfs = ['prfsha256', 'prfsha384', 'prfsha512', 'prfaesxcbc', 'prfaescmac'] as const;
const quickExchanges = ['x25519', 'ecp256', 'ecp384', 'x25519-ke1_ecp256-ke2_mlkem512', 'x25519-ke1_mlkem768'] as const;
const slowExchanges = ['ecp521', 'modp2048', 'modp3072', 'modp4096', 'ecp384-ke1_mlkem1024'] as const;
/** Of which one costs as much as a whole run by others. */
const largeExchanges = ['modp6144', 'modp8192'] as const;
export const keyExchanges = [...quickExchanges, ...slowExchanges, ...largeExchanges] as const;

export const espCiphers = [
  'aes256gcm16',
  'aes128gcm16',
  'chacha20poly1305',
  'aes256-sha256',
  'aes128-sha512',
  'aes256gmac',
  'aes192ctr-sha384',
  'aes128ccm16',
  'aes128gcm12',
  'aes256gcm8',
  'null-sha256',
] as const;
/** Both: as the replay windows of the two ends allow. */
export const sequenceNumbers = ['noesn', 'esn-noesn', 'esn'] as const;
/** A key exchange for each CHILD SA that does not come with IKE_AUTH (PFS). */
export const forwardSecrecy = ['x25519', 'ecp256', 'x25519-ke1_ecp256'] as const;

export const replayWindows = [64, 0, 32, 4096] as const;

const wishes = [
  'initiate',
  'rekeyChild',
  'rekeyIke',
  'deleteChild',
  'deleteIke',
  'reauthenticate',
  'drop',
  'wait',
] as const;
const often = ['rekeyChild', 'rekeyChild', 'rekeyIke', 'rekeyIke'] as const;
export type Wish = (typeof wishes)[number];

const anEnd = fc.constantFrom('host' as const, 'cluster' as const);

const aWish = fc.record({
  what: fc.constantFrom(...wishes, ...often),
  who: anEnd,
  afterMs: fc.constantFrom(0, 0, 3, 7, 12, 40, 700, 5000),
});

/** The shortest are seldom: a run of them rekeys fifty times, and costs as much as ten others. */
const aLifetimeMs = (longMs: number, shortMs: number) =>
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(0, 0, longMs) }, { weight: 1, arbitrary: fc.constant(shortMs) });

/** What an end has for itself and tells nobody; 0: no lifetime. */
const habits = fc.record({
  replayWindow: fc.constantFrom(...replayWindows),
  childRekeyMs: aLifetimeMs(50_000, 4_000),
  ikeRekeyMs: aLifetimeMs(70_000, 6_000),
  jitter: fc.constantFrom(0, 0.3),
  reauthenticates: fc.constantFrom(false, false, false, true),
});
type Habits = typeof habits extends fc.Arbitrary<infer Value> ? Value : never;

const aKeyExchange = fc.oneof(
  { weight: 474, arbitrary: fc.constantFrom(...quickExchanges) },
  { weight: 23, arbitrary: fc.constantFrom(...slowExchanges) },
  { weight: 3, arbitrary: fc.constantFrom(...largeExchanges) },
);

export const somePlan = fc.record({
  seed: fc.nat(),
  loss: fc.constantFrom(0, 0.1, 0.2, 0.4),
  duplicate: fc.constantFrom(0, 0.2),
  damage: fc.constantFrom(0, 0.1),
  jitterMs: fc.constantFrom(0, 30, 1500),
  fragmentIpOctets: fc.constantFrom(1280, 200),
  ike: fc.record({ cipher: fc.constantFrom(...ikeCiphers), prf: fc.constantFrom(...prfs), keyExchange: aKeyExchange }),
  esp: fc.record({
    cipher: fc.constantFrom(...espCiphers),
    numbers: fc.constantFrom(...sequenceNumbers),
    keyExchange: fc.option(fc.constantFrom(...forwardSecrecy)),
  }),
  isTunnel: fc.boolean(),
  isInUdp: fc.boolean(),
  isChildless: fc.constantFrom(false, false, true),
  host: habits,
  cluster: habits,
  beginner: fc.constantFrom('host' as const, 'host' as const, 'cluster' as const, 'both' as const),
  beginMs: fc.constantFrom(0, 8, 13, 100, 5000, 5000, 5000),
  wishes: fc.array(aWish, { minLength: 1, maxLength: 8 }),
});

export type AgreementPlan = typeof somePlan extends fc.Arbitrary<infer Plan> ? Plan : never;

/** The connection of one end. */
export function wishOf(plan: AgreementPlan, name: 'host' | 'cluster'): Partial<ConnectionWish> {
  const { replayWindow, childRekeyMs, ikeRekeyMs, jitter, reauthenticates } = plan[name];
  const more: Partial<Connection> = {
    ikeLifetime: lifetimeOf(ikeRekeyMs, jitter),
    reauthenticates,
    forcesUdpEncapsulation: plan.isInUdp,
    ...(plan.isChildless && { childless: 'force' }),
  };
  return {
    ike: [[plan.ike.cipher, plan.ike.prf, plan.ike.keyExchange].join('-')],
    esp: [[plan.esp.cipher, plan.esp.numbers, plan.esp.keyExchange].filter((word) => word !== null).join('-')],
    child: {
      mode: { want: plan.isTunnel ? 'tunnel' : 'transport', strictness: 'require' },
      lifetime: lifetimeOf(childRekeyMs, jitter),
      replayWindow,
    },
    more,
  };
}

/** The hard end comes while a rekey that is lost a few times is still repeated. */
const lifetimeOf = (rekeyAfterMs: number, jitter: Habits['jitter']): Lifetime =>
  rekeyAfterMs === 0 ? { jitter } : { rekeyAfterMs, expireAfterMs: 1.5 * rekeyAfterMs, jitter };
