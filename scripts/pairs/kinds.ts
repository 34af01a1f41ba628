/**
 * Which kinds of pairs IKEv2 itself decides. In the others a daemon's own habits do: which of several connections or secrets it
 * takes, what it refuses to load, whom it throws out. They are played too, and counted apart.
 */

const decidedByProtocol = [
  /^ike-/,
  /^esp-/,
  /^ts-/,
  /^(pfs|esn|psk|psk-encoding|auth-method|cert-signature|cert-curves)$/,
  /^(mode|childless|fragmentation|mobike|ppk|cookie|address)$/,
];

export const isDecidedByProtocol = (kind: string): boolean => decidedByProtocol.some((pattern) => pattern.test(kind));
