/**
 * How much of one thing a message may hold. RFC 7296 sets no limits below its field widths; ours are several times what
 * peers send and keep the work for one datagram small.
 */

/** A long certificate chain, a dozen notifies and as many vendor ids stay well below. */
export const maxPayloads = 128;

/** charon and Libreswan offer fewer than twenty. */
export const maxProposals = 64;

/** In one proposal; charon's default offer has about thirty. */
export const maxTransforms = 128;

/** In one transform: RFC 7296 knows one, Key Length. */
export const maxAttributes = 8;

/** A nonce has 16 to 256 octets (RFC 7296 2.10). */
export const minNonceOctets = 16;
export const maxNonceOctets = 256;
