/**
 * What ONTAP's IPsec policies and settings may hold, each limit once (ONTAP 9.17.1: `security ipsec`, REST `/security/ipsec`).
 * Forms, the REST app and the commands all read them here.
 */

/** `name` of a policy: printable ASCII (66257148). */
export const policyNameLength = { min: 1, max: 64 } as const;

/** Characters of a pre-shared key as it is typed: printable ASCII, or `0x` and hex, or `0s` and Base64 (66257200). */
export const preSharedKeyLength = { min: 18, max: 128 } as const;

/** A port of a selector; 0 is any (66257132). */
export const portRange = { min: 0, max: 65_535 } as const;

/** The longest netmask of a selector: a host. */
export const prefixBits = { ipv4: 32, ipv6: 128 } as const;

/** Our limit; ONTAP publishes none since 9.10.1. An identity travels in one ID payload of IKE_AUTH. */
export const identityLength = { max: 1024 } as const;

/** ONTAP has limits (66257121, 66257130) and does not publish them: these are ours, far above what a console shows at once. */
export const policyCount = { perSvm: 10_000, perCluster: 20_000 } as const;

/** Packets that an inbound IPsec SA remembers; 0 turns anti-replay off. */
export const replayWindows = [0, 64, 128, 256, 512, 1024] as const;
export type ReplayWindow = (typeof replayWindows)[number];

/** Defaults of `security ipsec policy create`; the lifetimes are seconds. */
export const policyDefaults = {
  cipherSuite: 'suiteb_gcm256',
  ikeLifetimeSeconds: 86_400,
  ipsecLifetimeSeconds: 28_800,
} as const;
