/** `/policies`: the security policy database. What is protected, and does every policy still do something? */
import Button from '@mui/material/Button';
import { useQuery, useSuspenseQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type LoaderFunctionArgs, Link as RouterLink, useNavigate } from 'react-router';
import { useFreshness } from '../../api/freshness.ts';
import { ipInterfacesQuery } from '../../api/ip-interfaces.ts';
import { ipsecQuery } from '../../api/ipsec.ts';
import { ipsecPoliciesQuery, useChangeIpsecPolicy } from '../../api/ipsec-policies.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { loaderTools } from '../../api/query-client.ts';
import { securityAssociationsQuery } from '../../api/security-associations.ts';
import { useCluster } from '../../api/use-cluster.ts';
import { ErrorState } from '../../components/feedback/ErrorState.tsx';
import { StaleBanner } from '../../components/feedback/StaleBanner.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import { WithInspector } from '../../components/inspector/Inspector.tsx';
import { useOpenRow } from '../../components/inspector/use-open-row.ts';
import { useKeys } from '../../components/keys/use-keys.ts';
import { PageHeader } from '../../components/PageHeader.tsx';
import { paths } from '../../components/paths.ts';
import { DataTable } from '../../components/table/DataTable.tsx';
import { useTableSort } from '../../components/table/use-table-sort.ts';
import { formatClock, plural } from '../../components/text/format.ts';
import { useNow } from '../../components/use-now.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { EnablePolicyDialog } from './EnablePolicyDialog.tsx';
import { PoliciesEmpty } from './PoliciesEmpty.tsx';
import { PolicyDrawer } from './PolicyDrawer.tsx';
import { PolicyLossDialog } from './PolicyLossDialog.tsx';
import { type PolicyActs, PolicyActsContext } from './PolicyMenu.tsx';
import { policyColumns } from './policy-columns.tsx';
import { associationsOf, lossOf, standingFailure, unreadyHosts } from './policy-effect.ts';
import { shadowedPolicies } from './policy-order.ts';
import { policiesAnswer, policyRows } from './policy-row.ts';
import { useFocusAfterDelete } from './use-focus-after-delete.ts';

export const loader = (args: LoaderFunctionArgs) => {
  const { cluster, queries } = loaderTools(args);
  return Promise.all([
    queries.ensureQueryData(ipsecPoliciesQuery(cluster)),
    queries.ensureQueryData(ipInterfacesQuery(cluster)),
    queries.ensureQueryData(ipsecQuery(cluster)),
  ]);
};

type OpenDialog = { readonly act: 'delete' | 'disable' | 'enable'; readonly policy: IpsecPolicyRecord };

