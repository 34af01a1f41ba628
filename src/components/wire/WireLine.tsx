/**
 * The line between the two ends. Its shape tells the state without colour: sheathed, dashed, one thin stroke, ended in a T, cut
 * by a cross at the end that refused, dotted. Lengths are shares of the space there is, so the marks keep their size.
 */
import Box from '@mui/material/Box';
import { stateGlyphs } from '../state/StateMark.tsx';
import { wireStates } from '../state/wire-states.ts';
import { Arrow, Glyph, Stroke } from './strokes.tsx';
import type { WireProps } from './wire-props.ts';

export interface WireLineProps extends Pick<WireProps, 'state' | 'rateIn' | 'rateOut' | 'reason'> {
  /** Pixels of the mark in the middle. */
  readonly markSize: number;
  readonly isUpright?: boolean;
}

export function WireLine(props: WireLineProps) {
  const Shape = shapes[props.state];
  const across = props.markSize + 4;
  return (
    <Box
      component="svg"
      aria-hidden="true"
      sx={{
        display: 'block',
        overflow: 'visible',
        color: wireStates[props.state].color,
        ...(props.isUpright ? { width: across, height: 88 } : { width: '100%', height: across }),
      }}
    >
      <Shape {...props} />
    </Box>
  );
}

type Shape = (props: WireLineProps) => React.ReactNode;

const Middle = ({ state, markSize, isUpright = false }: WireLineProps) => (
  <Glyph at={50} size={markSize} isUpright={isUpright} markSize={markSize}>
    {stateGlyphs[state]}
  </Glyph>
);

/** Two parallel strokes and, inside them, an arrow from each end; hollow where nothing comes. */
const Sheath: Shape = (props) => {
  const gap = props.markSize >= 16 ? 4 : 2.5;
  return (
    <>
      <Stroke {...props} from={0} to={100} shift={-gap} width={1.75} />
      <Stroke {...props} from={0} to={100} shift={gap} width={1.75} />
      <Arrow {...props} at={22} towards="remote" isHollow={isSilent(props, 'rateOut')} size={gap} />
      <Arrow {...props} at={78} towards="local" isHollow={isSilent(props, 'rateIn')} size={gap} />
      <Middle {...props} />
    </>
  );
};

/** Only a stream that is known to be one way has a hollow arrow: a pause of both is not a fault. */
const isSilent = (props: WireLineProps, rate: 'rateIn' | 'rateOut'): boolean =>
  props.state === 'oneWay' && (props.rateIn === undefined ? rate === 'rateIn' : (props[rate] ?? 0) === 0);

const Dashes: Shape = (props) => (
  <>
    <Stroke {...props} from={0} to={100} width={2} dash="8 6" isMoving />
    <Middle {...props} />
  </>
);

const Thin: Shape = (props) => (
  <>
    <Stroke {...props} from={0} to={100} width={1.25} />
    <Middle {...props} />
  </>
);

const Stopped: Shape = (props) => (
  <>
    <Stroke {...props} from={0} to={38} width={2} />
    <Stroke {...props} from={38} to={38} width={2.5} reach={props.markSize / 2} />
    <Stroke {...props} from={62} to={62} width={2.5} reach={props.markSize / 2} />
    <Stroke {...props} from={62} to={100} width={2} />
    <Middle {...props} />
  </>
);

const Cut: Shape = (props) => {
  const isLocal = props.reason?.end === 'local';
  const cross = isLocal ? 14 : 86;
  return (
    <>
      <Stroke {...props} from={isLocal ? 24 : 0} to={isLocal ? 100 : 76} width={2} />
      <Stroke {...props} from={isLocal ? 0 : 93} to={isLocal ? 7 : 100} width={2} dash="1 5" />
      <Glyph at={cross} size={props.markSize} isUpright={props.isUpright ?? false} markSize={props.markSize}>
        {stateGlyphs.failed}
      </Glyph>
    </>
  );
};

const Dots: Shape = (props) => (
  <>
    <Stroke {...props} from={0} to={100} width={2} dash="0.1 7" />
    <Middle {...props} />
  </>
);

const shapes: Readonly<Record<WireProps['state'], Shape>> = {
  encrypted: Sheath,
  oneWay: Sheath,
  negotiating: Dashes,
  clear: Thin,
  blocked: Stopped,
  failed: Cut,
  idle: Dots,
  unknown: Dots,
};
