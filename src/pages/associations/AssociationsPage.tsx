/** `/associations`: the security association database, live. Who is encrypted right now, and is it healthy? */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useSuspenseQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { LoaderFunctionArgs } from 'react-router';
import { useFreshness } from '../../api/freshness.ts';
import { ipInterfacesQuery } from '../../api/ip-interfaces.ts';
import { ipsecQuery } from '../../api/ipsec.ts';
import { ipsecPoliciesQuery } from '../../api/ipsec-policies.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { loaderTools } from '../../api/query-client.ts';
import { pollMs, securityAssociationsQuery } from '../../api/security-associations.ts';
import { useCluster } from '../../api/use-cluster.ts';
import { StaleBanner } from '../../components/feedback/StaleBanner.tsx';
import { WithInspector } from '../../components/inspector/Inspector.tsx';
import { useOpenRow } from '../../components/inspector/use-open-row.ts';
import { useKeys } from '../../components/keys/use-keys.ts';
import { PageHeader } from '../../components/PageHeader.tsx';
import { DataTable } from '../../components/table/DataTable.tsx';
import { useTableSort } from '../../components/table/use-table-sort.ts';
import { formatClock, plural } from '../../components/text/format.ts';
import { useNow } from '../../components/use-now.ts';
import { AssociationDrawer } from './AssociationDrawer.tsx';
import { AssociationsEmpty } from './AssociationsEmpty.tsx';
import { associationColumns, hostText } from './association-columns.tsx';
import type { AssociationRow, FailureRow, IkeRow } from './association-row.ts';
import { associationRows } from './association-rows.ts';
import { associationsAnswer } from './associations-answer.ts';
import { changesSince } from './changes.ts';
import { FailureNotice } from './FailureNotice.tsx';
import { useFrozen } from './use-frozen.ts';

export const loader = (args: LoaderFunctionArgs) => {
  const { cluster, queries } = loaderTools(args);
  return Promise.all([
    queries.ensureQueryData(securityAssociationsQuery(cluster)),
    queries.ensureQueryData(ipInterfacesQuery(cluster)),
    queries.ensureQueryData(ipsecPoliciesQuery(cluster)),
    queries.ensureQueryData(ipsecQuery(cluster)),
  ]);
};

export function Component() {
  const cluster = useCluster();
  const snapshot = useLabSnapshot();
  const lab = cluster.kind === 'lab' ? snapshot : undefined;
  const [associations, lifs, policies, ipsec] = useSuspenseQueries({
    queries: [
      securityAssociationsQuery(cluster),
      ipInterfacesQuery(cluster),
      ipsecPoliciesQuery(cluster),
      ipsecQuery(cluster),
    ],
  });
  const live = useMemo(
    () => associationRows({ records: associations.data, lifs: lifs.data, lab }),
    [associations.data, lifs.data, lab],
  );
  const freshness = useFreshness(cluster, useNow());
  const isStale = freshness.isStale || associations.isError; // a request may also wait without end
  const { shown: rows, frozenAtMs, toggle } = useFrozen(live);
  const { sort, onSort } = useTableSort();
  const { openId, open, follow, close } = useOpenRow();
  useKeys([{ keys: 'f', does: frozenAtMs === undefined ? 'Freeze' : 'Resume', act: toggle }]);
  const opened = findRow(rows, openId);
  const failures = rows.filter((row) => row.kind === 'failure');
  return (
    <>
      <PageHeader
        title="Associations"
        answer={associationsAnswer(rows)}
        actions={
          rows.length === 0 ? undefined : (
            <Button variant="outlined" onClick={toggle} aria-pressed={frozenAtMs !== undefined} title="f">
              {frozenAtMs === undefined ? 'Freeze' : 'Resume'}
            </Button>
          )
        }
      >
        {frozenAtMs !== undefined
          ? `Frozen at ${formatClock(frozenAtMs)}, ${plural(changesSince(rows, live), 'change')} waiting`
          : `${isStale ? 'Not live' : `Live, each ${pollMs(cluster) / 1000} s`}; read ${formatClock(associations.dataUpdatedAt)}`}
      </PageHeader>
      <StaleBanner
        asOfMs={isStale ? associations.dataUpdatedAt : undefined}
        source={cluster.id}
        error={associations.error}
        onRetry={() => associations.refetch()}
      />
      {failures.length === 0 ? null : <Failures rows={failures} />}
      {rows.length === 0 ? (
        <AssociationsEmpty cluster={cluster} isIpsecOn={ipsec.data.enabled} policies={policies.data} lab={lab} />
      ) : (
        <WithInspector
          title={opened && titleOf(opened.row)}
          kind={opened === undefined ? '' : kindWords[opened.row.kind]}
          onClose={close}
          inspected={opened && <AssociationDrawer row={opened.row} parent={opened.parent} cluster={cluster} />}
        >
          <DataTable<AssociationRow>
            label={`Associations of ${cluster.id}`}
            rows={rows}
            columns={associationColumns}
            rowId={({ id }) => id}
            childrenOf={childrenOf}
            onOpen={({ id }) => open(id)}
            onFollow={({ id }) => follow(id)}
            openRowId={openId}
            sort={sort}
            onSort={onSort}
            toolbar={toolbarText(rows)}
            isStale={isStale || frozenAtMs !== undefined}
          />
        </WithInspector>
      )}
      {cluster.kind === 'lab' ? null : (
        <Typography color="textSecondary" sx={{ mt: '16px', maxWidth: '72ch' }}>
          ONTAP’s REST lists SAs that exist. A negotiation that failed leaves none, so a host that cannot connect shows
          no row here; look at the client’s log.
        </Typography>
      )}
    </>
  );
}

const childrenOf = (row: AssociationRow): readonly AssociationRow[] | undefined =>
  row.kind === 'ike' && row.children.length > 0 ? row.children : undefined;

const kindWords = { ike: 'IKE SA', ipsec: 'IPsec SA', failure: 'Failed negotiation' } as const;

const titleOf = (row: AssociationRow): string =>
  row.kind === 'ipsec' ? `${row.inSpi} / ${row.outSpi}` : hostText(row);

interface OpenedRow {
  readonly row: AssociationRow;
  readonly parent: IkeRow | undefined;
}

function findRow(rows: readonly (IkeRow | FailureRow)[], id: string | undefined): OpenedRow | undefined {
  for (const row of rows) {
    if (row.id === id) return { row, parent: undefined };
    const child = row.kind === 'ike' ? row.children.find((each) => each.id === id) : undefined;
    if (child !== undefined && row.kind === 'ike') return { row: child, parent: row };
  }
  return undefined;
}

function toolbarText(rows: readonly (IkeRow | FailureRow)[]): string {
  const ikeRows = rows.filter((row) => row.kind === 'ike');
  const ipsecCount = ikeRows.reduce((sum, { children }) => sum + children.length, 0);
  return `${plural(ikeRows.filter(({ initiatorSpi }) => initiatorSpi !== undefined).length, 'IKE SA')}, ${plural(ipsecCount, 'IPsec SA')}`;
}

function Failures({ rows }: { readonly rows: readonly FailureRow[] }) {
  return (
    <Box component="section" aria-label="Failed negotiations" sx={{ mb: '24px' }}>
      <Typography component="h2" variant="h2" sx={{ mb: '8px' }}>
        {plural(rows.length, 'negotiation')} failed
      </Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: '8px' }}>
        {rows.slice(0, mostNotices).map((row) => (
          <FailureNotice key={row.id} row={row} />
        ))}
      </Box>
    </Box>
  );
}

/** The rest stands in the table: a page of notices hides what works. */
const mostNotices = 3;
