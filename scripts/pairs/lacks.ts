/**
 * What a pair asks for that cannot be played here, each by its name: such a pair is skipped and counted, never passed by
 * accident. A line goes when the engine learns the thing.
 */
import { isOff, isOn, wordOf } from './charon-words.ts';
import { neverRunIn } from './never-run.ts';
import type { Pair, PairEnd } from './pair.ts';
import { parseConn } from './pluto-file.ts';
import { strangeSettings } from './strongswan.ts';
import { loadSections, type Section, sectionOf } from './swanctl-file.ts';

/** Why this pair is not played; undefined: it is. */
export function reasonToSkip(pair: Pair): string | undefined {
  const ends = [pair.left, pair.right, ...(pair.left2 ? [pair.left2] : [])];
  const strange = strangeIn(pair, ends);
  if (strange !== undefined) return strange;
  if (ends.some(({ files = [] }) => files.some((path) => path.startsWith('x509crl/')))) return 'revocation lists';
  const connections = ends.flatMap(connectionsOf);
  if (speaksIkev1(pair.left)) return 'IKEv1';
  const lack = lacking.find(({ isAsked }) => connections.some(isAsked))?.name;
  const neverRun = neverRunIn(pair, connectionsOf(pair.left), connectionsOf(pair.right));
  return lack ?? (neverRun && `${neverRun}, which we never run`);
}

/** What this format may come to have, and what a pair may leave out. */
function strangeIn({ daemons, actions, child, left2 }: Pair, ends: readonly PairEnd[]): string | undefined {
  const daemon = daemons.find((each) => each !== 'charon' && each !== 'libreswan');
  if (daemon !== undefined) return `the daemon ${daemon}`;
  if (ends.some((end) => !end.swanctl && !end['ipsec.conf'])) return 'an end without a configuration';
  const action = actions.find((each) => !verbs.test(each));
  if (action !== undefined) return `the action ${action}`;
  if (!left2 && actions.some((each) => each.endsWith(' left2'))) return 'an action of left2, who is not there';
  if (child === undefined && actions.some((each) => /^initiate( (left|right|left2))?$/.test(each)))
    return 'no child named';
  const file = ends.flatMap(({ files = [] }) => files).find((each) => !directories.test(each));
  if (file !== undefined) return `the file ${file}`;
  const setting = ends.flatMap(({ strongswan = [] }) => strangeSettings(strongswan))[0];
  return setting === undefined ? undefined : `strongswan.conf: ${setting}`;
}

const verbs =
  /^(initiate( \S+)?( (left|right|left2))?|initiate-ike \S+|(rekey-child|rekey-ike|reauth)( (left|right|left2))?|kill (left|right|left2)|half-open \d+( [\d.]+)?|wait [\d.]+)$/;

const directories = /^(x509|x509ca|x509crl|private|rsa|ecdsa|pkcs8)\//;

const lacking: readonly { readonly name: string; isAsked(connection: Section): boolean }[] = [
  { name: 'revocation lists', isAsked: (connection) => valuesOf(connection, 'revocation').length > 0 },
  { name: 'EAP', isAsked: (connection) => valuesOf(connection, 'auth').some((auth) => /^(eap|xauth)/.test(auth)) },
  {
    name: 'a second round of authentication',
    isAsked: ({ sections }) => ['local', 'remote'].some((side) => sectionsOf(sections, side).length > 1),
  },
  {
    name: 'demands on a certificate beyond its key and its path',
    isAsked: (connection) =>
      ['groups', 'cert_policy', 'ca_id', 'aaa_id', 'pubkeys'].some((key) => valuesOf(connection, key).length > 0),
  },
  { name: 'virtual addresses', isAsked: ({ values }) => values.has('vips') || values.has('pools') },
  { name: 'AH', isAsked: ({ sections }) => childrenOf(sections).some(({ values }) => values.has('ah_proposals')) },
  { name: 'IPComp', isAsked: ({ sections }) => childrenOf(sections).some(({ values }) => isOn(values.get('ipcomp'))) },
  {
    name: 'BEET and proxy modes',
    isAsked: ({ sections }) => childrenOf(sections).some((each) => /beet|proxy/.test(wordOf(each, 'mode') ?? '')),
  },
  {
    name: 'ESN without a replay check',
    isAsked: ({ sections }) =>
      childrenOf(sections).some(
        ({ values }) => values.get('replay_window') === '0' && /\besn\b/.test(values.get('esp_proposals') ?? ''),
      ),
  },
  { name: 'certificates that are never sent', isAsked: (connection) => wordOf(connection, 'send_cert') === 'never' },
  { name: 'certificates that are not asked for', isAsked: ({ values }) => isOff(values.get('send_certreq')) },
];

const speaksIkev1 = (end: PairEnd): boolean =>
  end['ipsec.conf']
    ? parseConn(end['ipsec.conf']).values.get('ikev2') === 'never'
    : connectionsOf(end).length > 0 && connectionsOf(end).every(({ values }) => values.get('version') === '1');

function connectionsOf(end: PairEnd): readonly Section[] {
  return [...sectionOf(loadSections(end.swanctl), 'connections').sections.values()];
}

type Sections = Section['sections'];

const sectionsOf = (sections: Sections, prefix: string): readonly string[] =>
  [...sections.keys()].filter((name) => name.startsWith(prefix));

const childrenOf = (sections: Sections): readonly Section[] => [...(sections.get('children')?.sections.values() ?? [])];

const valuesOf = ({ sections }: Section, key: string): readonly string[] =>
  [...sections.values()].flatMap(({ values }) => values.get(key) ?? []);
