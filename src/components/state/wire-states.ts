/**
 * The states of a stream of traffic as the console says them: word, colour token, rank, sentence. Never colour alone: each has a
 * mark (StateMark) and a line (Wire) of its own shape.
 */
import type { WireState } from '../../contract/lab-port.ts';

export interface WireStateLook {
  readonly word: string;
  /** A path of the theme's palette. */
  readonly color:
    | 'state.encrypted'
    | 'state.negotiating'
    | 'state.clear'
    | 'state.blocked'
    | 'state.failed'
    | 'state.unknown';
  /** What is true when this state is shown. */
  readonly meaning: string;
}

export const wireStates: Readonly<Record<WireState, WireStateLook>> = {
  encrypted: {
    word: 'Encrypted',
    color: 'state.encrypted',
    meaning: 'An IPsec SA is installed and packets pass both ways.',
  },
  oneWay: {
    word: 'One way',
    color: 'state.encrypted',
    meaning: 'For 60 s one direction has counted packets and the other none.',
  },
  negotiating: {
    word: 'Negotiating',
    color: 'state.negotiating',
    meaning: 'The IKE SA or the first IPsec SA is not there yet.',
  },
  clear: {
    word: 'In clear',
    color: 'state.clear',
    meaning: 'No policy protects this traffic, so it passes unencrypted.',
  },
  blocked: {
    word: 'Blocked',
    color: 'state.blocked',
    meaning: 'A policy protects this traffic and there is no SA, so packets are dropped.',
  },
  failed: { word: 'Failed', color: 'state.failed', meaning: 'The last negotiation was refused or ran out of retries.' },
  idle: { word: 'Idle', color: 'state.unknown', meaning: 'A policy stands ready; no traffic yet.' },
  unknown: { word: 'Unknown', color: 'state.unknown', meaning: 'The source of this state has not answered in time.' },
};

/** Worst first: a group shows its worst member. */
export const worstFirst = [
  'failed',
  'blocked',
  'clear',
  'oneWay',
  'negotiating',
  'unknown',
  'idle',
  'encrypted',
] as const satisfies readonly WireState[];

/** The state that a group of streams shows; `idle` for none. */
export function worstState(states: Iterable<WireState>): WireState {
  const present = new Set(states);
  return worstFirst.find((state) => present.has(state)) ?? 'idle';
}
