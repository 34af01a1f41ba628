/** What strongSwan 5.9.8 offers where a configuration names no proposals, as far as our keywords reach. */

const ciphers = 'aes128-aes192-aes256';
const combined = 'aes128gcm16-aes192gcm16-aes256gcm16-chacha20poly1305';
const integrities = 'sha256-sha384-sha512-sha1';
const prfs = 'prfsha256-prfsha384-prfsha512-prfaesxcbc-prfaescmac-prfsha1';
const groups = 'ecp256-ecp384-ecp521-x25519-x448-modp3072-modp4096-modp6144-modp8192-modp2048';

export const defaultIkeProposals = `${ciphers}-${integrities}-${prfs}-${groups},${combined}-${prfs}-${groups}`;

export const defaultEspProposals = `${combined}-noesn,${ciphers}-${integrities}-noesn`;
