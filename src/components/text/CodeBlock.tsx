/** A file or a body of a request, as text that keeps its lines, scrolls in its own box and is copied whole. */
import Box from '@mui/material/Box';
import { CopyButton } from './CopyButton.tsx';

export interface CodeBlockProps {
  readonly text: string;
  /** What it is, as heading and for the copy button: `swanctl.conf`. */
  readonly name: string;
  readonly maxHeight?: number | string;
}

export function CodeBlock({ text, name, maxHeight = 420 }: CodeBlockProps) {
  return (
    <Box sx={{ border: '1px solid', borderColor: 'divider', borderRadius: '6px', minWidth: 0, overflow: 'hidden' }}>
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          justifyContent: 'space-between',
          gap: '8px',
          pl: '12px',
          pr: '4px',
          minHeight: 32,
          borderBottom: '1px solid',
          borderColor: 'divider',
          backgroundColor: 'background.raised',
          fontSize: 13,
        }}
      >
        <span>{name}</span>
        <CopyButton value={text} what={name} />
      </Box>
      <Box
        component="pre"
        tabIndex={0} // what scrolls is reached by keyboard (WCAG 2.1.1)
        role="region"
        aria-label={name}
        sx={{
          m: 0,
          p: '12px',
          maxHeight,
          overflow: 'auto',
          fontFamily: 'var(--ow-mono)',
          fontSize: 12,
          lineHeight: '18px',
          backgroundColor: 'background.paper',
        }}
      >
        {text}
      </Box>
    </Box>
  );
}
