/** What the lab's wire does to datagrams: a slider and a figure for each fault; both set it at once. */
import Box from '@mui/material/Box';
import InputAdornment from '@mui/material/InputAdornment';
import Slider from '@mui/material/Slider';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type KeyboardEvent, useId, useState } from 'react';
import { useLabCommand } from '../../api/lab.tsx';
import { ActButton } from '../../components/ActButton.tsx';
import { ErrorState } from '../../components/feedback/ErrorState.tsx';
import { useIsSilent } from '../../components/use-is-silent.ts';
import type { LabFaults } from '../../contract/lab-port.ts';
import { areEqual, type FaultKnob, faultKnobs, hasFaults, noFaults, shownOf, turned } from './faults.ts';
import { Section } from './Section.tsx';

export function FaultsSection({ faults: told }: { readonly faults: LabFaults }) {
  const command = useLabCommand();
  // Snapshots come twice a second; until the next one says otherwise, what was asked for counts.
  const [asked, setAsked] = useState<{ readonly faults: LabFaults; readonly before: LabFaults }>();
  if (asked !== undefined && !areEqual(asked.before, told)) setAsked(undefined);
  const faults = command.error === null ? (asked?.faults ?? told) : told;
  const set = (next: LabFaults) => {
    if (next === faults) return;
    setAsked({ faults: next, before: told });
    command.mutate({ type: 'setFaults', faults: next });
  };
  return (
    <Section
      title="Faults of the wire"
      lead="Drawn from the lab’s seed, so a run can be repeated."
      actions={
        <ActButton size="small" variant="outlined" disabled={!hasFaults(faults)} onClick={() => set(noFaults)}>
          Clear faults
        </ActButton>
      }
    >
      <Box
        sx={{
          display: 'grid',
          gap: '16px 32px',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
        }}
      >
        {faultKnobs.map((knob) => (
          <Knob
            key={knob.field}
            knob={knob}
            figure={shownOf(knob, faults)}
            onTurn={(figure) => set(turned(knob, figure, faults))}
          />
        ))}
      </Box>
      {command.error === null ? null : <ErrorState title="The wire is as it was" error={command.error} />}
    </Section>
  );
}

interface KnobProps {
  readonly knob: FaultKnob;
  readonly figure: number;
  readonly onTurn: (figure: number) => void;
}

function Knob({ knob, figure, onTurn }: KnobProps) {
  const id = useId();
  const isSilent = useIsSilent();
  /** What the hand holds: a slider on its way, a figure half typed. Absent: the lab's own. */
  const [held, setHeld] = useState<string>();
  const letGo = (text: string | undefined) => {
    if (text !== undefined) onTurn(text.trim() === '' ? Number.NaN : Number(text));
    setHeld(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') letGo(held);
    if (event.key === 'Escape') setHeld(undefined);
  };
  const dragged = held === undefined || Number.isNaN(Number(held)) ? figure : Number(held);
  return (
    <Box role="group" aria-labelledby={id}>
      <Typography id={id} component="h3" sx={{ fontWeight: 500 }}>
        {knob.label}
      </Typography>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: '16px' }}>
        <Slider
          size="small"
          disabled={isSilent}
          aria-label={`${knob.label}, slider`}
          value={Math.min(knob.max, dragged)}
          max={knob.max}
          step={knob.step}
          getAriaValueText={(value) => `${value} ${knob.unit}`}
          onChange={(_, value) => setHeld(String(value))}
          onChangeCommitted={(_, value) => letGo(String(value))}
        />
        <TextField
          disabled={isSilent}
          value={held ?? String(figure)}
          onChange={(event) => setHeld(event.target.value)}
          onBlur={() => letGo(held)}
          onKeyDown={onKeyDown}
          sx={{ width: 112, flex: 'none' }}
          slotProps={{
            htmlInput: { 'aria-label': `${knob.label}, ${knob.unit}`, inputMode: 'numeric', autoComplete: 'off' },
            input: { endAdornment: <InputAdornment position="end">{knob.unit}</InputAdornment> },
          }}
        />
      </Box>
      <Typography variant="helper" component="p" sx={{ mt: 0 }}>
        {knob.detail}
      </Typography>
    </Box>
  );
}
