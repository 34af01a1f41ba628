/**
 * A lab that runs: the domain's lab, paced by the outside's clock, following its cluster, with its configuration in the store.
 * A command is durable before it is answered; commands go one at a time.
 */
import type { LabAnswer, LabCommand, LabSnapshot } from '../../contract/lab-port.ts';
import { toHex } from '../../domain/bytes/hex.ts';
import { unreachable } from '../../domain/bytes/result.ts';
import type { SecurityAssociationView } from '../../domain/cluster/associations.ts';
import { parsePreSharedKey, typedSecret } from '../../domain/cluster/pre-shared-key.ts';
import type { CryptoProvider } from '../../domain/crypto/provider.ts';
import type { HostConnection } from '../../domain/host/host.ts';
import { hostConnectionFor, type MatchRefusal } from '../../domain/host/match.ts';
import { initialHosts, initialStreams } from '../../domain/lab/initial-lab.ts';
import { Lab } from '../../domain/lab/lab.ts';
import type { Store, StoreWrite } from '../store.ts';
import type { Cluster } from '../stored-cluster.ts';
import {
  clockSchema,
  faultsSchema,
  initialSettings,
  type LabSettings,
  putHost,
  putSettings,
  removeHost,
  removeSettings,
  type StoredLab,
} from './lab-documents.ts';
import { type LabTimers, Pacer } from './pacer.ts';
import { snapshotOf } from './snapshot.ts';

export interface RunningLabSetup {
  readonly cluster: Cluster;
  readonly store: Store;
  readonly stored: StoredLab;
  readonly provider: CryptoProvider;
  readonly timers: LabTimers;
  /** Given: keys, nonces and SPIs come from it too, and the whole run can be replayed. */
  readonly seed?: string;
  /** Something that a snapshot shows has changed. */
  readonly onChange: () => void;
  readonly onError: (error: unknown, endName: string) => void;
}

const done: LabAnswer = { ok: true };
const refused = (message: string): LabAnswer => ({ ok: false, message });
const notStored = refused('The change could not be stored, so nothing was changed: see whether the disk is full.');

export class RunningLab {
  readonly #setup: RunningLabSetup;
  #lab: Lab;
  #pacer: Pacer;
  #seed: string;
  #settings: LabSettings;
  #last: Promise<unknown> = Promise.resolve();
  #loading: Promise<void> = Promise.resolve();
  readonly #unsubscribe: () => void;

