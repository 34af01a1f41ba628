/** A failed negotiation as a person needs it: who, at which end and message, why, and what would be right. */
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { useOpenRow } from '../../components/inspector/use-open-row.ts';
import { StateMark } from '../../components/state/StateMark.tsx';
import { formatInstant } from '../../components/text/format.ts';
import { Mono } from '../../components/text/Mono.tsx';
import { hostText } from './association-columns.tsx';
import type { FailureRow } from './association-row.ts';

export function FailureNotice({ row }: { readonly row: FailureRow }) {
  const { hrefOf } = useOpenRow();
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        gap: '12px',
        p: '12px 16px',
        border: '1px solid',
        borderColor: 'divider',
        borderLeft: '3px solid',
        borderLeftColor: 'state.failed',
        borderRadius: '6px',
        backgroundColor: 'background.paper',
      }}
    >
      <Box sx={{ pt: '2px' }}>
        <StateMark state="failed" label="Failed" />
      </Box>
      <Box sx={{ minWidth: 0 }}>
        <Typography component="h3" variant="h2">
          <Link component={RouterLink} to={hrefOf(row.id)} preventScrollReset>
            {hostText(row)} to {row.lifName ?? row.localAddress}
          </Link>
        </Typography>
        <FailureFacts row={row} />
      </Box>
    </Box>
  );
}

export function FailureFacts({ row: { failure, policyName } }: { readonly row: FailureRow }) {
  return (
    <>
      <Typography>{failure.sentence}</Typography>
      <Typography sx={{ mt: '4px', fontWeight: 500 }}>{failure.remedy}</Typography>
      <Typography variant="body2" color="textSecondary" component="p" sx={{ mt: '4px' }}>
        Decided at the {failure.end} in {failure.decidedAt}
        {failure.notify === undefined ? ', without an answer' : null}
        {failure.notify === undefined ? null : (
          <>
            , answered <Mono>{failure.notify}</Mono>
          </>
        )}
        {failure.rfcSection === undefined ? null : `, ${failure.rfcSection}`}
        {policyName === '' ? null : `, policy ${policyName}`}, {formatInstant(failure.atMs)}
      </Typography>
    </>
  );
}
