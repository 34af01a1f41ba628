/**
 * Two packet paths joined by a wire that a test can see and change, with SAs keyed by hand: for tests alone.
 */
import { inOnePiece } from '../../bytes/gathered.ts';
import { type Octets, utf8 } from '../../bytes/octets.ts';
import { InboundSa } from '../../esp/inbound-sa.ts';
import { OutboundSa } from '../../esp/outbound-sa.ts';
import type { EspParameters } from '../../esp/sa.ts';
import type { SaPair } from '../../esp/sad.ts';
import { aProtection, suites } from '../../esp/testing/sa-pair.ts';
import { address } from '../../net/address.ts';
import { layOut } from '../../net/ip-layout.ts';
import { protocols } from '../../net/protocol.ts';
import { tcpFlags, writeTcp } from '../../net/tcp.ts';
import type { Flow } from '../../spd/flow.ts';
import { makeSpd } from '../../spd/lookup.ts';
import type { SpdPolicy } from '../../spd/policy.ts';
import type { TrafficSelector } from '../../spd/selector.ts';
import { aPolicy, aSelector } from '../../spd/testing/builders.ts';
import type { Delivery, Drop } from '../fate.ts';
import { defaultHold, type HoldLimits } from '../hold-queue.ts';
import { PacketPath } from '../packet-path.ts';

export const hostAddress = '10.2.2.2';
export const lifAddress = '10.1.1.1';

/** The cluster's NFS policy, and the host's that matches it. */
export const clusterPolicy = aPolicy('nfs', `${lifAddress}[tcp/2049]`, `${hostAddress}[tcp]`);
export const hostPolicy = aPolicy('nfs', `${hostAddress}[tcp]`, `${lifAddress}[tcp/2049]`);

export interface PathOptions {
  readonly policies?: readonly SpdPolicy[];
  readonly otherwise?: 'bypass' | 'discard';
  readonly hold?: Partial<HoldLimits>;
}

/** One end, everything that left it kept. */
export function anEnd({ policies = [], otherwise = 'bypass', hold = {} }: PathOptions = {}) {
  const end = {
    transmitted: [] as Octets[],
    delivered: [] as { packet: Octets; delivery: Delivery }[],
    drops: [] as Drop[],
    acquired: [] as { policy: string; flow: Flow }[],
    path: undefined as unknown as PacketPath<SaPair>, // set below, before anybody sees it
    /** Hands over what came from the wire. */
    receive(packet: Octets, nowMs = 0): void {
      const layout = layOut(packet);
      if (!layout.ok) throw new Error(layout.error.code);
      const { protocol, upperAt } = layout.value;
      if (protocol === protocols.esp) end.path.inbound.receiveEsp(packet, layout.value, upperAt, nowMs);
      else end.path.inbound.receiveClear(packet, layout.value, nowMs);
    },
    /** Waits for the ciphers, and gives what has left since the last time. */
    async sent(): Promise<readonly Octets[]> {
      await end.path.pending;
      return end.transmitted.splice(0);
    },
    async got(): Promise<readonly { packet: Octets; delivery: Delivery }[]> {
      await end.path.pending;
      return end.delivered.splice(0);
    },
    whyDropped: () => end.drops.map(({ why }) => why),
  };
  end.path = new PacketPath<SaPair>(
    {
      transmit: (packet) => end.transmitted.push(inOnePiece(packet)),
      deliver: (packet, delivery) => end.delivered.push({ packet: inOnePiece(packet), delivery }),
      acquire: (policy, flow) => end.acquired.push({ policy: policy.name, flow }),
      onDrop: (drop) => end.drops.push(drop),
    },
    { ...defaultHold, ...hold },
  );
  end.path.setSpd(makeSpd(policies, otherwise), 0);
  return end;
}

export interface PairOptions {
  /** Both directions count from here: SPIs `spis`, keys `spis`. */
  readonly spis?: number;
  readonly host?: Partial<Pick<SaPair, 'waitsForPeer'>>;
  readonly cluster?: Partial<Pick<SaPair, 'waitsForPeer'>>;
  readonly limits?: EspParameters['limits'];
  readonly selectors?: { readonly lif: readonly TrafficSelector[]; readonly host: readonly TrafficSelector[] };
}

/** The two ends of one negotiated pair: the host sends on SPI `spis + 1`, the cluster on `spis + 2`. */
export async function twoEndsOfAPair(options: PairOptions = {}): Promise<{ host: SaPair; cluster: SaPair }> {
  const { spis = 0x100, limits = {} } = options;
  const [host, lif] = [address(hostAddress), address(lifAddress)];
  const selectors = options.selectors ?? {
    lif: [aSelector(`${lifAddress}[tcp/2049]`)],
    host: [aSelector(`${hostAddress}[tcp]`)],
  };
  const common = { hasEsn: false, mode: 'transport', limits } as const;
  const toCluster: EspParameters = {
    ...common,
    ...{ spi: spis + 1, source: host, destination: lif, protection: await aProtection(suites.gcm256, spis & 0xff) },
  };
  const toHost: EspParameters = {
    ...common,
    ...{
      spi: spis + 2,
      source: lif,
      destination: host,
      protection: await aProtection(suites.gcm256, (spis & 0xff) + 1),
    },
  };
  const noRandom = () => new Uint8Array(0);
  const named = { connection: 'nfs', child: 'nfs', installedAtMs: 0, waitsForPeer: false };
  return {
    host: {
      ...named,
      ...options.host,
      inbound: new InboundSa(toHost, 64),
      outbound: new OutboundSa(toCluster, noRandom),
      ...{ localSelectors: selectors.host, remoteSelectors: selectors.lif },
    },
    cluster: {
      ...named,
      ...options.cluster,
      inbound: new InboundSa(toCluster, 64),
      outbound: new OutboundSa(toHost, noRandom),
      ...{ localSelectors: selectors.lif, remoteSelectors: selectors.host },
    },
  };
}

/** NFS in TCP, from the host to the LIF. */
export function aRequest(text = 'a request', lif = lifAddress, port = 2049, sequence = 1): Octets {
  return segment(hostAddress, lif, 700, port, text, sequence);
}

export function segment(
  source: string,
  destination: string,
  sourcePort: number,
  destinationPort: number,
  text: string,
  sequence: number,
) {
  return writeTcp({
    ...{ source: address(source), destination: address(destination), sourcePort, destinationPort },
    ...{ sequence, acknowledgement: 0, flags: tcpFlags.ack, window: 1000, payload: utf8(text) },
  });
}
