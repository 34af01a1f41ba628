/**
 * Who is on the wire: the cluster's seats and the hosts, found by address, by place or by id.
 */
import { invariant } from '../bytes/result.ts';
import type { ClusterState, Lif } from '../cluster/cluster.ts';
import type { Host, HostConnection } from '../host/host.ts';
import { type IpAddress, printAddress } from '../net/address.ts';
import { End, type EndPorts } from './end.ts';
import type { HostPlan } from './initial-lab.ts';

/** The LIFs of one SVM on one node: a boundary of its own, where the SAs of these addresses live. */
export interface Seat {
  readonly nodeName: string;
  readonly svmName: string;
  readonly end: End;
}

/** A host as it runs. */
export interface HostState extends Host {
  readonly end: End;
}

export class Ends {
  readonly seats: readonly Seat[];
  readonly #lifs: readonly Lif[];
  #hosts: readonly HostState[];

  constructor({ lifs }: ClusterState, hosts: readonly HostPlan[], portsOf: (endName: string) => EndPorts) {
    this.#lifs = lifs;
    this.seats = seatsOf(lifs, portsOf);
    this.#hosts = hosts.map((plan) => ({
      ...plan,
      connections: [],
      end: new End(plan.name, 'host', portsOf(plan.name)),
    }));
  }

  get hosts(): readonly HostState[] {
    return this.#hosts;
  }

  setConnections(host: HostState, connections: readonly HostConnection[]): void {
    this.#hosts = this.#hosts.map((each) => (each === host ? { ...host, connections } : each));
  }

  /** Undefined: nobody has this address. */
  endAt(address: IpAddress): End | undefined {
    const text = printAddress(address);
    const lif = this.#lifs.find((each) => each.address === text);
    return lif === undefined ? this.hostAt(text)?.end : this.seatOf(lif).end;
  }

  hostAt(address: string): HostState | undefined {
    return this.#hosts.find(({ addresses }) => addresses.includes(address));
  }

  hostOf({ hostId }: { readonly hostId: string }): HostState {
    const host = this.#hosts.find(({ id }) => id === hostId);
    invariant(host !== undefined, 'a host of the lab');
    return host;
  }

  seatOf({ nodeName, svmName }: Pick<Seat, 'nodeName' | 'svmName'>): Seat {
    const seat = this.seats.find((each) => each.nodeName === nodeName && each.svmName === svmName);
    invariant(seat !== undefined, 'every LIF has its SVM and its node');
    return seat;
  }
}

function seatsOf(lifs: readonly Lif[], portsOf: (endName: string) => EndPorts): readonly Seat[] {
  const seats = new Map<string, Seat>();
  for (const { nodeName, svmName } of lifs) {
    const name = `${nodeName} ${svmName}`;
    if (!seats.has(name)) seats.set(name, { nodeName, svmName, end: new End(name, 'cluster', portsOf(name)) });
  }
  return [...seats.values()];
}
