/**
 * The keys that charon 5.9.8 knows in swanctl.conf, and for most the words or numbers that it takes for their values, in either
 * case. Another key, section or word costs the connection (swanctl.conf(5)).
 */
import type { Section } from './swanctl-file.ts';

const yesWords: readonly string[] = ['yes', 'true', 'enabled', '1'];
const noWords: readonly string[] = ['no', 'false', 'disabled', '0'];

export const isOn = (text: string | undefined): boolean => yesWords.includes(text?.toLowerCase() ?? '');
export const isOff = (text: string | undefined): boolean => noWords.includes(text?.toLowerCase() ?? '');

/** The value in small letters; undefined: the default. */
export const wordOf = ({ values }: Section, key: string): string | undefined => values.get(key)?.toLowerCase();

/** `key`, or `child.key`: what the loader would say no to; undefined: nothing. */
export function strangeIn(connection: Section): string | undefined {
  const strange = firstStrange(connection, connectionKeys);
  if (strange !== undefined) return strange;
  for (const [name, section] of connection.sections) {
    const kind = name.toLowerCase();
    if (kind === 'children') {
      for (const [child, each] of section.sections) {
        const key = firstStrange(each, childKeys) ?? each.sections.keys().next().value;
        if (key !== undefined) return `${child}.${key}`;
      }
    } else if (kind.startsWith('local') || kind.startsWith('remote')) {
      const key = firstStrange(section, authKeys);
      if (key !== undefined) return `${name}.${key}`;
    } else return name;
  }
  return undefined;
}

type Keys = ReadonlyMap<string, Words>;
/** The words, or what a number looks like; undefined: judged elsewhere, or nothing that we would notice. */
type Words = readonly string[] | RegExp | undefined;

function firstStrange({ values }: Section, keys: Keys): string | undefined {
  const strange = [...values].find(([key, value]) => {
    const words = keys.get(key.toLowerCase());
    return !keys.has(key.toLowerCase()) || !isAmong(value.toLowerCase(), words);
  });
  return strange?.[0];
}

function isAmong(value: string, words: Words): boolean {
  if (words === undefined) return true;
  return words instanceof RegExp ? words.test(value) : words.includes(value);
}

const yesOrNo = [...yesWords, ...noWords];
const time = /^\d+ *[smhd]?$/;
const octets = /^\d+ *[kmg]?$/;
const count = /^(\d+|0x[\da-f]+)$/;
const action = /^(start|restart|route|trap|none|clear|start\|trap|trap\|start)$/;

const each = (words: Words, ...keys: string[]): readonly [string, Words][] => keys.map((key) => [key, words]);

const connectionKeys: Keys = new Map<string, Words>([
  ...each(undefined, 'local_addrs', 'remote_addrs', 'proposals', 'vips', 'pools', 'ppk_id', 'if_id_in', 'if_id_out'),
  ...each(undefined, 'mediated_by', 'mediation_peer'),
  ...each(time, 'dpd_delay', 'dpd_timeout', 'reauth_time', 'rekey_time', 'over_time', 'rand_time'),
  ...each(count, 'local_port', 'remote_port', 'keyingtries'),
  ...each(yesOrNo, 'aggressive', 'pull', 'encap', 'mobike', 'send_certreq', 'ppk_required', 'mediation'),
  ['dscp', /^[01]{1,6}$/],
  ['version', ['0', '1', '2']],
  ['childless', ['allow', 'force', 'never']],
  ['fragmentation', ['yes', 'accept', 'force', 'no']],
  ['unique', ['no', 'never', 'keep', 'replace']],
  ['send_cert', ['ifasked', 'always', 'never']],
]);

const authKeys: Keys = new Map<string, Words>([
  ...each(undefined, 'auth', 'id', 'ca_id', 'aaa_id', 'eap_id', 'xauth_id', 'groups', 'cert_policy'),
  ...each(undefined, 'certs', 'cacerts', 'pubkeys'),
  ['round', count],
  ['revocation', ['relaxed', 'strict', 'ifuri']],
]);

const childKeys: Keys = new Map<string, Words>([
  ...each(undefined, 'ah_proposals', 'esp_proposals', 'local_ts', 'remote_ts', 'updown', 'interface', 'label'),
  ...each(undefined, 'mark_in', 'mark_out', 'set_mark_in', 'set_mark_out', 'if_id_in', 'if_id_out', 'label_mode'),
  ...each(time, 'rekey_time', 'life_time', 'rand_time', 'inactivity'),
  ...each(octets, 'rekey_bytes', 'life_bytes', 'rand_bytes'),
  ...each(count, 'rekey_packets', 'life_packets', 'rand_packets', 'replay_window', 'reqid', 'priority'),
  ...each(action, 'start_action', 'close_action', 'dpd_action'),
  ...each(yesOrNo, 'hostaccess', 'policies', 'policies_fwd_out', 'ipcomp', 'mark_in_sa', 'sha256_96'),
  ...each(yesOrNo, 'copy_df', 'copy_ecn'),
  ['mode', ['tunnel', 'transport', 'transport_proxy', 'beet', 'pass', 'drop']],
  ['tfc_padding', /^(mtu|\d+)$/],
  ['hw_offload', ['no', 'yes', 'auto']],
  ['copy_dscp', ['no', 'in', 'out', 'yes']],
]);
