/** A line of text bound to a react-hook-form draft. Errors show on leaving a filled field, then follow the typing. */
import TextField from '@mui/material/TextField';
import type { ReactNode } from 'react';
import { type Control, type FieldPath, type FieldValues, useController } from 'react-hook-form';
import { Field } from './Field.tsx';

export interface TextInputProps<Draft extends FieldValues> {
  readonly control: Control<Draft>;
  readonly name: FieldPath<Draft>;
  readonly label: string;
  readonly helper?: ReactNode;
  readonly warning?: ReactNode;
  readonly isOptional?: boolean;
  readonly width?: number | string;
  /** Addresses, ports and SPIs: the keyboard of a phone, and no spelling help. */
  readonly inputMode?: 'text' | 'numeric' | 'decimal';
  readonly autoComplete?: string;
}

export function TextInput<Draft extends FieldValues>(props: TextInputProps<Draft>) {
  const { control, name, label, helper, warning, isOptional = false, width = 400 } = props;
  const { field, fieldState } = useController({ control, name });
  return (
    <Field
      label={label}
      helper={helper}
      warning={warning}
      error={fieldState.error?.message}
      isOptional={isOptional}
      width={width}
    >
      {(aria) => (
        <TextField
          fullWidth
          id={aria.id}
          name={field.name}
          value={field.value ?? ''}
          onChange={field.onChange}
          onBlur={field.onBlur}
          inputRef={field.ref}
          error={aria['aria-invalid']}
          autoComplete={props.autoComplete ?? 'off'}
          slotProps={{
            htmlInput: {
              'aria-describedby': aria['aria-describedby'],
              'aria-invalid': aria['aria-invalid'],
              inputMode: props.inputMode ?? 'text',
              spellCheck: false,
              autoCapitalize: 'none',
            },
          }}
        />
      )}
    </Field>
  );
}
