/**
 * Keepalives of the end behind a NAT (RFC 3948 4): where nothing else has been sent for a while, one octet keeps the mapping
 * open, so that the peer can still reach us. Only paths of IKE SAs that found a NAT before this end are watched.
 */
import { toHex } from '../bytes/hex.ts';
import type { EspPath } from '../esp/sa.ts';
import type { UdpEnd } from '../ike/datagram.ts';
import type { IkeSaView } from '../ike/facts.ts';
import type { UdpPath } from './udp-ports.ts';

/** The default of RFC 3948 4. */
export const keepaliveAfterMs = 20_000;

interface Watched {
  readonly path: UdpPath;
  sentAtMs: number;
  /** The IKE SAs that go there. */
  readonly ikeSas: Set<string>;
}

export class NatKeepalives {
  /** By both ends: a NAT keeps a mapping for each pair of them. */
  readonly #watched = new Map<string, Watched>();
  /** The path of each IKE SA that is watched, by its key. */
  readonly #pathOf = new Map<string, string>();

  /** An IKE SA stands, or goes another way from now on. */
  goes(ikeSa: IkeSaView, nowMs: number): void {
    this.closed(ikeSa);
    const { local, remote, hasNat } = ikeSa;
    if (!hasNat.local) return;
    const [name, path] = [nameOf(ikeSa), { local, remote }];
    const key = keyOf(path);
    const watched = this.#watched.get(key) ?? { path, sentAtMs: nowMs, ikeSas: new Set() };
    watched.ikeSas.add(name);
    this.#watched.set(key, watched);
    this.#pathOf.set(name, key);
  }

  closed(ikeSa: IkeSaView): void {
    const name = nameOf(ikeSa);
    const key = this.#pathOf.get(name);
    const watched = key === undefined ? undefined : this.#watched.get(key);
    this.#pathOf.delete(name);
    watched?.ikeSas.delete(name);
    if (key !== undefined && watched?.ikeSas.size === 0) this.#watched.delete(key);
  }

  /** A packet of ESP went this way. */
  sent({ source, destination, udp }: EspPath, nowMs: number): void {
    if (this.#watched.size === 0 || !udp) return;
    const local = { address: source, port: udp.sourcePort };
    const remote = { address: destination, port: udp.destinationPort };
    const watched = this.#watched.get(keyOf({ local, remote }));
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

const keyOf = ({ local, remote }: UdpPath): string => `${textOf(local)} ${textOf(remote)}`;

const textOf = ({ address, port }: UdpEnd): string => `${toHex(address.octets)} ${port}`;
