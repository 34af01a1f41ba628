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
  readonly path: UdpPath;
  sentAtMs: number;
}

export class NatKeepalives {
  /** By the IKE SA's SPIs. */
  readonly #watched = new Map<string, Watched>();
  /** The same, by the peer's end. */
  readonly #byRemote = new Map<string, Watched>();

  established({ initiatorSpi, responderSpi, local, remote, hasNat }: IkeSaView, nowMs: number): void {
    if (!hasNat.local) return;
    const watched = { path: { local, remote }, sentAtMs: nowMs };
    this.#watched.set(`${initiatorSpi} ${responderSpi}`, watched);
    this.#byRemote.set(keyOf(remote), watched);
  }

  closed({ initiatorSpi, responderSpi }: IkeSaView): void {
    const key = `${initiatorSpi} ${responderSpi}`;
    const watched = this.#watched.get(key);
    if (!watched) return;
    this.#watched.delete(key);
    const remote = keyOf(watched.path.remote);
    if (this.#byRemote.get(remote) === watched) this.#byRemote.delete(remote);
  }

  /** IKE or ESP went to this end. */
  sent(remote: UdpEnd, nowMs: number): void {
    if (this.#byRemote.size === 0) return;
    const watched = this.#byRemote.get(keyOf(remote));
    if (watched) watched.sentAtMs = nowMs;
  }

  /** The paths that have been silent for long enough; they count as used from now on. */
  takeDue(nowMs: number): readonly UdpPath[] {
    const due = [...this.#byRemote.values()].filter(({ sentAtMs }) => nowMs - sentAtMs >= keepaliveAfterMs);
    for (const watched of due) watched.sentAtMs = nowMs;
    return due.map(({ path }) => path);
  }

  get nextAtMs(): number | undefined {
    let next: number | undefined;
    for (const { sentAtMs } of this.#byRemote.values()) {
      if (next === undefined || sentAtMs + keepaliveAfterMs < next) next = sentAtMs + keepaliveAfterMs;
    }
    return next;
  }
}

function keyOf({ address, port }: UdpEnd): string {
  return `${toHex(address.octets)} ${port}`;
}
