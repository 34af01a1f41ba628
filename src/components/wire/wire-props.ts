/**
 * What the wire picture is told. Left is always the cluster, right always the host, on every page; in and out are seen from the
 * cluster.
 */
import type { WireState } from '../../contract/lab-port.ts';

export interface WireLocal {
  readonly svm?: string;
  readonly lif: string;
  readonly address?: string;
  readonly node?: string;
}

export interface WireRemote {
  readonly name?: string;
  /** An address, a subnet, or `all hosts`. */
  readonly address?: string;
  readonly dialect?: string;
}

export interface WireVia {
  readonly policy?: string;
  /** For example `AES-256-GCM`. */
  readonly suite?: string;
  /** ESP SPIs, 8 hex digits. */
  readonly spiIn?: string;
  readonly spiOut?: string;
}

export interface WireProps {
  readonly local: WireLocal;
  readonly remote: WireRemote;
  readonly state: WireState;
  readonly via?: WireVia;
  /** Octets per second. Absent: not reported. */
  readonly rateIn?: number;
  readonly rateOut?: number;
  /** Why, and which end says so: the cross of a failed wire stands there. */
  readonly reason?: { readonly end: 'local' | 'remote'; readonly text: string };
  /** inline 160×24 · row 320×40 · card 560×80 · hero 880×96 at most; a reason beneath adds its lines. */
  readonly size?: WireSize;
  readonly onEnd?: (end: 'local' | 'remote') => void;
  readonly onWire?: () => void;
}

export type WireSize = 'inline' | 'row' | 'card' | 'hero';
