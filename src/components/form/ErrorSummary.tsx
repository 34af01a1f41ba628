/**
 * The errors of a form, above it, each a link to its field. Takes the focus when it appears or grows anew (`attempt`), so that a
 * refused submit is never silent.
 */
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useEffect, useRef } from 'react';

export interface FieldError {
  /** The control's `name`; absent: belongs to the whole form. */
  readonly name?: string;
  readonly message: string;
}

export interface ErrorSummaryProps {
  readonly errors: readonly FieldError[];
  /** Counts refused submits. */
  readonly attempt: number;
  /** ONTAP's message and code, where the cluster refused. */
  readonly details?: string;
}

export function ErrorSummary({ errors, attempt, details }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  const isShown = errors.length > 0 && attempt > 0;
  useEffect(() => {
    if (isShown && attempt > 0) {
      box.current?.focus();
    }
  }, [isShown, attempt]);
  if (!isShown) {
    return null;
  }
  return (
    <Box
      ref={box}
      tabIndex={-1}
      role="alert"
      sx={{ border: '1px solid', borderColor: 'state.failed', borderRadius: '6px', p: '12px 16px', mb: '24px' }}
    >
      <Typography component="h2" variant="h2">
        {errors.length === 1 ? 'One entry stands in the way' : `${errors.length} entries stand in the way`}
      </Typography>
      <Box component="ul" sx={{ my: '8px', pl: '20px', '& li + li': { mt: '4px' } }}>
        {errors.map((error) => (
          <li key={`${error.name}-${error.message}`}>
            {error.name === undefined ? error.message : <FieldLink name={error.name} message={error.message} />}
          </li>
        ))}
      </Box>
      {details === undefined ? null : (
        <Typography variant="body2" color="textSecondary">
          {details}
        </Typography>
      )}
    </Box>
  );
}

function FieldLink({ name, message }: { readonly name: string; readonly message: string }) {
  const goThere = () => document.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`)?.focus();
  return (
    <Link component="button" type="button" onClick={goThere} sx={{ textAlign: 'left' }}>
      {message}
    </Link>
  );
}

/** The errors of a react-hook-form draft as a flat list; `root` belongs to the whole form. */
export function flatErrors(errors: object, path: readonly string[] = []): FieldError[] {
  return Object.entries(errors).flatMap(([key, value]: [string, unknown]): FieldError[] => {
    if (typeof value !== 'object' || value === null || key === 'ref') {
      return [];
    }
    const here = [...path, key];
    const message: unknown = Reflect.get(value, 'message');
    if (typeof message === 'string') {
      return [here[0] === 'root' ? { message } : { name: here.join('.'), message }];
    }
    return flatErrors(value, here);
  });
}
