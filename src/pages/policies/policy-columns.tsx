/** The columns of the policy table. What a cell shows and what it copies come from the same row. */
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';
import { useOpenRow } from '../../components/inspector/use-open-row.ts';
import { worstFirst } from '../../components/state/wire-states.ts';
import type { TableColumn } from '../../components/table/table-column.ts';
import { formatCount } from '../../components/text/format.ts';
import { PolicyMenu } from './PolicyMenu.tsx';
import { PolicyState } from './PolicyState.tsx';
import type { PolicyRow } from './policy-row.ts';
import { actionWords, authText, identitiesText, localText, remoteText, serviceText } from './policy-text.ts';

export const policyColumns: readonly TableColumn<PolicyRow>[] = [
  {
    id: 'name',
    header: 'Name',
    isRowHeader: true,
    width: 160,
    grow: 2,
    sortBy: ({ policy }) => policy.name,
    copy: ({ policy }) => policy.name,
    cell: ({ policy }) => <PolicyLink policy={policy} />,
  },
  {
    id: 'svm',
    header: 'SVM',
    isInCard: true,
    width: 64,
    grow: 0.6,
    sortBy: ({ policy }) => policy.svm?.name,
    copy: ({ policy }) => policy.svm?.name,
    cell: ({ policy }) => policy.svm?.name ?? 'cluster',
  },
  {
    id: 'local',
    header: 'Local',
    isInCard: true,
    width: 136,
    grow: 1.4,
    sortBy: localText,
    copy: localText,
    cell: (row) => <Address text={localText(row)} />,
  },
  {
    id: 'remote',
    header: 'Remote',
    isInCard: true,
    width: 136,
    grow: 1.4,
    sortBy: remoteText,
    copy: remoteText,
    cell: (row) => <Address text={remoteText(row)} />,
  },
  {
    id: 'service',
    header: 'Protocol, port',
    width: 112,
    sortBy: serviceText,
    copy: serviceText,
    cell: serviceText,
  },
  {
    id: 'action',
    header: 'Action',
    width: 88,
    sortBy: ({ policy }) => actionWords[policy.action ?? 'esp_transport'],
    cell: ({ policy }) => actionWords[policy.action ?? 'esp_transport'],
  },
  { id: 'auth', header: 'Auth', width: 64, sortBy: authText, cell: authText },
  {
    id: 'identities',
    header: 'Identities',
    width: 120,
    grow: 1.2,
    copy: identitiesText,
    cell: (row) =>
      row.policy.remote_identity === undefined && row.policy.local_identity === undefined ? (
        <Box component="span" sx={{ color: 'text.secondary' }}>
          left out
        </Box>
      ) : (
        identitiesText(row)
      ),
  },
  {
    id: 'sas',
    header: 'IPsec SAs',
    width: 88,
    align: 'end',
    sortBy: ({ ipsecSaCount }) => ipsecSaCount,
    cell: ({ ipsecSaCount }) => formatCount(ipsecSaCount),
  },
  {
    id: 'state',
    header: 'State',
    width: 128,
    grow: 1,
    isInCard: true,
    sortBy: ({ state }) => stateOrder.indexOf(state),
    cell: (row) => <PolicyState row={row} />,
  },
  {
    id: 'actions',
    header: 'Actions',
    width: 72,
    align: 'end',
    cell: ({ policy }) => <PolicyMenu policy={policy} />,
  },
];

const stateOrder: readonly PolicyRow['state'][] = [...worstFirst, 'shadowed', 'disabled'];

function PolicyLink({ policy }: Pick<PolicyRow, 'policy'>) {
  const { hrefOf } = useOpenRow();
  return (
    <Link component={RouterLink} to={hrefOf(policy.uuid)} preventScrollReset>
      {policy.name}
    </Link>
  );
}

const Address = ({ text }: { readonly text: string }) => (
  <Box component="span" sx={{ fontVariantNumeric: 'tabular-nums slashed-zero' }}>
    {text}
  </Box>
);
