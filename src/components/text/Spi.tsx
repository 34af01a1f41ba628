/**
 * A security parameter index: lower-case hex, an IKE SPI's 16 digits in two groups. The gap between them is a style, so that a
 * copy has none.
 */
import Box from '@mui/material/Box';
import { NotReported } from './NotReported.tsx';

export interface SpiProps {
  /** 8 or 16 hex digits, with or without `0x`. */
  readonly value: string | undefined;
}

export function Spi({ value }: SpiProps) {
  if (value === undefined || value === '') {
    return <NotReported />;
  }
  const digits = value.toLowerCase().replace(/^0x/, '');
  const [head, tail] = [digits.slice(0, 8), digits.slice(8)];
  return (
    <Box component="code" sx={{ fontFamily: 'var(--ow-mono)', fontSize: '0.95em', whiteSpace: 'nowrap' }}>
      <span>{head}</span>
      {tail === '' ? null : (
        <Box component="span" sx={{ ml: '0.6ch' }}>
          {tail}
        </Box>
      )}
    </Box>
  );
}
