/**
 * Which policy decides, as the cluster orders those of one SVM that are enabled: by best match. A record that cannot be read takes no
 * part. ONTAP publishes no rule for policies that match equally well: the lab takes the first by name.
 */
import { grouped } from '../../components/grouped.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { readSelector } from '../../domain/cluster/policy-rules.ts';
import { spdPolicyOf } from '../../domain/cluster/spd-policy.ts';
import { orderByBestMatch } from '../../domain/spd/lookup.ts';
import type { SpdPolicy } from '../../domain/spd/policy.ts';
import { holdsAllOf, shadowsIn } from '../../domain/spd/shadow.ts';

/** By UUID, each enabled policy that no packet meets, with the name of the one that all of its packets meet before it. */
export function shadowedPolicies(policies: readonly IpsecPolicyRecord[]): ReadonlyMap<string, string> {
  const bySvm = grouped(
    policies.filter(({ enabled }) => enabled),
    ({ svm }) => svm?.name,
  );
  return new Map([...bySvm.values()].flatMap(shadowedIn));
}

function shadowedIn(siblings: readonly IpsecPolicyRecord[]): readonly (readonly [uuid: string, winner: string])[] {
  const entries = siblings.map((record) => ({ uuid: record.uuid, entry: entryOf(record) }));
  const shadows = shadowsIn(inOrder(entries.map(({ entry }) => entry)));
  return entries.flatMap(({ uuid, entry }) => {
    const winner = entry && shadows.get(entry);
    return winner === undefined ? [] : [[uuid, winner.name] as const];
  });
}

/** The enabled policy that takes the whole of this one's traffic once it is gone; undefined: nobody, so it passes in clear. */
export function successorOf(
  policy: IpsecPolicyRecord,
  policies: readonly IpsecPolicyRecord[],
): IpsecPolicyRecord | undefined {
  const entry = entryOf(policy);
  const others = policies.filter(
    ({ uuid, enabled, svm }) => uuid !== policy.uuid && enabled && svm?.name === policy.svm?.name,
  );
  const next = entry && inOrder(others.map(entryOf)).find((each) => holdsAllOf(each, entry));
  return next && others.find(({ name }) => name === next.name); // names are unique within an SVM
}

const inOrder = (entries: readonly (SpdPolicy | undefined)[]): readonly SpdPolicy[] =>
  orderByBestMatch(entries.filter((each) => each !== undefined));

function entryOf(record: IpsecPolicyRecord): SpdPolicy | undefined {
  const { name, action = 'esp_transport', local_endpoint: local, remote_endpoint: remote, protocol } = record;
  const selector = readSelector({ local, remote, protocol });
  return selector.ok ? spdPolicyOf({ name, action, ...selector.value }) : undefined;
}
