/** A claim that is ticked: a warning that has been read, a key that has been stored. */
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import { type ReactNode, useId } from 'react';
import { type Control, type FieldPath, type FieldValues, useController } from 'react-hook-form';
import { FieldNotes } from './Field.tsx';

export interface CheckInputProps<Draft extends FieldValues> {
  readonly control: Control<Draft>;
  readonly name: FieldPath<Draft>;
  readonly label: ReactNode;
  readonly helper?: ReactNode;
}

export function CheckInput<Draft extends FieldValues>({ control, name, label, helper }: CheckInputProps<Draft>) {
  const { field, fieldState } = useController({ control, name });
  const id = useId();
  const error = fieldState.error?.message;
  return (
    <div>
      <Box component="label" sx={{ display: 'flex', alignItems: 'flex-start', gap: '4px', cursor: 'pointer' }}>
        <Checkbox
          size="small"
          name={field.name}
          checked={field.value === true}
          onChange={(event) => field.onChange(event.target.checked)}
          onBlur={field.onBlur}
          slotProps={{
            input: {
              ref: field.ref,
              'aria-invalid': error !== undefined,
              'aria-describedby': `${id}-helper ${id}-error`,
            },
          }}
        />
        <Box sx={{ pt: '6px' }}>{label}</Box>
      </Box>
      <Box sx={{ pl: '34px' }}>
        <FieldNotes id={id} helper={helper} error={error} />
      </Box>
    </div>
  );
}
