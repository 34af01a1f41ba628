/**
 * What a call to a cluster can end in, other than its answer. Three questions, three classes: the cluster refused (and says
 * why), nobody answered, or somebody answered what the contract does not know.
 */

/** A refusal in ONTAP's own words. `code` is a string of digits; `target` is the field to blame, where one is. */
export class OntapError extends Error {
  override readonly name = 'OntapError';
  readonly code: string;
  readonly target: string | undefined;
  readonly status: number;
  /** What was refused: `GET /api/security/ipsec`. */
  readonly request: string | undefined;

  constructor(refusal: {
    code: string;
    message: string;
    target?: string | undefined;
    status: number;
    request?: string | undefined;
  }) {
    super(refusal.message);
    this.code = refusal.code;
    this.target = refusal.target;
    this.status = refusal.status;
    this.request = refusal.request;
  }
}

/** No answer came: the network, the proxy, or the lab's worker is away. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** An answer came that is not ONTAP's: which path, which field, what was expected there. */
export class ContractBreach extends Error {
  override readonly name = 'ContractBreach';
}

/** Whether asking again can help: a refusal stays one, silence may end. */
export const isWorthRetrying = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof OntapError && error.status >= 500);
