/** One pre-flight check: its verdict, the value found, why it matters, where it was read; a tick where it wants one. */
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import HelpOutlineOutlined from '@mui/icons-material/HelpOutlineOutlined';
import HighlightOffOutlined from '@mui/icons-material/HighlightOffOutlined';
import WarningAmberOutlined from '@mui/icons-material/WarningAmberOutlined';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import Typography from '@mui/material/Typography';
import { Mono } from '../../components/text/Mono.tsx';
import { type Check, wantsTick } from './preflight.ts';

export interface CheckRowProps {
  readonly check: Check;
  readonly isTicked: boolean;
  readonly onTick: (isTicked: boolean) => void;
}

const looks = {
  pass: { Mark: CheckCircleOutlined, color: 'state.encrypted', word: 'Fine' },
  warn: { Mark: WarningAmberOutlined, color: 'state.clear', word: 'Consider' },
  stop: { Mark: HighlightOffOutlined, color: 'state.failed', word: 'Stops' },
  unknown: { Mark: HelpOutlineOutlined, color: 'state.unknown', word: 'Could not read' },
} as const satisfies Record<Check['verdict'], unknown>;

export function CheckRow({ check, isTicked, onTick }: CheckRowProps) {
  const { Mark, color, word } = looks[check.verdict];
  return (
    <Box component="li" sx={row}>
      <Mark sx={{ fontSize: 20, color, flex: 'none', mt: '1px' }} aria-hidden="true" />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '0 16px' }}>
          <Box component="span" sx={{ fontWeight: 600, minWidth: 112 }}>
            {check.title}
            <span className="visually-hidden">, {word}</span>
          </Box>
          <Box component="span" sx={{ flex: { xs: '1 0 100%', sm: 1 }, overflowWrap: 'anywhere' }}>
            {check.found}
          </Box>
          <Box component="span" sx={{ ...source, display: { xs: 'none', sm: 'inline' } }}>
            <Mono>{check.source}</Mono>
          </Box>
        </Box>
        <Typography variant="body2" color="textSecondary">
          {check.why}
        </Typography>
        <Box sx={{ ...source, display: { sm: 'none' } }}>
          <Mono>{check.source}</Mono>
        </Box>
        {wantsTick(check) ? (
          <Box
            component="label"
            sx={{ display: 'flex', alignItems: 'center', gap: '4px', ml: '-5px', cursor: 'pointer' }}
          >
            <Checkbox size="small" checked={isTicked} onChange={(event) => onTick(event.target.checked)} />I have
            considered this
          </Box>
        ) : null}
      </Box>
    </Box>
  );
}

const source = { color: 'text.secondary', fontSize: '0.75rem' } as const;

const row = {
  display: 'flex',
  gap: '12px',
  py: '12px',
  '& + &': { borderTop: '1px solid', borderColor: 'divider' },
} as const;
