/**
 * A wire in hand: what both ends say is kept, and arrives when the test says so and in the order that it says. Time stands still
 * meanwhile, so nothing is repeated.
 */
import type { Datagram } from '../datagram.ts';
import { exchangeTypes, nameOf } from '../message/names.ts';
import { hostAddress } from './builders.ts';
import { type EndName, type Pair, say } from './pair.ts';
import { messageFrom } from './tamper.ts';

interface Kept {
  readonly from: EndName;
  /** `CREATE_CHILD_SA request`. */
  readonly name: string;
  /** As its receiver sees it. */
  readonly datagram: Datagram;
}

export class HandWire {
  /** All that was said since, in its order: `cluster: CREATE_CHILD_SA 2 response N(TEMPORARY_FAILURE)`. */
  readonly said: string[] = [];
  readonly #kept: Kept[] = [];

  constructor(private readonly pair: Pair) {
    pair.wire.tamper = (datagram) => {
      const { local, remote, octets } = datagram;
      const from = local.address.octets.join('.') === hostAddress ? 'host' : 'cluster';
      const entry = pair[from].transcript.findLast((each) => each.octets === octets);
      this.said.push(`${from}: ${entry ? say(entry) : 'something again'}`);
      this.#kept.push({ from, name: nameIn(datagram), datagram: { local: remote, remote: local, octets } });
      return [];
    };
  }

  /** The oldest message of an end arrives, or its oldest of that name. */
  async pass(from: EndName, name?: string): Promise<void> {
    const { datagram } = this.#take(from, name);
    await this.pair[from === 'host' ? 'cluster' : 'host'].endpoint.receive(datagram, this.pair.nowMs);
    await this.pair.settle();
  }

  /** It never arrives; perhaps its repetition does. */
  drop(from: EndName, name?: string): void {
    this.#take(from, name);
  }

  /** Everything arrives in its order, until nobody says more; then time goes on, and what was lost is sent again. */
  async rest(withinMs = 30_000): Promise<void> {
    for (let next = this.#kept[0]; next; next = this.#kept[0]) await this.pass(next.from);
    this.pair.wire.tamper = undefined;
    await this.pair.run(withinMs);
  }

  #take(from: EndName, name: string | undefined): Kept {
    const at = this.#kept.findIndex((each) => each.from === from && (name === undefined || each.name === name));
    const [taken] = at < 0 ? [] : this.#kept.splice(at, 1);
    if (taken) return taken;
    const said = this.#kept.map((each) => `${each.from}: ${each.name}`).join(', ');
    throw new Error(`${from} has not said ${name ?? 'anything'}; in hand: ${said || 'nothing'}`);
  }
}

function nameIn(datagram: Datagram): string {
  const header = messageFrom(datagram)?.header;
  if (!header) return 'unreadable';
  return `${nameOf(exchangeTypes, header.exchange)} ${header.isResponse ? 'response' : 'request'}`;
}
