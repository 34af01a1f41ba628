/**
 * What an end proves itself over (RFC 7296 2.15): own IKE_SA_INIT message | the peer's nonce | prf(SK_p, body of own ID payload);
 * and the proof by pre-shared key: AUTH = prf(prf(secret, "Key Pad for IKEv2"), octets). Signatures are signature-auth.ts.
 *
 * The message is the one that was accepted at last, as it went over the wire, COOKIE and all: it is never written anew.
 */
import { concat, emptyOctets, equalOctets, type Octets, utf8 } from '../../bytes/octets.ts';
import { ok, type Result } from '../../bytes/result.ts';
import type { Secret } from '../../bytes/secret.ts';
import { computePrf, signPrf } from '../../crypto/prf.ts';
import type { Awaitable, CryptoProvider, VerifyingKey } from '../../crypto/provider.ts';
import type { SignatureScheme } from '../../crypto/signature-scheme.ts';
import { authMethods } from '../message/names.ts';
import { type Identity, type IdentityPattern, matchesIdentity } from './identity.ts';
import { type AuthValue, checkSignature, type SignatureFault } from './signature-auth.ts';

/** What one end signs, and with which key of the IKE SA. */
export interface Signed {
  readonly prf: number;
  /** SK_pi for the initiator's AUTH, SK_pr for the responder's. */
  readonly skP: Secret;
  /** The signer's own IKE_SA_INIT message. */
  readonly message: Octets;
  /** The other end's nonce. */
  readonly nonce: Octets;
  readonly identity: Identity;
  /** Of the ID payload as it came, where they are not zero: ignored, but covered (RFC 7296 2.15). */
  readonly idReserved?: Octets | undefined;
  /** What stands behind all that where exchanges went between (RFC 9242 3.3.2). */
  readonly intAuth?: Octets;
}

declare const checked: unique symbol;
/** Only `verifyPsk` and `verifySigner` make one, so an established SA whose AUTH payload nobody checked does not compile. */
export type VerifiedPeer = {
  readonly identity: Identity;
  /** Of the AUTH payload that proved it (RFC 7296 3.8). */
  readonly method: number;
  readonly [checked]: 'AUTH';
};

/** The octets themselves: a signature is over these. */
export async function signedOctets(provider: CryptoProvider, signed: Signed): Promise<Octets> {
  return concat(signed.message, signed.nonce, await idMacOf(provider, signed), signed.intAuth ?? emptyOctets);
}

export async function makePsk(provider: CryptoProvider, secret: Secret, signed: Signed): Promise<Octets> {
  const { prf, message, nonce, intAuth = emptyOctets } = signed;
  const [key, idMac] = await Promise.all([computePrf(provider, prf, secret, keyPad), idMacOf(provider, signed)]);
  const auth = await signPrf(provider, prf, key, message, nonce, idMac, intAuth);
  key.wipe(); // proves as much as the secret
  return auth;
}

/**
 * The peer's AUTH against each secret that may be the peer's. Which one fitted is told, since our own AUTH then uses it; that
 * none did says nothing about why (RFC 7296 2.21.2).
 */
export async function verifyPsk(
  provider: CryptoProvider,
  secrets: readonly Secret[],
  signed: Signed,
  shown: Octets,
): Promise<{ readonly peer: VerifiedPeer; readonly secret: Secret } | undefined> {
  for (const secret of secrets) {
    const expected = await makePsk(provider, secret, signed);
    if (equalOctets(expected, shown)) return { peer: verified(signed, authMethods.numbers.SHARED_KEY_MIC), secret };
  }
  return undefined;
}

/** The peer's AUTH against the key that its certificate holds; that this certificate speaks for the peer is checked before. */
export async function verifySigner(
  provider: CryptoProvider,
  key: VerifyingKey,
  signed: Signed,
  shown: AuthValue,
): Promise<Result<{ readonly peer: VerifiedPeer; readonly scheme: SignatureScheme }, SignatureFault>> {
  const checked = await checkSignature(key, shown, await signedOctets(provider, signed));
  return checked.ok ? ok({ peer: verified(signed, shown.method), scheme: checked.value }) : checked;
}

const verified = ({ identity }: Signed, method: number) => ({ identity, method }) as VerifiedPeer;

/** Secrets for a peer, those bound to it first. The peer's identity is the one that will be authenticated (RFC 4301 4.4.3). */
export function secretsFor(
  entries: readonly { readonly secret: Secret; readonly peers: readonly IdentityPattern[] }[],
  peer: Identity | undefined,
): readonly Secret[] {
  const bound = entries.filter(({ peers }) => peer && peers.some((pattern) => matchesIdentity(peer, pattern)));
  const open = entries.filter(({ peers }) => peers.length === 0);
  return [...bound, ...open].map(({ secret }) => secret);
}

const idMacOf = (provider: CryptoProvider, { prf, skP, identity, idReserved }: Signed): Awaitable<Octets> =>
  signPrf(provider, prf, skP, idBodyOf(identity, idReserved));

const keyPad = utf8('Key Pad for IKEv2');

/** The ID payload behind its generic header: type, three reserved octets, data. */
function idBodyOf({ type, data }: Identity, reserved?: Octets): Octets {
  const body = new Uint8Array(4 + data.length);
  body[0] = type;
  if (reserved) body.set(reserved, 1);
  body.set(data, 4);
  return body;
}
