/** What a page shows when its data could not be read at all: what failed and when, what is known of it, and Retry. */
import ErrorOutlineOutlined from '@mui/icons-material/ErrorOutlineOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { type ReactNode, useState } from 'react';
import { CodeBlock } from '../text/CodeBlock.tsx';
import { CopyButton } from '../text/CopyButton.tsx';
import { formatClock } from '../text/format.ts';
import { Mono } from '../text/Mono.tsx';
import { describeError } from './describe-error.ts';

export interface ErrorStateProps {
  /** What could not be done: `The policies of lab could not be read.` */
  readonly title: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** When it is tried again by itself. */
  readonly retryNote?: string | undefined;
  /** Other ways on. */
  readonly children?: ReactNode;
}

export function ErrorState({ title, error, onRetry, retryNote, children }: ErrorStateProps) {
  const { sentence, details, command } = describeError(error);
  const [failedAtMs] = useState(Date.now);
  const report = [details, `at ${formatClock(failedAtMs)}`].filter(Boolean).join(', ');
  return (
    <Box sx={{ display: 'flex', gap: '12px', py: '8px', maxWidth: 720 }}>
      <ErrorOutlineOutlined sx={{ color: 'state.failed', fontSize: 20, mt: '2px' }} aria-hidden="true" />
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <div role="alert">
          <Typography component="h2" variant="h2">
            {title}
          </Typography>
          <Typography sx={{ mt: '4px' }}>{sentence}</Typography>
        </div>
        <Box component="p" sx={reportStyle}>
          <Mono>{report}</Mono>
          <CopyButton value={`${title}: ${sentence} ${report}`} what="error details" />
        </Box>
        {command === undefined ? null : <CodeBlock name="For an administrator to enter" text={command} />}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '8px 12px', mt: '16px' }}>
          {onRetry === undefined ? null : (
            <Button variant="outlined" onClick={onRetry}>
              Retry
            </Button>
          )}
          {retryNote === undefined ? null : (
            <Typography color="textSecondary" className="figures">
              {retryNote}
            </Typography>
          )}
          {children}
        </Box>
      </Box>
    </Box>
  );
}

const reportStyle = { my: '8px', color: 'text.secondary', display: 'flex', alignItems: 'center', gap: '4px' } as const;
