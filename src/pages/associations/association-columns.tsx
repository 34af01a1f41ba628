/** The columns of the association treegrid: one list for IKE SAs, their IPsec SAs, and failures. */
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import { useOpenRow } from '../../components/inspector/use-open-row.ts';
import { StateChip } from '../../components/state/StateChip.tsx';
import { worstFirst } from '../../components/state/wire-states.ts';
import type { TableColumn } from '../../components/table/table-column.ts';
import { formatDuration, formatOctets, formatRate } from '../../components/text/format.ts';
import { NotReported } from '../../components/text/NotReported.tsx';
import { Spi } from '../../components/text/Spi.tsx';
import type { AssociationRow } from './association-row.ts';
import { LifeBar } from './LifeBar.tsx';

export const associationColumns: readonly TableColumn<AssociationRow>[] = [
  {
    id: 'host',
    header: 'Host / SA',
    width: 168,
    grow: 2,
    isRowHeader: true,
    sortBy: ({ remoteAddress }) => remoteAddress,
    copy: ({ remoteAddress }) => remoteAddress,
    cell: (row) => <RowLink row={row} />,
  },
  {
    id: 'lif',
    header: 'SVM, LIF',
    isInCard: true,
    width: 112,
    grow: 1,
    sortBy: (row) => placeText(row),
    copy: ({ localAddress }) => localAddress,
    isBlank: isIpsec,
    cell: (row) => placeText(row),
  },
  {
    id: 'policy',
    header: 'Policy',
    isInCard: true,
    width: 104,
    grow: 1,
    sortBy: ({ policyName }) => policyName,
    copy: ({ policyName }) => policyName,
    isBlank: isIpsec,
    cell: (row) => (isIpsec(row) ? '' : row.policyName),
  },
  {
    id: 'state',
    header: 'State',
    width: 112,
    isInCard: true,
    sortBy: ({ state }) => worstFirst.indexOf(state),
    cell: ({ state }) => <StateChip state={state} isPlain />,
  },
  { id: 'spi', header: 'SPI', width: 176, copy: spiText, cell: (row) => <Spis row={row} /> },
  {
    id: 'suite',
    header: 'Suite',
    width: 120,
    grow: 1,
    copy: suiteText,
    // The cipher; the drawer has the rest.
    cell: (row) => suiteText(row)?.split(',')[0] ?? <NotReported />,
  },
  {
    id: 'in',
    header: 'In',
    width: 80,
    align: 'end',
    sortBy: (row) => octets(row)?.in,
    copy: (row) => exact(octets(row)?.in),
    cell: (row) => <Figure value={octets(row)?.in} print={formatOctets} />,
  },
  {
    id: 'out',
    header: 'Out',
    width: 80,
    align: 'end',
    sortBy: (row) => octets(row)?.out,
    copy: (row) => exact(octets(row)?.out),
    cell: (row) => <Figure value={octets(row)?.out} print={formatOctets} />,
  },
  {
    id: 'rate',
    header: 'Rate',
    width: 96,
    align: 'end',
    isInCard: true,
    sortBy: rateOf,
    isBlank: isIpsec,
    cell: (row) => (isIpsec(row) ? null : <Figure value={rateOf(row)} print={formatRate} />),
  },
  {
    id: 'life',
    header: 'Rekey in',
    width: 112,
    isInCard: true,
    sortBy: (row) => (row.kind === 'failure' ? row.failure.retryAtMs : (row.life?.rekeyAtMs ?? row.life?.expiresAtMs)),
    cell: (row) =>
      row.kind === 'failure' ? (
        retryText(row.failure.retryAtMs, row.nowMs)
      ) : (
        <LifeBar life={row.life} lifetimeSeconds={row.lifetimeSeconds} isBrief />
      ),
  },
];

/** What it shares with its IKE SA stands there alone. */
function isIpsec({ kind }: AssociationRow): boolean {
  return kind === 'ipsec';
}

function RowLink({ row }: { readonly row: AssociationRow }) {
  const { hrefOf } = useOpenRow();
  return (
    <Link component={RouterLink} to={hrefOf(row.id)} preventScrollReset sx={{ whiteSpace: 'nowrap' }}>
      {isIpsec(row) ? (
        'IPsec SA'
      ) : (
        <>
          {hostName(row)} <span className="figures">{row.remoteAddress}</span>
        </>
      )}
    </Link>
  );
}

/** `client1 10.1.0.44`: the name where one is known, the address always. */
export const hostText = (row: AssociationRow): string => `${hostName(row)} ${row.remoteAddress}`.trim();

const hostName = (row: AssociationRow): string => ('hostName' in row ? (row.hostName ?? '') : '');

const placeText = (row: AssociationRow): string => {
  if (row.kind === 'ipsec') return '';
  return [row.svmName, row.lifName ?? row.localAddress].filter((part) => part !== undefined).join(' ');
};

/** An IKE SA by its initiator's SPI (the drawer has both), an IPsec SA by in and out. */
function Spis({ row }: { readonly row: AssociationRow }): ReactNode {
  if (row.kind === 'failure') return <NotReported />;
  if (row.kind === 'ike') return <Spi value={row.initiatorSpi} />;
  return (
    <Box component="span" sx={{ display: 'inline-flex', gap: '6px', alignItems: 'baseline', whiteSpace: 'nowrap' }}>
      <Spi value={row.inSpi} />
      <Box component="span" sx={{ color: 'text.secondary' }} aria-hidden="true">
        /
      </Box>
      <Spi value={row.outSpi} />
    </Box>
  );
}

function spiText(row: AssociationRow): string | undefined {
  if (row.kind === 'failure') return undefined;
  return row.kind === 'ike' ? row.initiatorSpi : row.inSpi;
}

function suiteText(row: AssociationRow): string | undefined {
  return row.kind === 'failure' ? undefined : row.suite;
}

/** Of an IKE SA: the sum of its IPsec SAs, which is what the host sent and got. */
function octets(row: AssociationRow): { readonly in: number; readonly out: number } | undefined {
  if (row.kind === 'failure') return undefined;
  if (row.kind === 'ipsec') return { in: row.inOctets, out: row.outOctets };
  return {
    in: row.children.reduce((sum, { inOctets }) => sum + inOctets, 0),
    out: row.children.reduce((sum, { outOctets }) => sum + outOctets, 0),
  };
}

const exact = (count: number | undefined): string | undefined => (count === undefined ? undefined : String(count));

function Figure({ value, print }: { readonly value: number | undefined; readonly print: (value: number) => string }) {
  return value === undefined ? (
    <NotReported />
  ) : (
    <Box component="span" sx={figures}>
      {print(value)}
    </Box>
  );
}

/** Octets a second, both ways; the wire in the drawer tells them apart. */
function rateOf(row: AssociationRow): number | undefined {
  return row.kind === 'ike' && row.traffic ? row.traffic.inRate + row.traffic.outRate : undefined;
}

const figures = { fontVariantNumeric: 'tabular-nums slashed-zero', whiteSpace: 'nowrap' } as const;

function retryText(retryAtMs: number | undefined, nowMs: number): string {
  if (retryAtMs === undefined) return 'with the next packet';
  return retryAtMs <= nowMs ? 'retrying' : `retry in ${formatDuration(retryAtMs - nowMs)}`;
}
