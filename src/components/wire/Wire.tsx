/**
 * The wire between a LIF and a host: the console's recurring picture. The cluster is always at the left. Stands upright where
 * there is less than 440 px. To assistive technology it is one image with a sentence, or a group where its parts are buttons.
 */
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import type { ReactNode } from 'react';
import { wireStates } from '../state/wire-states.ts';
import { formatRate } from '../text/format.ts';
import { WireEnd } from './WireEnd.tsx';
import { WireLine } from './WireLine.tsx';
import type { WireProps, WireSize } from './wire-props.ts';
import { wireSentence } from './wire-sentence.ts';

export function Wire(props: WireProps) {
  const size = props.size ?? 'row';
  const isActive = props.onEnd !== undefined || props.onWire !== undefined;
  const isSmall = size === 'inline' || size === 'row';
  return (
    <Box
      role={isActive ? 'group' : 'img'}
      aria-label={wireSentence(props)}
      sx={{ containerType: 'inline-size', width: '100%', maxWidth: frames[size].width, textAlign: 'left' }}
    >
      <Box sx={[{ minHeight: frames[size].height }, isSmall ? flat : standing]}>
        <WireEnd end="local" wire={props} size={size} />
        <WireMiddle wire={props} size={size} />
        <WireEnd end="remote" wire={props} size={size} />
      </Box>
      {props.reason === undefined || isSmall ? null : <Reason {...props.reason} />}
    </Box>
  );
}

const frames: Readonly<Record<WireSize, { width: number; height: number; mark: number }>> = {
  inline: { width: 160, height: 24, mark: 14 },
  row: { width: 320, height: 40, mark: 16 },
  card: { width: 560, height: 80, mark: 24 },
  hero: { width: 880, height: 96, mark: 32 },
};

const flat = { display: 'flex', alignItems: 'center', gap: '8px' } as const;

const standing = {
  ...flat,
  gap: 0,
  '& .wire-upright': { display: 'none' },
  '@container (max-width: 439px)': {
    flexDirection: 'column',
    '& .wire-middle': { alignSelf: 'stretch', flex: 'none' },
    '& .wire-upright': { display: 'grid' },
    '& .wire-level': { display: 'none' },
  },
} as const;

function WireMiddle({ wire, size }: { readonly wire: WireProps; readonly size: WireSize }) {
  const { mark } = frames[size];
  if (size === 'inline' || size === 'row') {
    return (
      <Touchable wire={wire}>
        <WireLine {...wire} markSize={mark} />
      </Touchable>
    );
  }
  return (
    <Touchable wire={wire}>
      <Box className="wire-level">
        <Box sx={{ ...caption, justifyContent: 'space-between', px: '12px' }}>
          <span className="figures">{wire.rateOut === undefined ? '' : `out ${formatRate(wire.rateOut)}`}</span>
          <span className="figures">{wire.rateIn === undefined ? '' : `in ${formatRate(wire.rateIn)}`}</span>
        </Box>
        <WireLine {...wire} markSize={mark} />
        <Box sx={{ ...caption, justifyContent: 'center' }}>
          <Via wire={wire} />
        </Box>
      </Box>
      <Box className="wire-upright" sx={upright}>
        <WireLine {...wire} markSize={mark} isUpright />
        <Box sx={{ ...caption, ...uprightCaption }}>
          <Via wire={wire} />
          {wire.rateOut === undefined ? null : <span>out {formatRate(wire.rateOut)}</span>}
          {wire.rateIn === undefined ? null : <span>in {formatRate(wire.rateIn)}</span>}
        </Box>
      </Box>
    </Touchable>
  );
}

const caption = {
  display: 'flex',
  gap: '8px',
  height: 24,
  alignItems: 'center',
  fontSize: '0.75rem',
  lineHeight: '16px',
  color: 'text.secondary',
  whiteSpace: 'nowrap',
} as const;

/** The line joins the middles of both ends, whatever is said beside it. */
const upright = {
  gridTemplateColumns: '1fr auto 1fr',
  alignItems: 'center',
  gap: '12px',
  '& > svg': { gridColumn: 2 },
};

const uprightCaption = {
  flexDirection: 'column',
  alignItems: 'flex-start',
  gap: '2px',
  height: 'auto',
  minWidth: 0,
  whiteSpace: 'normal',
  overflowWrap: 'anywhere',
} as const;

function Via({ wire }: { readonly wire: WireProps }) {
  const via = [wire.via?.policy, wire.via?.suite].filter((part) => part !== undefined).join(' · ');
  return (
    <>
      <Box component="span" sx={{ fontWeight: 600, color: 'text.primary' }}>
        {wireStates[wire.state].word}
      </Box>
      {via === '' ? null : <span>{via}</span>}
    </>
  );
}

function Touchable({ wire, children }: { readonly wire: WireProps; readonly children: ReactNode }) {
  const sx = { flex: '1 1 24px', minWidth: 24, display: 'block', font: 'inherit' } as const;
  if (wire.onWire === undefined) {
    return (
      <Box className="wire-middle" sx={sx}>
        {children}
      </Box>
    );
  }
  return (
    <ButtonBase
      component="div"
      role="button"
      className="wire-middle"
      sx={sx}
      aria-label="Open the association"
      onClick={wire.onWire}
    >
      {children}
    </ButtonBase>
  );
}

function Reason({ end, text }: { readonly end: 'local' | 'remote'; readonly text: string }) {
  return (
    <Box sx={{ fontSize: '0.8125rem', lineHeight: '20px', textAlign: { sm: end === 'local' ? 'left' : 'right' } }}>
      {text}
    </Box>
  );
}
