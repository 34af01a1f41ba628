/** Plays a pair and lays what came of it beside what the daemons came to. */
import { reasonToSkip } from './lacks.ts';
import { observeInitiation, observeRekey, observeStanding } from './observe.ts';
import type { EndName, Pair, Verdict } from './pair.ts';
import { Play } from './play.ts';

export interface Disagreement {
  /** `mode`; `after rekey-child: espProposal`. */
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

export type Judgement =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed'; readonly disagreements: readonly Disagreement[] }
  | { readonly outcome: 'skipped'; readonly reason: string };

/** `keep` is shown what was played. */
export async function judge(pair: Pair, folder: string, keep?: (play: Play) => void): Promise<Judgement> {
  const reason = reasonToSkip(pair);
  if (reason !== undefined) return { outcome: 'skipped', reason };
  const play = await Play.of(pair, folder);
  const disagreements: Disagreement[] = [];
  const expected = [{ action: undefined, verdict: judgedOf(pair) }, ...pair.after];
  for (const action of pair.actions) {
    const since = play.nowMs;
    await play.act(action);
    const observed = observe(play, action, since);
    if (!observed) continue;
    const next = expected.shift();
    if (next && (next.action === undefined || next.action === action)) {
      const prefix = next.action === undefined ? '' : `after ${next.action}: `;
      disagreements.push(...compare(next.verdict, observed, prefix));
    } else {
      disagreements.push({
        field: `after ${action}`,
        expected: next ? `after ${next.action}` : 'no verdict',
        got: 'one',
      });
    }
  }
  for (const { action } of expected) {
    disagreements.push({ field: action ?? 'verdict', expected: 'what came of it', got: 'it was never played' });
  }
  keep?.(play);
  return disagreements.length === 0 ? { outcome: 'passed' } : { outcome: 'failed', disagreements };
}

/** Who fragments is judged where it is what the pair is about; elsewhere it hangs on a few octets more or less. */
function judgedOf({ kind, verdict }: Pair): Verdict {
  const { fragments = [], ...rest } = verdict;
  return kind === 'fragmentation' ? { ...rest, fragments } : rest;
}

/** Undefined: this action is not judged itself. */
function observe(play: Play, action: string, since: number): Verdict | undefined {
  const [verb = ''] = action.split(' ');
  const end = endOf(action);
  if (verb === 'initiate' || verb === 'initiate-ike') {
    return observeInitiation(play, end, since, verb === 'initiate');
  }
  if (verb === 'rekey-child' || verb === 'rekey-ike' || verb === 'reauth') return observeRekey(play, end, since);
  return verb === 'wait' ? observeStanding(play) : undefined;
}

function endOf(action: string): EndName {
  const last = action.split(' ').at(-1);
  return last === 'right' || last === 'left2' ? last : 'left';
}

/** Each field that the daemons' verdict has. Selectors are sets: their order means nothing. */
function compare(expected: Verdict, got: Verdict, prefix: string): readonly Disagreement[] {
  const wanted = textsOf(expected);
  const given = textsOf(got);
  return [...wanted]
    .map(([field, text]) => ({ field: `${prefix}${field}`, expected: text, got: given.get(field) ?? 'nothing' }))
    .filter(({ expected: text, got: other }) => text !== other);
}

function textsOf(verdict: Verdict): ReadonlyMap<string, string> {
  const texts = Object.entries(verdict)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]): [string, string] => [field, print(value)]);
  return new Map(texts);
}

function print(value: Verdict[keyof Verdict]): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value !== 'object') return String(value);
  if (!Array.isArray(value))
    return (
      Object.values(value)
        .map((each) => each ?? '')
        .join(' ')
        .trim() || 'nothing'
    );
  const items = value.map((each: unknown) => (typeof each === 'string' ? each : Object.values(Object(each)).join(' ')));
  return items.length === 0 ? 'none' : (typeof value[0] === 'string' ? items.sort() : items).join(', ');
}
