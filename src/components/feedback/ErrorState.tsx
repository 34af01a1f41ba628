/** What a page shows when its data could not be read at all: what failed, what is known of it, and Retry. */

import ErrorOutlineOutlined from '@mui/icons-material/ErrorOutlineOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { CopyButton } from '../text/CopyButton.tsx';
import { Mono } from '../text/Mono.tsx';
import { describeError } from './describe-error.ts';

export interface ErrorStateProps {
  /** What could not be done: `The policies of lab could not be read.` */
  readonly title: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** Other ways on. */
  readonly children?: ReactNode;
}

export function ErrorState({ title, error, onRetry, children }: ErrorStateProps) {
  const { sentence, details } = describeError(error);
  return (
    <Box role="alert" sx={{ display: 'flex', gap: '12px', py: '24px', maxWidth: 720 }}>
      <ErrorOutlineOutlined sx={{ color: 'state.failed', fontSize: 20, mt: '2px' }} aria-hidden="true" />
      <Box sx={{ minWidth: 0 }}>
        <Typography component="h2" variant="h2">
          {title}
        </Typography>
        <Typography sx={{ mt: '4px' }}>{sentence}</Typography>
        {details === undefined ? null : (
          <Box
            component="p"
            sx={{ my: '8px', color: 'text.secondary', display: 'flex', alignItems: 'center', gap: '4px' }}
          >
            <Mono>{details}</Mono>
            <CopyButton value={details} what="error details" />
          </Box>
        )}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px', mt: '16px' }}>
          {onRetry === undefined ? null : (
            <Button variant="outlined" onClick={onRetry}>
              Retry
            </Button>
          )}
          {children}
        </Box>
      </Box>
    </Box>
  );
}
