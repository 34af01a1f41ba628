/**
 * What strongSwan 5.9.8 offers and takes where a configuration names no proposals, with the plugins of pairs/README.md; without
 * what our keywords do not reach and what is never negotiated beside better.
 */

const ciphers = 'aes128-aes192-aes256-aes128ctr-aes192ctr-aes256ctr-camellia128-camellia192-camellia256-3des';
const combined = [
  ...['aes128gcm16-aes192gcm16-aes256gcm16-aes128ccm16-aes192ccm16-aes256ccm16-chacha20poly1305'],
  ...['aes128gcm12-aes192gcm12-aes256gcm12-aes128gcm8-aes192gcm8-aes256gcm8'],
].join('-');
const integrities = 'sha256-sha384-sha512-sha1-aescmac-aesxcbc';
const prfs = 'prfsha256-prfsha384-prfsha512-prfaesxcbc-prfaescmac-prfsha1';
const groups =
  'x25519-x448-ecp256-ecp384-ecp521-ecp256bp-ecp384bp-ecp512bp-modp3072-modp4096-modp6144-modp8192-modp2048';

export interface DefaultProposals {
  /** Where the configuration says nothing, and where it says `default`. */
  readonly absent: string;
  readonly named: string;
}

const ike = `${ciphers}-${integrities}-${prfs}-${groups},${combined}-${prfs}-${groups}`;
export const defaultIkeProposals: DefaultProposals = { absent: ike, named: ike };

const esp = 'aes128-aes192-aes256-sha256-sha384-sha512-sha1-aesxcbc-noesn';
const espCombined = 'aes128gcm16-aes192gcm16-aes256gcm16-noesn';
export const defaultEspProposals: DefaultProposals = {
  absent: `${espCombined},${esp}`,
  named: `${esp},${espCombined}`,
};
