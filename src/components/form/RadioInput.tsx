/** A choice of few, each with a line that says what it means; as a list, or as cards side by side. */
import Box from '@mui/material/Box';
import Radio from '@mui/material/Radio';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId } from 'react';
import { type Control, type FieldPath, type FieldValues, useController } from 'react-hook-form';
import { FieldNotes } from './Field.tsx';

export interface RadioChoice {
  readonly value: string;
  readonly label: string;
  readonly detail?: ReactNode;
  /** Shown and reachable, not to be chosen: why not. */
  readonly disabledBecause?: string;
}

export interface RadioInputProps<Draft extends FieldValues> {
  readonly control: Control<Draft>;
  readonly name: FieldPath<Draft>;
  readonly label: string;
  readonly choices: readonly RadioChoice[];
  readonly helper?: ReactNode;
  readonly layout?: 'list' | 'cards';
}

export function RadioInput<Draft extends FieldValues>(props: RadioInputProps<Draft>) {
  const { control, name, label, choices, helper, layout = 'list' } = props;
  const { field, fieldState } = useController({ control, name });
  const id = useId();
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, minWidth: 0 }}>
      <Typography component="legend" variant="fieldLabel" sx={{ p: 0 }}>
        {label}
      </Typography>
      <Box sx={layouts[layout]}>
        {choices.map((choice, place) => (
          <RadioCard
            key={choice.value}
            choice={choice}
            name={field.name}
            isCard={layout === 'cards'}
            isChecked={field.value === choice.value}
            inputRef={place === 0 ? field.ref : undefined}
            onPick={() => field.onChange(choice.value)}
          />
        ))}
      </Box>
      <FieldNotes id={id} helper={helper} error={fieldState.error?.message} />
    </Box>
  );
}

const layouts = {
  list: { display: 'grid', gap: '4px' },
  cards: { display: 'grid', gap: '12px', gridTemplateColumns: 'repeat(auto-fill, minmax(200px, 1fr))' },
} as const;

interface RadioCardProps {
  readonly choice: RadioChoice;
  readonly name: string;
  readonly isCard: boolean;
  readonly isChecked: boolean;
  readonly inputRef: ((element: HTMLInputElement | null) => void) | undefined;
  readonly onPick: () => void;
}

function RadioCard({ choice, name, isCard, isChecked, inputRef, onPick }: RadioCardProps) {
  const isDisabled = choice.disabledBecause !== undefined;
  return (
    <Box
      component="label"
      sx={{
        display: 'flex',
        gap: '4px',
        alignItems: 'flex-start',
        cursor: isDisabled ? 'default' : 'pointer',
        ...(isCard
          ? {
              p: '8px 12px 12px 4px',
              border: '1px solid',
              borderColor: isChecked ? 'primary.main' : 'control',
              borderRadius: '6px',
              backgroundColor: isChecked ? 'background.selected' : 'background.paper',
            }
          : {}),
      }}
    >
      <Radio
        size="small"
        name={name}
        value={choice.value}
        checked={isChecked}
        disabled={isDisabled}
        onChange={onPick}
        slotProps={{ input: inputRef === undefined ? {} : { ref: inputRef } }}
      />
      <Box sx={{ pt: '6px', minWidth: 0 }}>
        <Box sx={{ fontWeight: 500 }}>{choice.label}</Box>
        <Typography component="div" variant="helper" sx={{ mt: 0 }}>
          {choice.disabledBecause ?? choice.detail}
        </Typography>
      </Box>
    </Box>
  );
}
