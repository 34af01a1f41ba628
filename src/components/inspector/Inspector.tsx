/**
 * A page with its inspector: the one drawer at the right that shows the object of the open row. Not modal: the table stays in use
 * beside it. Takes the focus when it opens, gives it back when it closes; a change of object leaves the focus where it is.
 */
import CloseOutlined from '@mui/icons-material/CloseOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';

import { focusOpener } from '../focus-nearby.ts';
import { region } from '../keys/regions.ts';
import { useKeys } from '../keys/use-keys.ts';

export interface InspectorProps {
  /** The object's name; absent: closed. */
  readonly title: string | undefined;
  /** Of what kind it is: `Policy`. */
  readonly kind: string;
  readonly onClose: () => void;
  /** What the drawer shows. */
  readonly inspected: ReactNode;
  /** The page. */
  readonly children: ReactNode;
}

export function WithInspector({ title, kind, onClose, inspected, children }: InspectorProps) {
  const isOpen = title !== undefined;
  // From the table beside it too.
  const closeOnEscape = (event: KeyboardEvent) => {
    if (isOpen && event.key === 'Escape' && !event.defaultPrevented) onClose();
  };
  return (
    <Box
      onKeyDown={closeOnEscape}
      sx={{
        display: 'grid',
        gap: '24px',
        gridTemplateColumns: { xs: columns.one, lg: isOpen ? columns.two : columns.one },
      }}
    >
      <Box sx={{ minWidth: 0 }}>{children}</Box>
      {isOpen ? (
        <Drawer title={title} kind={kind} onClose={onClose}>
          {inspected}
        </Drawer>
      ) : null}
    </Box>
  );
}

const columns = { one: 'minmax(0, 1fr)', two: 'minmax(0, 1fr) minmax(400px, 40%)' } as const;

interface DrawerProps {
  readonly title: string;
  readonly kind: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function Drawer({ title, kind, onClose, children }: DrawerProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => focusOpener(opener);
  }, []);
  useKeys([{ keys: ']', does: 'Close the drawer', act: onClose }]);
  return (
    <Box component="section" aria-label={`${kind} ${title}`} {...region} sx={drawer}>
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: '8px', mb: '16px' }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="body2" color="textSecondary" component="p">
            {kind}
          </Typography>
          <Typography ref={heading} variant="h2" component="h2" tabIndex={-1} sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
        </Box>
        <Tooltip title="Close (Esc or ])">
          <IconButton size="small" aria-label="Close" onClick={onClose}>
            <CloseOutlined fontSize="small" />
          </IconButton>
        </Tooltip>
      </Box>
      <Box sx={{ display: 'grid', gap: '24px', gridTemplateColumns: 'minmax(0, 1fr)' }}>{children}</Box>
    </Box>
  );
}

/** Beside the table from 1200 px; below, a sheet over the page. */
const drawer = {
  minWidth: 0,
  p: '16px',
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: '6px',
  backgroundColor: 'background.paper',
  '--ow-cut': 'var(--mui-palette-background-paper)',
  alignSelf: 'start',
  position: { xs: 'fixed', lg: 'sticky' },
  inset: { xs: '0 0 0 auto', lg: 'auto' },
  top: { xs: 0, lg: 'calc(var(--ow-head) + 16px)' },
  width: { xs: '100%', sm: 480, lg: 'auto' },
  maxHeight: { xs: '100dvh', lg: 'calc(100dvh - 140px)' },
  height: { xs: '100dvh', lg: 'auto' },
  overflow: 'auto',
  zIndex: { xs: 'drawer', lg: 'auto' },
} as const;

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
  /** Addresses, counts and times: digits of one width. Not for names, whose hyphens would be as wide. */
  readonly isFigure?: boolean;
}

/** Facts of an object, a line each; those without a value are left out. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: 'grid',
        gridTemplateColumns: 'minmax(104px, max-content) minmax(0, 1fr)',
        gap: '6px 12px',
        '& dt': { color: 'text.secondary' },
        '& dd': { m: 0, minWidth: 0, overflowWrap: 'anywhere' },
      }}
    >
      {facts
        .filter(({ value }) => value !== undefined && value !== '')
        .map(({ name, value, isFigure }) => (
          <Box key={name} sx={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd className={isFigure ? 'figures' : ''}>{value}</dd>
          </Box>
        ))}
    </Box>
  );
}
