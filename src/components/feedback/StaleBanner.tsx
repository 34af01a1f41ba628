/**
 * Data that is older than it should be: kept, dated, never blanked. Stands above what it dates; the page dims that with
 * `staleStyle`.
 */
import CloudOffOutlined from '@mui/icons-material/CloudOffOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { OntapError } from '../../api/errors.ts';
import { formatClock } from '../text/format.ts';
import { describeError } from './describe-error.ts';

export interface StaleBannerProps {
  /** When the shown data was true; absent: nothing is shown. */
  readonly asOfMs: number | undefined;
  /** Who has not answered: `lab`, `node2`. */
  readonly source: string;
  /** What it answered last, where that is a refusal rather than silence. */
  readonly error?: unknown;
  readonly onRetry?: () => void;
}

export function StaleBanner({ asOfMs, source, error, onRetry }: StaleBannerProps) {
  if (asOfMs === undefined) {
    return null;
  }
  return (
    <Box
      role="status"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: '8px',
        px: '12px',
        py: '6px',
        mb: '16px',
        border: '1px solid',
        borderColor: 'state.clear',
        borderRadius: '6px',
        backgroundColor: 'tint.clear',
      }}
    >
      <CloudOffOutlined sx={{ fontSize: 20, color: 'state.clear' }} aria-hidden="true" />
      <Box sx={{ flex: 1, minWidth: 140 }}>
        {reasonOf(source, error)} Data is from {formatClock(asOfMs)}.
      </Box>
      {onRetry === undefined ? null : (
        <Button size="small" onClick={onRetry}>
          Try now
        </Button>
      )}
    </Box>
  );
}

/** A refusal is an answer, so silence would be the wrong word. */
const reasonOf = (source: string, error: unknown): string =>
  error instanceof OntapError ? `${source} refuses: ${describeError(error).sentence}` : `${source} does not answer.`;

/** For what stands beneath a StaleBanner. */
export const staleStyle = (isStale: boolean) => (isStale ? ({ color: 'text.secondary' } as const) : ({} as const));
