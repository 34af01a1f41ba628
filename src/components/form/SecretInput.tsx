/**
 * A key: it goes in and never comes out. It can be seen while it is typed, by a button; the browser is told that it is a new one,
 * so that password managers neither fill nor offer a stored one.
 */
import VisibilityOffOutlined from '@mui/icons-material/VisibilityOffOutlined';
import VisibilityOutlined from '@mui/icons-material/VisibilityOutlined';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { type ReactNode, useState } from 'react';
import { type Control, type FieldPath, type FieldValues, useController } from 'react-hook-form';
import { Field } from './Field.tsx';

export interface SecretInputProps<Draft extends FieldValues> {
  readonly control: Control<Draft>;
  readonly name: FieldPath<Draft>;
  readonly label: string;
  readonly helper?: ReactNode;
  readonly warning?: ReactNode;
}

export function SecretInput<Draft extends FieldValues>({
  control,
  name,
  label,
  helper,
  warning,
}: SecretInputProps<Draft>) {
  const { field, fieldState } = useController({ control, name });
  const [isShown, setShown] = useState(false);
  return (
    <Field label={label} helper={helper} warning={warning} error={fieldState.error?.message} width={560}>
      {(aria) => (
        <TextField
          fullWidth
          id={aria.id}
          name={field.name}
          type={isShown ? 'text' : 'password'}
          autoComplete="new-password"
          value={field.value ?? ''}
          onChange={field.onChange}
          onBlur={field.onBlur}
          inputRef={field.ref}
          error={aria['aria-invalid']}
          slotProps={{
            htmlInput: {
              'aria-describedby': aria['aria-describedby'],
              'aria-invalid': aria['aria-invalid'],
              spellCheck: false,
              autoCapitalize: 'none',
              style: { fontFamily: 'var(--ow-mono)' },
            },
            input: {
              endAdornment: (
                <InputAdornment position="end">
                  <IconButton
                    size="small"
                    edge="end"
                    aria-label={`Show ${label.toLowerCase()}`}
                    aria-pressed={isShown}
                    onClick={() => setShown(!isShown)}
                  >
                    {isShown ? <VisibilityOffOutlined fontSize="inherit" /> : <VisibilityOutlined fontSize="inherit" />}
                  </IconButton>
                </InputAdornment>
              ),
            },
          }}
        />
      )}
    </Field>
  );
}