  private constructor(setup: RunningLabSetup) {
    this.#setup = setup;
    this.#settings = setup.stored.settings;
    this.#seed = this.#newSeed();
    this.#lab = this.#newLab(Math.floor(setup.timers.nowMs()));
    this.#pacer = this.#newPacer();
    this.#unsubscribe = setup.cluster.subscribe(async (_, state) => {
      this.#pacer.touch();
      await this.#lab.loadCluster(state);
      this.#changed();
    });
  }

  /** Without SAs, like a rebooted node and rebooted hosts. */
  static async start(setup: RunningLabSetup): Promise<RunningLab> {
    const running = new RunningLab(setup);
    await running.#load(setup.stored.hosts);
    return running;
  }

  stop(): void {
    this.#unsubscribe();
    this.#pacer.stop();
  }

  /** Resolves when nothing is under way: no command, no change of policies, no packet. */
  async settle(): Promise<void> {
    await this.#last;
    await this.#loading;
    await this.#pacer.settle();
  }

  snapshot(sequence: number): LabSnapshot {
    return snapshotOf(this.#lab, { sequence, clock: this.#pacer.clock, seed: this.#seed });
  }

  associations(): readonly SecurityAssociationView[] {
    return this.#lab.associations();
  }

  do(command: LabCommand): Promise<LabAnswer> {
    const answer = this.#last.then(() => {
      this.#pacer.touch();
      return this.#carryOut(command);
    });
    this.#last = answer.catch(() => undefined); // a bug in one command is its caller's to report, the next one still runs
    return answer.finally(() => this.#changed());
  }

  #carryOut(command: LabCommand): Promise<LabAnswer> {
    switch (command.type) {
      case 'configureHost':
        return this.#configureHost(command);
      case 'clearHost':
        return this.#clearHost(command.hostId);
      case 'setTraffic':
        return this.#setTraffic(command.streamId, command.isRunning);
      case 'setFaults':
        return this.#setFaults(command.faults);
      case 'setClock':
        return this.#setClock(command);
      case 'rekey':
        return this.#found(this.#lab.rekeyChild(command.inSpi), `No IPsec SA receives on SPI ${command.inSpi} now.`);
      case 'deleteIkeSa':
        return this.#found(
          this.#lab.deleteIkeSa(command.initiatorSpi),
          `No IKE SA has the initiator's SPI ${command.initiatorSpi} now.`,
        );
      case 'allClear':
        return this.#allClear();
      case 'reset':
        return this.#reset();
      default:
        return unreachable(command);
    }
  }

  async #configureHost(command: Extract<LabCommand, { readonly type: 'configureHost' }>): Promise<LabAnswer> {
    const { hostId, policyName, svmName } = command;
    const host = this.#lab.hosts.find(({ id }) => id === hostId);
    if (host === undefined) return refused(`The lab has no host ${hostId}.`);
    const policy = this.#setup.cluster
      .state()
      .policies.find(({ name, svm }) => name === policyName && svm?.name === svmName);
    if (policy === undefined) return refused(`${svmName} has no policy ${policyName}.`);
    const key = parsePreSharedKey(typedSecret(command.key));
    if (!key.ok) {
      return refused(
        'A pre-shared key has 18 to 128 printable ASCII characters; after 0x come pairs of hex digits, after 0s Base64.',
      );
    }
    const matching = hostConnectionFor({ ...policy, svmName }, host, key.value);
    if (!matching.ok) return refused(matchRefusalText(matching.error, host.name, policyName));
    return this.#configure(hostId, withConnection(host.connections, matching.value));
  }

  async #clearHost(hostId: string): Promise<LabAnswer> {
    if (!this.#lab.hosts.some(({ id }) => id === hostId)) return refused(`The lab has no host ${hostId}.`);
    return this.#configure(hostId, []);
  }

  async #configure(hostId: string, connections: readonly HostConnection[]): Promise<LabAnswer> {
    const write = connections.length === 0 ? removeHost(hostId) : putHost(hostId, connections);
    if (!(await this.#store(write))) return notStored;
    const configured = await this.#lab.configureHost(hostId, connections);
    return configured.ok ? done : refused(`The host cannot load its configuration: ${configured.error.field}.`);
  }

  async #setTraffic(streamId: string, isRunning: boolean): Promise<LabAnswer> {
    if (!this.#lab.streams.some(({ place }) => place.id === streamId)) {
      return refused(`The lab has no stream ${streamId}.`);
    }
    const traffic = { ...this.#settings.traffic, [streamId]: isRunning };
    if (!(await this.#keep({ ...this.#settings, traffic }))) return notStored;
    this.#lab.setTraffic(streamId, isRunning);
    return done;
  }

  async #setFaults(given: LabSettings['faults']): Promise<LabAnswer> {
    const faults = faultsSchema.safeParse(given);
    if (!faults.success) {
      return refused('Loss, duplicates and reordering go from 0 to 100 %, delay from 0 to 10,000 ms.');
    }
    if (!(await this.#keep({ ...this.#settings, faults: faults.data }))) return notStored;
    this.#lab.setFaults(faults.data);
    return done;
  }

  async #setClock(given: LabSettings['clock']): Promise<LabAnswer> {
    const clock = clockSchema.safeParse({ rate: given.rate, isPaused: given.isPaused });
    if (!clock.success) return refused('The lab clock runs at 0.1 to 100 lab seconds a second.');
    if (!(await this.#keep({ ...this.#settings, clock: clock.data }))) return notStored;
    this.#pacer.setClock(clock.data);
    return done;
  }

  async #found(asked: Promise<boolean>, otherwise: string): Promise<LabAnswer> {
    return (await asked) ? done : refused(otherwise);
  }

  /** One batch: policies, settings and hosts go together or stay together. */
  async #allClear(): Promise<LabAnswer> {
    const hosts = this.#lab.hosts.filter(({ connections }) => connections.length > 0);
    const cleared = await this.#setup.cluster.do(
      { type: 'clearIpsec' },
      hosts.map(({ id }) => removeHost(id)),
    );
    if (!cleared.ok) return notStored;
    for (const { id } of hosts) await this.#lab.configureHost(id, []);
    return done;
  }

  /** One batch, then a lab like the first: no SAs, no counters, no failures. */
  async #reset(): Promise<LabAnswer> {
    const writes = [...this.#lab.hosts.map(({ id }) => removeHost(id)), removeSettings];
    const cleared = await this.#setup.cluster.do({ type: 'reset' }, writes);
    if (!cleared.ok) return notStored;
    const { nowMs } = this.#lab;
    this.#pacer.stop();
    this.#settings = initialSettings;
    this.#seed = this.#newSeed();
    this.#lab = this.#newLab(nowMs);
    this.#pacer = this.#newPacer();
    await this.#load(new Map());
    return done;
  }

  async #keep(settings: LabSettings): Promise<boolean> {
    if (!(await this.#store(putSettings(settings)))) return false;
    this.#settings = settings;
    return true;
  }

  async #store(write: StoreWrite): Promise<boolean> {
    return (await this.#setup.store.commit([write])).ok;
  }

  #newSeed(): string {
    return this.#setup.seed ?? toHex(this.#setup.provider.random(8));
  }

  #newLab(startAtMs: number): Lab {
    const { provider, seed, cluster, onError } = this.#setup;
    const { traffic, faults } = this.#settings;
    const lab = new Lab({
      ...{ provider, startAtMs, onError },
      seed: this.#seed,
      randomness: seed === undefined ? 'provider' : 'seed',
      cluster: cluster.state(),
      hosts: initialHosts,
      streams: initialStreams.map((plan) => ({ ...plan, isRunning: traffic[plan.id] ?? plan.isRunning })),
    });
    lab.setFaults(faults);
    return lab;
  }

  #newPacer(): Pacer {
    return new Pacer(this.#lab, this.#setup.timers, this.#settings.clock, () => this.#setup.onChange());
  }

  async #load(hosts: StoredLab['hosts']): Promise<void> {
    await this.#lab.loadCluster(this.#setup.cluster.state());
    for (const [hostId, connections] of hosts) {
      if (this.#lab.hosts.some(({ id }) => id === hostId)) await this.#lab.configureHost(hostId, connections);
    }
    this.#changed();
  }

  #changed(): void {
    this.#pacer.poke();
    this.#setup.onChange();
  }
}

/** The new connection first: strongSwan, and so the host's SPD, takes the first that fits. */
function withConnection(connections: readonly HostConnection[], added: HostConnection): readonly HostConnection[] {
  const { name, svmName } = added.policy;
  const others = connections.filter(
    (each) => each.name !== added.name && !(each.policy.name === name && each.policy.svmName === svmName),
  );
  return [added, ...others];
}

function matchRefusalText(refusal: MatchRefusal, hostName: string, policyName: string): string {
  switch (refusal.code) {
    case 'nothingToProtect':
      return `Policy ${policyName} ${refusal.action === 'bypass' ? 'lets traffic pass in clear' : 'discards traffic'}: there is nothing to configure on ${hostName}.`;
    case 'needsCertificates':
      return `Policy ${policyName} wants certificates; lab hosts have pre-shared keys alone so far.`;
    case 'noAddress':
      return `Policy ${policyName} is for ${refusal.subnet}, and ${hostName} has ${refusal.addresses.join(' and ')}: choose a host inside, or change the policy's remote subnet.`;
    default:
      return unreachable(refusal);
  }
}
