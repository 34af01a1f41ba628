/**
 * The keys that charon 5.9.8 knows in swanctl.conf, and for some the words that it takes for their values, in either case: the
 * first is the default. Another key, section or word costs the connection (swanctl.conf(5)).
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
/** Undefined: judged elsewhere, or nothing that we would notice. */
type Words = readonly string[] | undefined;

function firstStrange({ values }: Section, keys: Keys): string | undefined {
  const strange = [...values].find(([key, value]) => {
    const words = keys.get(key.toLowerCase());
    return !keys.has(key.toLowerCase()) || (words !== undefined && !words.includes(value.toLowerCase()));
  });
  return strange?.[0];
}

const yesOrNo = [...yesWords, ...noWords];
const free = (...keys: string[]): readonly [string, Words][] => keys.map((key) => [key, undefined]);
const switches = (...keys: string[]): readonly [string, Words][] => keys.map((key) => [key, yesOrNo]);

const connectionKeys: Keys = new Map<string, Words>([
  ...free('local_addrs', 'remote_addrs', 'local_port', 'remote_port', 'proposals', 'vips', 'pools', 'dscp'),
  ...free('dpd_delay', 'dpd_timeout', 'keyingtries', 'reauth_time', 'rekey_time', 'over_time', 'rand_time'),
  ...free('ppk_id', 'if_id_in', 'if_id_out'),
  ...switches('aggressive', 'pull', 'encap', 'mobike', 'send_certreq', 'ppk_required'),
  ...switches('mediation'),
  ...free('mediated_by', 'mediation_peer'),
  ['version', ['0', '1', '2']],
  ['childless', ['allow', 'force', 'never']],
  ['fragmentation', ['yes', 'accept', 'force', 'no']],
  ['unique', ['no', 'never', 'keep', 'replace']],
  ['send_cert', ['ifasked', 'always', 'never']],
]);

const authKeys: Keys = new Map<string, Words>([
  ...free('auth', 'id', 'ca_id', 'aaa_id', 'eap_id', 'xauth_id', 'round', 'groups', 'cert_policy'),
  ...free('certs', 'cacerts', 'pubkeys'),
  ['revocation', ['relaxed', 'strict', 'ifuri']],
]);

const childKeys: Keys = new Map<string, Words>([
  ...free('ah_proposals', 'esp_proposals', 'local_ts', 'remote_ts', 'updown', 'replay_window', 'inactivity', 'reqid'),
  ...free('rekey_time', 'life_time', 'rand_time', 'rekey_bytes', 'life_bytes', 'rand_bytes'),
  ...free('rekey_packets', 'life_packets', 'rand_packets', 'start_action', 'close_action', 'dpd_action'),
  ...free('mark_in', 'mark_out', 'set_mark_in', 'set_mark_out', 'if_id_in', 'if_id_out', 'interface', 'priority'),
  ...free('tfc_padding', 'hw_offload', 'copy_dscp', 'label', 'label_mode'),
  ...switches('hostaccess', 'policies', 'policies_fwd_out', 'ipcomp', 'mark_in_sa', 'sha256_96', 'copy_df', 'copy_ecn'),
  ['mode', ['tunnel', 'transport', 'transport_proxy', 'beet', 'pass', 'drop']],
]);
