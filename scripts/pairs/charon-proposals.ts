/**
 * `proposals` and `esp_proposals`, and what strongSwan 5.9.8 offers and takes where a configuration names no proposals, with the plugins of pairs/README.md; without
 * what our keywords do not reach and what is never negotiated beside better.
 */
import { err, type Result } from '../../src/domain/bytes/result.ts';
import { type KeywordFault, parseProposalList } from '../../src/domain/host/proposal-keywords.ts';
import type { Proposal } from '../../src/domain/ike/message/message.ts';
import type { Section } from './swanctl-file.ts';

const ciphers = 'aes128-aes192-aes256-aes128ctr-aes192ctr-aes256ctr-camellia128-camellia192-camellia256-3des';
const combined = [
  ...['aes128gcm16-aes192gcm16-aes256gcm16-aes128ccm16-aes192ccm16-aes256ccm16-chacha20poly1305'],
  ...['aes128gcm12-aes192gcm12-aes256gcm12-aes128gcm8-aes192gcm8-aes256gcm8'],
].join('-');
const integrities = 'sha256-sha384-sha512-sha1-aescmac-aesxcbc';
const prfs = 'prfsha256-prfsha384-prfsha512-prfaesxcbc-prfaescmac-prfsha1';
const groups =
  'x25519-x448-ecp256-ecp384-ecp521-ecp256bp-ecp384bp-ecp512bp-modp3072-modp4096-modp6144-modp8192-modp2048';

const ike = `${ciphers}-${integrities}-${prfs}-${groups},${combined}-${prfs}-${groups}`;
const esp = 'aes128-aes192-aes256-sha256-sha384-sha512-sha1-aesxcbc-noesn';
const espCombined = 'aes128gcm16-aes192gcm16-aes256gcm16-noesn';

export type ReadProposals = Result<readonly Proposal[], { readonly text: string; readonly fault: KeywordFault }>;

export const ikeProposalsOf = ({ values }: Section): ReadProposals => read('IKE', values.get('proposals'), ike, ike);

/** Where the configuration says nothing, other proposals come first than where it says `default`. */
export const espProposalsOf = ({ values }: Section): ReadProposals =>
  read('ESP', values.get('esp_proposals'), `${espCombined},${esp}`, `${esp},${espCombined}`);

/** Keywords are written small. */
function read(protocol: 'IKE' | 'ESP', given: string | undefined, absent: string, byDefault: string): ReadProposals {
  const words = (given ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => (word.toLowerCase() === 'default' ? byDefault : word));
  const text = words.length === 0 ? absent : words.join(',');
  const parsed = parseProposalList(protocol, text);
  if (!parsed.ok) return err({ text, fault: parsed.error });
  const capital = text.split(/[-,]/).find((keyword) => keyword !== keyword.toLowerCase());
  return capital === undefined ? parsed : err({ text, fault: { code: 'unknownKeyword', keyword: capital } });
}
