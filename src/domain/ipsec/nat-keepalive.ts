/**
 * Keepalives of the end behind a NAT (RFC 3948 4): where nothing else has been sent for a while, one octet keeps the mapping
 * open, so that the peer can still reach us. Only paths of IKE SAs that found a NAT before this end are watched.
 */
import { toHex } from '../bytes/hex.ts';
import type { UdpEnd } from '../ike/datagram.ts';
import type { IkeSaView } from '../ike/facts.ts';
import type { UdpPath } from './udp-ports.ts';

/** The default of RFC 3948 4. */
export const keepaliveAfterMs = 20_000;

interface Watched {
  path: UdpPath;
  sentAtMs: number;
  /** The IKE SAs that go there. */
  readonly ikeSas: Set<string>;
}

export class NatKeepalives {
  /** By the peer's end. */
  readonly #watched = new Map<string, Watched>();
  /** Where each IKE SA goes that is watched. */
  readonly #endOf = new Map<string, string>();

  /** An IKE SA stands, or goes another way from now on. */
  goes(ikeSa: IkeSaView, nowMs: number): void {
    this.closed(ikeSa);
    const { local, remote, hasNat } = ikeSa;
    if (!hasNat.local) return;
    const [name, end, path] = [nameOf(ikeSa), keyOf(remote), { local, remote }];
    const watched = this.#watched.get(end) ?? { path, sentAtMs: nowMs, ikeSas: new Set() };
    watched.path = path;
    watched.ikeSas.add(name);
    this.#watched.set(end, watched);
    this.#endOf.set(name, end);
  }

  closed(ikeSa: IkeSaView): void {
    const name = nameOf(ikeSa);
    const end = this.#endOf.get(name);
    const watched = end === undefined ? undefined : this.#watched.get(end);
    this.#endOf.delete(name);
    watched?.ikeSas.delete(name);
    if (end !== undefined && watched?.ikeSas.size === 0) this.#watched.delete(end);
  }

  /** Something went to this end. */
  sent(remote: UdpEnd, nowMs: number): void {
    if (this.#watched.size === 0) return;
    const watched = this.#watched.get(keyOf(remote));
    if (watched) watched.sentAtMs = nowMs;
  }

  /** The paths that have been silent for long enough; they count as used from now on. */
  takeDue(nowMs: number): readonly UdpPath[] {
    const due = [...this.#watched.values()].filter(({ sentAtMs }) => nowMs - sentAtMs >= keepaliveAfterMs);
    for (const watched of due) watched.sentAtMs = nowMs;
    return due.map(({ path }) => path);
  }

  get nextAtMs(): number | undefined {
    let next: number | undefined;
    for (const { sentAtMs } of this.#watched.values()) {
      if (next === undefined || sentAtMs + keepaliveAfterMs < next) next = sentAtMs + keepaliveAfterMs;
    }
    return next;
  }
}

const nameOf = ({ initiatorSpi, responderSpi }: IkeSaView): string => `${initiatorSpi} ${responderSpi}`;

function keyOf({ address, port }: UdpEnd): string {
  return `${toHex(address.octets)} ${port}`;
}