export function Component() {
  const cluster = useCluster();
  const snapshot = useLabSnapshot();
  const lab = cluster.kind === 'lab' ? snapshot : undefined;
  const [policies, lifs, ipsec] = useSuspenseQueries({
    queries: [ipsecPoliciesQuery(cluster), ipInterfacesQuery(cluster), ipsecQuery(cluster)],
  });
  const freshness = useFreshness(cluster, useNow());
  const isStale = freshness.isStale || policies.isError; // a request may also wait without end
  const associations = useQuery(securityAssociationsQuery(cluster));
  const shadowed = useMemo(() => shadowedPolicies(policies.data), [policies.data]);
  const rows = policyRows(policies.data, associations.data ?? [], lab, shadowed);
  const [dialog, setDialog] = useState<OpenDialog>();
  const { openId, open, follow, close } = useOpenRow();
  const navigate = useNavigate();
  const enable = useEnable();
  const { sort, onSort } = useTableSort();
  const markDeleted = useFocusAfterDelete(policies.data);
  const newPolicy = paths.policyNew(cluster.id);

  const acts: PolicyActs = {
    onOpen: ({ uuid }) => open(uuid),
    onEnable: (policy) =>
      ipsec.data.enabled && unreadyHosts(policy, lab?.hosts ?? [], lab?.streams ?? []).length > 0
        ? setDialog({ act: 'enable', policy })
        : enable.set(policy, true),
    onDisable: (policy) =>
      associationsOf(policy, associations.data ?? []).length > 0
        ? setDialog({ act: 'disable', policy })
        : enable.set(policy, false),
    onRepeat: ({ uuid }) => navigate(`${newPolicy}?from=${encodeURIComponent(uuid)}`),
    onDelete: (policy) => setDialog({ act: 'delete', policy }),
  };
  const openRow = rows.find(({ policy }) => policy.uuid === openId);
  useKeys([
    { keys: 'n', does: 'New policy', act: () => void navigate(newPolicy) },
    {
      keys: 'd',
      does: 'Delete the policy of the drawer or of the focused row',
      act: () => openRow && !isStale && acts.onDelete(openRow.policy),
    },
  ]);
  const facts = { cluster, lifs: lifs.data, hosts: lab?.hosts ?? [], isIpsecOn: ipsec.data.enabled };
  return (
    <>
      <PageHeader
        title="Policies"
        answer={rows.length === 0 ? 'No policy: all traffic flows in clear.' : policiesAnswer(rows, ipsec.data.enabled)}
        actions={
          rows.length === 0 ? undefined : (
            <Button component={RouterLink} to={newPolicy} variant="contained" title="n">
              New policy
            </Button>
          )
        }
      >
        Read {formatClock(policies.dataUpdatedAt)}
      </PageHeader>
      <StaleBanner
        asOfMs={isStale ? policies.dataUpdatedAt : undefined}
        source={cluster.id}
        error={policies.error}
        onRetry={() => policies.refetch()}
      />
      {enable.error === null ? null : <ErrorState title="The policy is as it was" error={enable.error} />}
      {rows.length === 0 ? (
        <PoliciesEmpty cluster={cluster} lifs={lifs.data} lab={lab} />
      ) : (
        <PolicyActsContext value={acts}>
          <WithInspector
            title={openRow?.policy.name}
            kind="Policy"
            onClose={close}
            inspected={
              openRow && (
                <PolicyDrawer row={openRow} facts={facts} acts={acts} failure={standingFailure(openRow.policy, lab)} />
              )
            }
          >
            <DataTable
              label={`Policies of ${cluster.id}`}
              rows={rows}
              columns={policyColumns}
              rowId={({ policy }) => policy.uuid}
              onOpen={({ policy }) => open(policy.uuid)}
              onFollow={({ policy }) => follow(policy.uuid)}
              rowKeys={{ d: ({ policy }) => isStale || acts.onDelete(policy) }}
              openRowId={openId}
              sort={sort}
              onSort={onSort}
              toolbar={plural(rows.length, 'policy', 'policies')}
              isStale={isStale}
            />
          </WithInspector>
        </PolicyActsContext>
      )}
      {dialog?.act === 'enable' ? (
        <EnablePolicyDialog
          cluster={cluster}
          policy={dialog.policy}
          unready={unreadyHosts(dialog.policy, lab?.hosts ?? [], lab?.streams ?? [])}
          onClose={() => setDialog(undefined)}
        />
      ) : null}
      {dialog?.act === 'delete' || dialog?.act === 'disable' ? (
        <PolicyLossDialog
          cluster={cluster}
          policy={dialog.policy}
          act={dialog.act}
          loss={lossOf(dialog.policy, policies.data, associations.data ?? [], lab)}
          isIpsecOn={ipsec.data.enabled}
          onClose={() => setDialog(undefined)}
          onDone={() => {
            if (dialog.act === 'delete') markDeleted(dialog.policy);
            setDialog(undefined);
          }}
        />
      ) : null}
    </>
  );
}

/** Enable and disable without SAs have an exact inverse: done at once, with Undo. */
function useEnable() {
  const change = useChangeIpsecPolicy(useCluster());
  const toast = useToast();
  const set = (policy: IpsecPolicyRecord, enabled: boolean) =>
    change.mutate(
      { uuid: policy.uuid, patch: { enabled } },
      {
        onSuccess: () =>
          toast(`Policy ${policy.name} ${enabled ? 'enabled' : 'disabled'}.`, {
            label: 'Undo',
            onClick: () => change.mutate({ uuid: policy.uuid, patch: { enabled: !enabled } }),
          }),
      },
    );
  return { set, error: change.error };
}
