/**
 * A client and several gateways on one wire and one clock (RFC 5685). Our engine sends nobody on, so what a gateway says beyond it is put
 * into its mouth: in the clear for IKE_SA_INIT, under its own keys for the rest.
 */

import { expect } from 'vitest';
import type { Octets } from '../../bytes/octets.ts';
import { seededRandom } from '../../crypto/random.ts';
import { address, printAddress } from '../../net/address.ts';
import type { Channel } from '../channel/channel.ts';
import type { Connection } from '../connection.ts';
import type { Datagram } from '../datagram.ts';
import type { IkeEndpoint } from '../endpoint/endpoint.ts';
import { writeGateway } from '../message/gateway.ts';
import { type Header, noSpi, type Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { find } from '../message/payloads.ts';
import { writeMessage } from '../message/write.ts';
import { headerOf } from '../sa/state.ts';
import type { EndpointSettings } from '../settings.ts';
import { aConnection, type ConnectionWish, prefix } from './builders.ts';
import { noRandomness } from './other-answer.ts';
import { say, TestEnd } from './pair.ts';
import { messageFrom } from './tamper.ts';
import { passUntil, passUntilQuiet, type World } from './virtual-time.ts';
import { type FaultPlan, noFaults, TestWire } from './wire.ts';

const { IKE_SA_INIT, IKE_AUTH, INFORMATIONAL } = exchangeTypes.numbers;

export const clientAddress = '192.0.2.1';
export type GatewayName = 'red' | 'green' | 'blue';
export const addressOf: Readonly<Record<GatewayName, string>> = {
  red: '192.0.2.11',
  green: '192.0.2.12',
  blue: '192.0.2.13',
};
const names = Object.keys(addressOf) as readonly GatewayName[]; // its own keys
const ipv4 = { ...addressOf, client: clientAddress, all: '192.0.2.0/24' };
const ipv6: typeof ipv4 = {
  ...{ red: '2001:db8::11', green: '2001:db8::12', blue: '2001:db8::13' },
  ...{ client: '2001:db8::1', all: '2001:db8::/64' },
};

export interface GatewaysWish {
  readonly family?: 4 | 6;
  readonly seed?: string;
  readonly faults?: Partial<FaultPlan>;
  readonly client?: Partial<ConnectionWish>;
  readonly more?: Partial<Connection>;
  readonly gateways?: Partial<ConnectionWish>;
  readonly settings?: Partial<EndpointSettings>;
  /** Of `red`, where it is not that of the others. */
  readonly redPsk?: string;
}

type Gateway = TestEnd<GatewayName>;

/** The client calls red, which it knows as `gateway.example`, as the two others are too. */
export class Gateways implements World {
  nowMs = 1_000_000;
  readonly wire: TestWire;
  readonly client: TestEnd<'client'>;
  readonly #gateways: Readonly<Record<GatewayName, Gateway>>;
  readonly #at: typeof ipv4;
  readonly #errors: unknown[] = [];
  /** Of what ends were made to tell: they do not know of it themselves. */
  readonly #nextIds = new Map<Channel, number>();
  readonly onError = (error: unknown) => void this.#errors.push(error);
  /** What red, for example, says to every IKE_SA_INIT: undefined is what it would say by itself. */
  readonly saysInInit = new Map<GatewayName, (nonce: Octets) => readonly Payload[]>();

  constructor({ family = 4, seed = 'gateways', faults, client, gateways, more, settings = {}, redPsk }: GatewaysWish) {
    this.#at = family === 4 ? ipv4 : ipv6;
    this.wire = new TestWire({ ...noFaults, ...faults }, seededRandom(seed, 'wire'));
    this.wire.tamper = (datagram) => this.#spokenFor(datagram);
    const tunnel = { mode: { want: 'tunnel', strictness: 'require' } } as const;
    const called = aConnection({
      local: this.#at.client,
      remote: this.#at.red,
      id: 'client.example',
      peerId: 'gateway.example',
      remoteSubnet: '10.2.0.0/16',
      child: tunnel,
      ...client,
      more: { remote: [prefix(this.#at.all)], followsRedirects: true, ...more },
    });
    this.client = new TestEnd('client', called, this, seed, settings);
    const gateway = (name: GatewayName): Gateway =>
      new TestEnd(name, this.#answering(name, { child: tunnel, ...gateways }, redPsk), this, seed, {
        ...settings,
        unconfirmedMs: Number.MAX_SAFE_INTEGER, // what a test makes it tell has the id of its next request
      });
    this.#gateways = { red: gateway('red'), green: gateway('green'), blue: gateway('blue') };
    for (const { endpoint, connection } of this.#ends) void endpoint.setConnections([connection], this.nowMs);
  }

  gateway(name: GatewayName): Gateway {
    return this.#gateways[name];
  }

  /** Every IKE_SA_INIT to `from` is answered so, from now on. */
  sendOnInInit(from: GatewayName, to: GatewayName): void {
    this.saysInInit.set(from, (nonce) => [redirectTo(this.#at[to], nonce)]);
  }

  async establish(): Promise<this> {
    await this.client.initiate();
    return this.run();
  }

  /** The gateway's answer to IKE_AUTH: its proof, then these. Without them it is as if the CHILD SA had not been asked for. */
  async answerAuth(name: GatewayName, said: readonly Payload[], { keepsChild = false } = {}): Promise<void> {
    const taken: Datagram[] = [];
    this.wire.tamper = (datagram) => {
      const header = messageFrom(datagram)?.header;
      const isAnswer = header?.exchange === IKE_AUTH && header.isResponse;
      if (isAnswer) taken.push(datagram);
      return isAnswer ? [] : [datagram];
    };
    await this.run(500);
    this.wire.tamper = (datagram) => this.#spokenFor(datagram);
    const gateway = this.gateway(name);
    const own = gateway.transcript.findLast(({ direction }) => direction === 'out');
    const [datagram] = taken;
    const [session] = gateway.endpoint.sessions();
    if (!own?.header || !own.payloads || !datagram || !session || !('channel' in session)) {
      throw new Error(`${name} has not answered IKE_AUTH`);
    }
    const kept = own.payloads.filter(({ type }) => keepsChild || type === 'IDr' || type === 'AUTH');
    await this.#seal(datagram, session.channel, own.header, [...kept, ...said]);
    await this.run(400);
  }

  /** An INFORMATIONAL request of the gateway; given back as it left, so that it can come again. */
  async tell(name: GatewayName | 'client', said: readonly Payload[]): Promise<readonly Datagram[]> {
    const end = name === 'client' ? this.client : this.gateway(name);
    const session = end.endpoint.sessions().find(({ phase }) => phase === 'established');
    if (!session || !('channel' in session)) throw new Error(`${name} has no IKE SA`);
    const id = Math.max(session.window.nextId, this.#nextIds.get(session.channel) ?? 0);
    this.#nextIds.set(session.channel, id + 1);
    const header = headerOf(session, INFORMATIONAL, id, { isResponse: false });
    return this.#seal({ ...session.path, octets: new Uint8Array(0) }, session.channel, header, said);
  }

  async #seal(
    path: Datagram,
    channel: Channel,
    header: Header,
    payloads: readonly Payload[],
  ): Promise<readonly Datagram[]> {
    const sealed = await channel.seal(noRandomness, header, payloads);
    const datagrams = sealed.map((octets) => ({ ...path, octets }));
    for (const datagram of datagrams) this.wire.send(datagram, this.nowMs);
    return datagrams;
  }

  /** Delivers and wakes until nothing lies in the wire and nothing is due within so long. */
  run(withinMs = 0): Promise<this> {
    return passUntilQuiet(this, this.nowMs + withinMs).then(() => this);
  }

  /** So long and no longer: what is in the wire stays there. */
  runFor(ms: number): Promise<this> {
    return passUntil(this, this.nowMs + ms).then(() => this);
  }

  get clocked(): readonly IkeEndpoint[] {
    return this.#ends.map(({ endpoint }) => endpoint);
  }

  get arrivesAtMs(): number | undefined {
    return this.wire.nextAtMs;
  }

  async deliver(): Promise<void> {
    const due = this.wire.takeDue(this.nowMs);
    if (due) await this.#endAt(printAddress(due.datagram.local.address))?.endpoint.receive(due.datagram, this.nowMs);
  }

  demandNoErrors(): void {
    for (const error of this.#errors.splice(0)) throw error;
  }

  /** `client -> red IKE_SA_INIT 0 request SA KE Nonce`: what an end of ours said, from the `from`th on. */
  ladder(from = 0): readonly string[] {
    return this.#ends
      .flatMap((end) => end.transcript.filter(({ direction }) => direction === 'out').map((entry) => ({ end, entry })))
      .sort((a, b) => a.entry.atMs - b.entry.atMs)
      .slice(from)
      .map(({ end, entry }) => {
        const to = this.#endAt(printAddress(entry.remote.address))?.name ?? printAddress(entry.remote.address);
        return `${end.name} -> ${to} ${say(entry).replace(common, '')}`;
      });
  }

  /** Whom the client has CHILD SAs with, by the client and by the gateways. */
  get children(): { readonly client: readonly string[]; readonly gateways: readonly string[] } {
    const held = names.flatMap((name) => this.gateway(name).sad.map((sa) => `${name} ${sa.outSpi} ${sa.inSpi}`));
    const own = this.client.sad.map(
      ({ remote, inSpi, outSpi }) => `${this.#endAt(printAddress(remote))?.name} ${inSpi} ${outSpi}`,
    );
    return { client: own.sort(), gateways: held.sort() };
  }

  /** `192.0.2.11 to 192.0.2.12`: what the client has followed. */
  get redirects(): readonly string[] {
    return this.client.facts.flatMap((fact) =>
      fact.type === 'redirected' ? [`${printAddress(fact.ikeSa.remote.address)} to ${printAddress(fact.to)}`] : [],
    );
  }

  /** Whom the client has IKE SAs with. */
  get ikeSas(): readonly string[] {
    return this.client.ikeSas.map(({ remote }) => printAddress(remote.address));
  }

  get #ends(): readonly (Gateway | TestEnd<'client'>)[] {
    return [this.client, ...names.map((name) => this.gateway(name))];
  }

  #endAt(text: string): Gateway | TestEnd<'client'> | undefined {
    const name = names.find((each) => this.#at[each] === text);
    return name ? this.gateway(name) : text === this.#at.client ? this.client : undefined;
  }

  #answering(name: GatewayName, wish: Partial<ConnectionWish>, redPsk: string | undefined): Connection {
    return aConnection({
      local: this.#at[name],
      remote: this.#at.client,
      id: 'gateway.example',
      peerId: 'client.example',
      localSubnet: '10.2.0.0/16',
      ...wish,
      ...(name === 'red' && redPsk ? { psk: redPsk } : {}),
    });
  }

  #spokenFor(datagram: Datagram): readonly Datagram[] {
    const message = messageFrom(datagram);
    const name = names.find((each) => this.#at[each] === printAddress(datagram.remote.address));
    const says = name && this.saysInInit.get(name);
    const nonce = message && find(message.payloads, 'NONCE')?.nonce;
    if (!says || !nonce || message.header.exchange !== IKE_SA_INIT) return [datagram];
    const header = { ...message.header, responderSpi: noSpi, isResponse: true, isFromInitiator: false };
    const octets = writeMessage({ header, payloads: says(nonce) });
    return [{ local: datagram.remote, remote: datagram.local, octets }];
  }
}

/** What every IKE_SA_INIT says besides. */
const common = / N\(NAT_DETECTION_SOURCE_IP\) N\(NAT_DETECTION_DESTINATION_IP\) N\(IKEV2_FRAGMENTATION_SUPPORTED\)/;

export const redirectTo = (to: string, nonce: Octets = new Uint8Array(0)): Payload => {
  const gateway = writeGateway(address(to));
  return notify('REDIRECT', Uint8Array.of(...gateway, ...nonce));
};

export const makeGateways = (wish: GatewaysWish = {}): Gateways => new Gateways(wish);

/** One CHILD SA stands, with this gateway, and both of them know it. */
export function expectOneWith({ children }: Gateways, name: GatewayName): void {
  expect(children.client).toEqual([expect.stringMatching(`^${name} `)]);
  expect(children.client).toEqual(children.gateways);
}
