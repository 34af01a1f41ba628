/**
 * The shell of a form of one page: summary of errors, fields, buttons. `isPending` and `errors` are required, so that nobody
 * forgets them. Ctrl+Enter submits.
 */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { FormEvent, ReactNode } from 'react';
import { submitOnCtrlEnter } from './ctrl-enter.ts';
import { ErrorSummary, type FieldError } from './ErrorSummary.tsx';

export interface FormShellProps {
  readonly onSubmit: (event: FormEvent) => void;
  /** Verb and object: `Create policy`. */
  readonly act: string;
  /** While it runs: `Creating…` */
  readonly acting: string;
  readonly isPending: boolean;
  readonly errors: readonly FieldError[];
  /** react-hook-form's `formState.submitCount`. */
  readonly attempt: number;
  readonly details?: string;
  readonly onCancel?: () => void;
  readonly children: ReactNode;
}

export function FormShell(props: FormShellProps) {
  return (
    <form onSubmit={props.onSubmit} onKeyDown={submitOnCtrlEnter} noValidate>
      <ErrorSummary
        errors={props.errors}
        attempt={props.attempt}
        {...(props.details === undefined ? {} : { details: props.details })}
      />
      <Box sx={{ display: 'grid', gap: '24px', gridTemplateColumns: 'minmax(0, 1fr)' }}>{props.children}</Box>
      <Box sx={{ display: 'flex', gap: '8px', mt: '32px' }}>
        <Button type="submit" variant="contained" loading={props.isPending} loadingPosition="start">
          {props.isPending ? props.acting : props.act}
        </Button>
        {props.onCancel === undefined ? null : (
          <Button onClick={props.onCancel} disabled={props.isPending}>
            Cancel
          </Button>
        )}
      </Box>
    </form>
  );
}
