/** Arithmetic on `#RRGGBB`: contrast of two colours (WCAG 2.2, relative luminance) and one laid over another. */

export type Rgb = readonly [red: number, green: number, blue: number];

export function parseHex(hex: string): Rgb {
  const octet = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  return [octet(1), octet(3), octet(5)];
}

/** `share` of `over`, the rest `under`: what an administrator's eye gets of a translucent ground. */
export function layOver(over: string, share: number, under: string): string {
  const [top, bottom] = [parseHex(over), parseHex(under)];
  const mix = (place: 0 | 1 | 2) => Math.round(top[place] * share + bottom[place] * (1 - share));
  return `#${[mix(0), mix(1), mix(2)].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** From 1 to 21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(parseHex(one)), luminance(parseHex(other))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** An sRGB component, 0 to 255, as linear light from 0 to 1. */
export function toLinear(component: number): number {
  const share = component / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

const luminance = ([red, green, blue]: Rgb): number =>
  0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue);
