/**
 * How far apart two colours are to an eye: CIEDE2000 over CIE Lab (D65), as seen with full sight or one of three dichromacies.
 */
import { parseHex, type Rgb, toLinear } from '../colour.ts';

export type Vision = 'full' | 'protanopia' | 'deuteranopia' | 'tritanopia';

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];

/** Linear sRGB to linear sRGB, as a dichromat's eye confuses it (Machado, Oliveira and Fernandes 2009, severity 1). */
const seenAs: Readonly<Record<Vision, Matrix>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIEDE2000 of two `#RRGGBB` as that eye sees them; about 1 is just to be told apart. */
export const separation = (one: string, other: string, vision: Vision): number =>
  ciede2000(labOf(one, vision), labOf(other, vision));

function labOf(hex: string, vision: Vision): Vector {
  const linear = times(seenAs[vision], linearOf(parseHex(hex))).map((part) => Math.min(1, Math.max(0, part)));
  const [x, y, z] = times(toXyz, [linear[0] ?? 0, linear[1] ?? 0, linear[2] ?? 0]);
  const [fx, fy, fz] = [labCurve(x / 0.95047), labCurve(y), labCurve(z / 1.08883)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

const toXyz: Matrix = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];

const linearOf = ([red, green, blue]: Rgb): Vector => [toLinear(red), toLinear(green), toLinear(blue)];

const times = ([a, b, c]: Matrix, v: Vector): Vector => [dot(a, v), dot(b, v), dot(c, v)];

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

const labCurve = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);

const degrees = (radians: number) => (radians * 180) / Math.PI;
const radians = (angle: number) => (angle * Math.PI) / 180;
const hue = (b: number, a: number) => (a === 0 && b === 0 ? 0 : (degrees(Math.atan2(b, a)) + 360) % 360);

/** The formula and its names are those of Sharma, Wu and Dalal 2005, whose test data the test file has. */
export function ciede2000([l1, a1, b1]: Vector, [l2, a2, b2]: Vector): number {
  const cMean7 = ((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2) ** 7;
  const g = 0.5 * (1 - Math.sqrt(cMean7 / (cMean7 + 25 ** 7)));
  const [a1p, a2p] = [(1 + g) * a1, (1 + g) * a2];
  const [c1, c2] = [Math.hypot(a1p, b1), Math.hypot(a2p, b2)];
  const [h1, h2] = [hue(b1, a1p), hue(b2, a2p)];

  const dL = l2 - l1;
  const dC = c2 - c1;
  const isGrey = c1 * c2 === 0;
  const dh = isGrey ? 0 : ((h2 - h1 + 540) % 360) - 180;
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin(radians(dh / 2));

  const lMean = (l1 + l2) / 2;
  const cMean = (c1 + c2) / 2;
  const hSum = h1 + h2;
  const hMean = isGrey ? hSum : Math.abs(h1 - h2) <= 180 ? hSum / 2 : (hSum + (hSum < 360 ? 360 : -360)) / 2;

  const t =
    1 -
    0.17 * Math.cos(radians(hMean - 30)) +
    0.24 * Math.cos(radians(2 * hMean)) +
    0.32 * Math.cos(radians(3 * hMean + 6)) -
    0.2 * Math.cos(radians(4 * hMean - 63));
  const sL = 1 + (0.015 * (lMean - 50) ** 2) / Math.sqrt(20 + (lMean - 50) ** 2);
  const sC = 1 + 0.045 * cMean;
  const sH = 1 + 0.015 * cMean * t;
  const rC = 2 * Math.sqrt(cMean ** 7 / (cMean ** 7 + 25 ** 7));
  const rT = -Math.sin(radians(60 * Math.exp(-(((hMean - 275) / 25) ** 2)))) * rC;
  return Math.sqrt((dL / sL) ** 2 + (dC / sC) ** 2 + (dH / sH) ** 2 + rT * (dC / sC) * (dH / sH));
}
