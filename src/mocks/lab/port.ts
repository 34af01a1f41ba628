/**
 * The lab as the page reaches it: one running lab behind a `LabPort`, and the views that ONTAP's REST gives of its security
 * associations. Time and timers come from the edge (src/workers/lab.ts, or a test).
 */
import type { LabPort } from '../../contract/lab-port.ts';
import type { CryptoProvider } from '../../domain/crypto/provider.ts';

/** The outside's clock. `nowMs` is since the epoch and never goes back. */
export interface LabTimers {
  nowMs(): number;
  /** Calls back once, after at least `delayMs`; gives what cancels it. */
  after(delayMs: number, callBack: () => void): () => void;
}

export interface LabSetup {
  readonly provider: CryptoProvider;
  readonly timers: LabTimers;
  /** Given: the whole run can be replayed from it. Absent: the provider's randomness. */
  readonly seed?: string;
}

export interface RunningLab {
  readonly port: LabPort;
  /** Ends every timer. */
  stop(): void;
}

/** Starts the lab from what its store holds; without SAs, like a rebooted node. */
export type CreateLab = (setup: LabSetup) => Promise<RunningLab>;
