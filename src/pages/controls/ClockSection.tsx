/** The lab's own clock: how fast it runs, and the seed from which all its chance is drawn. */
import PauseOutlined from '@mui/icons-material/PauseOutlined';
import PlayArrowOutlined from '@mui/icons-material/PlayArrowOutlined';
import Box from '@mui/material/Box';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useLabCommand } from '../../api/lab.tsx';
import { ActButton } from '../../components/ActButton.tsx';
import { ErrorState } from '../../components/feedback/ErrorState.tsx';
import { CopyButton } from '../../components/text/CopyButton.tsx';
import { formatInstant } from '../../components/text/format.ts';
import { Mono } from '../../components/text/Mono.tsx';
import { useIsSilent } from '../../components/use-is-silent.ts';
import type { LabClock } from '../../contract/lab-port.ts';
import { Section } from './Section.tsx';

const rates = [1, 10, 60] as const;

export function ClockSection({ clock, seed }: { readonly clock: LabClock; readonly seed: string }) {
  const command = useLabCommand();
  const isSilent = useIsSilent();
  const { rate, isPaused } = clock;
  const set = (change: Partial<Pick<LabClock, 'rate' | 'isPaused'>>) =>
    command.mutate({ type: 'setClock', rate, isPaused, ...change });
  return (
    <Section title="Clock" lead="Lifetimes, retries and rekeys go by it: at ×60 an hour passes in a minute.">
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '12px 24px' }}>
        <Typography sx={{ fontVariantNumeric: 'tabular-nums', fontWeight: 500 }}>
          {formatInstant(clock.nowMs)}
        </Typography>
        <ActButton
          variant="outlined"
          startIcon={isPaused ? <PlayArrowOutlined /> : <PauseOutlined />}
          onClick={() => set({ isPaused: !isPaused })}
        >
          {isPaused ? 'Run' : 'Pause'}
        </ActButton>
        <ToggleButtonGroup
          exclusive
          disabled={isSilent}
          size="small"
          value={rate}
          aria-label="Speed of the lab’s clock"
          onChange={(_, next: number | null) => next !== null && set({ rate: next })}
        >
          {rates.map((each) => (
            <ToggleButton key={each} value={each}>
              ×{each}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: '8px', minWidth: 0 }}>
          <span>Seed</span>
          <Mono>{seed}</Mono>
          <CopyButton value={seed} what="seed" />
        </Box>
      </Box>
      {command.error === null ? null : <ErrorState title="The clock is as it was" error={command.error} />}
    </Section>
  );
}
