/** One line of bench/results/latest.json: what was measured, beside its floor from the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: number;
  /** value / floor. */
  readonly ratio: number;
  readonly higherIsBetter: boolean;
}

/** Packets, messages or negotiations a second, against the floor's; both are given as microseconds for one. */
export function rate(name: string, unit: string, valueUs: number, floorUs: number): Figure {
  return { name, unit, ...ratioOf(1e6 / valueUs, 1e6 / floorUs), higherIsBetter: true };
}

/** The time that one takes, against the floor's. */
export function duration(name: string, unit: 'ms' | 'µs', valueUs: number, floorUs: number): Figure {
  const scale = unit === 'ms' ? 1000 : 1;
  return { name, unit, ...ratioOf(valueUs / scale, floorUs / scale), higherIsBetter: false };
}

/** A floor by itself: what the platform does, which nobody beats. */
export function bare(name: string, unit: 'ms' | 'µs', valueUs: number): Figure {
  return duration(name, unit, valueUs, valueUs);
}

export const printFigure = ({ name, value, unit, floor, ratio }: Figure): string =>
  `${name.padEnd(64)} ${print(value).padStart(10)} ${unit.padEnd(14)} floor ${print(floor).padStart(10)}  ratio ${ratio.toFixed(2)}`;

function ratioOf(value: number, floor: number): { value: number; floor: number; ratio: number } {
  return { value: rounded(value), floor: rounded(floor), ratio: Number((value / floor).toFixed(3)) };
}

/** Four figures: more would promise what no measurement keeps. */
const rounded = (value: number): number => Number(value.toPrecision(4));

const print = (value: number): string => (value >= 1000 ? Math.round(value).toLocaleString('en') : String(value));
