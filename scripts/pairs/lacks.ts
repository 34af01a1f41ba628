/**
 * What a pair asks for that cannot be played here, each by its name: such a pair is skipped and counted, never passed by
 * accident. A line goes when the engine learns the thing.
 */
import { isOff, isOn, wordOf } from './charon-words.ts';
import { neverRunIn } from './never-run.ts';
import type { Pair, PairEnd } from './pair.ts';
import { parseConn } from './pluto-file.ts';
import { loadSections, type Section, sectionOf } from './swanctl-file.ts';

/** Why this pair is not played; undefined: it is. */
export function reasonToSkip(pair: Pair): string | undefined {
  const ends = [pair.left, pair.right, ...(pair.left2 ? [pair.left2] : [])];
  if (ends.some(({ files = [] }) => files.some((path) => path.startsWith('x509crl/')))) return 'revocation lists';
  const connections = ends.flatMap(connectionsOf);
  if (speaksIkev1(pair.left)) return 'IKEv1';
  const lack = lacking.find(({ isAsked }) => connections.some(isAsked))?.name;
  const neverRun = neverRunIn(pair, connectionsOf(pair.left), connectionsOf(pair.right));
  return lack ?? (neverRun && `${neverRun}, which we never run`);
}

const lacking: readonly { readonly name: string; isAsked(connection: Section): boolean }[] = [
  { name: 'revocation lists', isAsked: (connection) => valuesOf(connection, 'revocation').length > 0 },
  { name: 'EAP', isAsked: (connection) => valuesOf(connection, 'auth').some((auth) => /^(eap|xauth)/.test(auth)) },
  {
    name: 'a second round of authentication',
    isAsked: ({ sections }) => ['local', 'remote'].some((side) => sectionsOf(sections, side).length > 1),
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
