/** An end of the wire: the cluster's rack at the left, the host's screen at the right. A button where something opens. */
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import { Fragment } from 'react';
import type { WireProps, WireSize } from './wire-props.ts';

export interface WireEndProps {
  readonly end: 'local' | 'remote';
  readonly wire: WireProps;
  readonly size: WireSize;
}

export function WireEnd({ end, wire, size }: WireEndProps) {
  const { lines, name } = textOf(end, wire, size);
  const inside = (
    <>
      <EndGlyph end={end} size={glyphSize[size]} />
      {size === 'inline' ? null : (
        <Box sx={{ minWidth: 0, textAlign: 'left' }}>
          {lines.map((line, place) => (
            <Box key={line} sx={place === 0 ? nameStyle : lineStyle}>
              {place === 0 ? line : breakable(line)}
            </Box>
          ))}
        </Box>
      )}
    </>
  );
  const style = size === 'inline' || size === 'row' ? bareStyle : boxStyle;
  const { onEnd } = wire;
  if (onEnd === undefined) {
    return <Box sx={style}>{inside}</Box>;
  }
  return (
    <ButtonBase sx={style} aria-label={name} onClick={() => onEnd(end)}>
      {inside}
    </ButtonBase>
  );
}

/** May go on in the next line after a colon, as IPv6 addresses are read. */
const breakable = (line: string) =>
  line.split(/(?<=:)(?!:)/).map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
    <Fragment key={place}>
      {place === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));

const glyphSize = { inline: 18, row: 20, card: 24, hero: 32 } as const;

const bareStyle = {
  display: 'flex',
  alignItems: 'center',
  gap: '8px',
  minWidth: 0,
  flex: '0 1 auto',
  font: 'inherit',
} as const;

const boxStyle = {
  ...bareStyle,
  gap: '12px',
  px: '12px',
  py: '8px',
  minHeight: 56,
  border: '1px solid',
  borderColor: 'control',
  borderRadius: '6px',
  backgroundColor: 'background.paper',
} as const;

const nameStyle = { fontWeight: 600, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' } as const;
/** Not cut: an IPv6 address that has no room goes on in the next line. */
const lineStyle = {
  overflowWrap: 'anywhere',
  fontSize: '0.75rem',
  lineHeight: '16px',
  color: 'text.secondary',
} as const;

function textOf(end: 'local' | 'remote', { local, remote }: WireProps, size: WireSize) {
  const isLarge = size === 'hero';
  const said =
    end === 'local'
      ? {
          name: `Cluster: ${local.lif}`,
          lines: [local.lif, local.address, isLarge ? joined(local.svm, local.node) : undefined],
        }
      : {
          name: `Host: ${remote.name ?? remote.address ?? 'unknown'}`,
          lines: [remote.name ?? remote.address, remote.name && remote.address, isLarge ? remote.dialect : undefined],
        };
  return { name: said.name, lines: said.lines.filter((line) => line !== undefined).filter((line) => line !== '') };
}

const joined = (...parts: readonly (string | undefined)[]): string | undefined =>
  parts.filter((part) => part !== undefined).join(' · ') || undefined;

function EndGlyph({ end, size }: { readonly end: 'local' | 'remote'; readonly size: number }) {
  return (
    <Box
      component="svg"
      viewBox="0 0 24 24"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      sx={{ width: size, height: size, flex: 'none', color: 'text.secondary' }}
    >
      {end === 'local' ? rack : screen}
    </Box>
  );
}

const rack = (
  <>
    <rect x="3" y="3" width="18" height="5.4" rx="1.2" />
    <rect x="3" y="9.3" width="18" height="5.4" rx="1.2" />
    <rect x="3" y="15.6" width="18" height="5.4" rx="1.2" />
    <path d="M6 5.7h.01M6 12h.01M6 18.3h.01" strokeWidth="2.2" strokeLinecap="round" />
    <path d="M13 5.7h5M13 12h5M13 18.3h5" />
  </>
);

const screen = (
  <>
    <rect x="2.5" y="4" width="19" height="12.5" rx="1.5" />
    <path d="M8 20.5h8M12 16.5v4" />
  </>
);
