/** A choice from a short list, bound to a draft. A native select: it works with every keyboard, zoom and reader there is. */
import TextField from '@mui/material/TextField';
import type { ReactNode } from 'react';
import { type Control, type FieldPath, type FieldValues, useController } from 'react-hook-form';
import { grouped } from '../grouped.ts';
import { Field } from './Field.tsx';

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** Choices of one group stand together. */
  readonly group?: string;
}

export interface SelectInputProps<Draft extends FieldValues> {
  readonly control: Control<Draft>;
  readonly name: FieldPath<Draft>;
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly helper?: ReactNode;
  readonly isOptional?: boolean;
  readonly width?: number | string;
}

export function SelectInput<Draft extends FieldValues>(props: SelectInputProps<Draft>) {
  const { control, name, label, choices, helper, isOptional = false, width = 400 } = props;
  const { field, fieldState } = useController({ control, name });
  return (
    <Field label={label} helper={helper} error={fieldState.error?.message} isOptional={isOptional} width={width}>
      {(aria) => (
        <TextField
          select
          fullWidth
          id={aria.id}
          name={field.name}
          value={field.value ?? ''}
          onChange={field.onChange}
          onBlur={field.onBlur}
          inputRef={field.ref}
          error={aria['aria-invalid']}
          slotProps={{
            select: { native: true },
            htmlInput: { 'aria-describedby': aria['aria-describedby'], 'aria-invalid': aria['aria-invalid'] },
          }}
        >
          {[...grouped(choices, ({ group }) => group)].map(([group, members]) =>
            group === undefined ? (
              members.map((choice) => <Option key={choice.value} choice={choice} />)
            ) : (
              <optgroup key={group} label={group}>
                {members.map((choice) => (
                  <Option key={choice.value} choice={choice} />
                ))}
              </optgroup>
            ),
          )}
        </TextField>
      )}
    </Field>
  );
}

const Option = ({ choice }: { readonly choice: Choice }) => <option value={choice.value}>{choice.label}</option>;
