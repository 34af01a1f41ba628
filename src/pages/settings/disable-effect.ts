/** What turning IPsec off cuts, and what becomes of the traffic of each host: counted before it is done. */
import { grouped } from '../../components/grouped.ts';
import type { LabSnapshot } from '../../contract/lab-port.ts';
import type { SecurityAssociationRecord } from '../../contract/security-associations.ts';

export interface CutHost {
  readonly name: string;
  readonly ipsecSaCount: number;
  readonly policyNames: readonly string[];
}

export interface DisableEffect {
  readonly saCount: number;
  readonly cutHosts: readonly CutHost[];
  /** Hosts that go on protecting by their own configuration: their traffic stops, it does not pass in clear. */
  readonly stoppedHosts: readonly string[];
  /** Hosts without a configuration: in clear. */
  readonly clearHosts: readonly string[];
}

export function disableEffect(
  associations: readonly SecurityAssociationRecord[],
  lab: Pick<LabSnapshot, 'hosts'> | undefined,
): DisableEffect {
  const nameOf = (address: string) => lab?.hosts.find(({ addresses }) => addresses.includes(address))?.name ?? address;
  const byHost = grouped(associations, ({ remote_address }) => nameOf(remote_address));
  const hosts = lab?.hosts ?? [];
  return {
    saCount: associations.length,
    cutHosts: [...byHost].map(([name, cut]) => ({
      name,
      ipsecSaCount: cut.filter(({ type }) => type === 'ipsec').length,
      policyNames: [...new Set(cut.map(({ policy_name }) => policy_name))],
    })),
    stoppedHosts: hosts.filter(({ configuration }) => configuration !== undefined).map(({ name }) => name),
    clearHosts: hosts.filter(({ configuration }) => configuration === undefined).map(({ name }) => name),
  };
}
