/**
 * The frame of every field: label above, helper below and always visible, the error beneath the helper with its mark. Only the
 * optional ones are marked, since most are required.
 */
import ErrorOutlineOutlined from '@mui/icons-material/ErrorOutlineOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId } from 'react';

/** What a control takes over so that its label, helper and error are heard with it. */
export interface ControlAria {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
}

export interface FieldProps {
  /** One to three words, no colon. */
  readonly label: string;
  /** The format by example; always shown. */
  readonly helper?: ReactNode;
  readonly error?: string | undefined;
  /** Does not block: low entropy, a host bit. */
  readonly warning?: ReactNode;
  readonly isOptional?: boolean;
  /** As wide as the content: a CSS width. */
  readonly width?: number | string;
  readonly children: (aria: ControlAria) => ReactNode;
}

export function Field({ label, helper, error, warning, isOptional = false, width = 400, children }: FieldProps) {
  const id = useId();
  const described = [
    helper === undefined ? undefined : `${id}-helper`,
    error === undefined ? undefined : `${id}-error`,
    warning === undefined ? undefined : `${id}-warning`,
  ].filter((part) => part !== undefined);
  return (
    <Box sx={{ maxWidth: '100%', width }}>
      <Typography component="label" htmlFor={id} variant="fieldLabel">
        {label}
        {isOptional ? <OptionalMark /> : null}
      </Typography>
      {children({ id, 'aria-describedby': described.join(' ') || undefined, 'aria-invalid': error !== undefined })}
      <FieldNotes id={id} helper={helper} error={error} warning={warning} />
    </Box>
  );
}

function OptionalMark() {
  return (
    <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400 }}>
      {' '}
      (optional)
    </Box>
  );
}

interface FieldNotesProps {
  readonly id: string;
  readonly helper: ReactNode;
  readonly error: string | undefined;
  readonly warning?: ReactNode;
}

/** Helper, warning and error beneath a control; ids as `Field` names them. */
export function FieldNotes({ id, helper, error, warning }: FieldNotesProps) {
  return (
    <>
      {helper === undefined ? null : (
        <Typography id={`${id}-helper`} component="div" variant="helper">
          {helper}
        </Typography>
      )}
      {warning === undefined ? null : (
        <Typography id={`${id}-warning`} component="div" variant="helper" sx={{ color: 'state.clear' }}>
          {warning}
        </Typography>
      )}
      {error === undefined ? null : (
        <Typography
          id={`${id}-error`}
          component="div"
          variant="helper"
          sx={{ color: 'state.failed', fontWeight: 500, display: 'flex', gap: '4px' }}
        >
          <ErrorOutlineOutlined aria-hidden="true" sx={{ fontSize: 16, mt: '2px', flex: 'none' }} />
          <span>{error}</span>
        </Typography>
      )}
    </>
  );
}
