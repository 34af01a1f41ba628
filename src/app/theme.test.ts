/** The console's colours, computed from the theme itself: a token that breaks a ratio fails here (WCAG 2.2 1.4.3, 1.4.11). */
import { describe, expect, test } from 'vitest';
import { contrast } from './colour.ts';
import type { StatePalette } from './palette.ts';
import { ciede2000, separation, type Vision } from './testing/colour-vision.ts';
import { theme } from './theme.ts';

const readable = 4.5;
const visible = 3;

const stateNames = [
  'encrypted',
  'negotiating',
  'clear',
  'blocked',
  'failed',
  'unknown',
] as const satisfies readonly (keyof StatePalette)[];

const schemes = (['light', 'dark'] as const).map((name) => {
  const palette = theme.colorSchemes[name]?.palette;
  if (palette === undefined) {
    throw new Error(`the theme has no ${name} scheme`);
  }
  const { default: bg, paper, raised, selected } = palette.background;
  return { name, palette, surfaces: { bg, paper, raised, selected } };
});

describe.each(schemes)('in the $name scheme', ({ palette, surfaces }) => {
  const lowest = (colour: string) => Math.min(...Object.values(surfaces).map((surface) => contrast(colour, surface)));

  test.each([
    ['text.primary', palette.text.primary, 11],
    ['text.secondary', palette.text.secondary, 6],
    ['primary', palette.primary.main, 6.4],
    ['primary, hovered', palette.primary.dark, 8.8],
    ['error', palette.error.main, readable],
    ['warning', palette.warning.main, readable],
    ['text.disabled', palette.text.disabled, visible],
    ['control edges', palette.control, visible],
    ['series in', palette.series.in, visible],
    ['series out', palette.series.out, visible],
  ])('%s keeps its ratio on every surface', (_, colour, least) => {
    expect(lowest(colour)).toBeGreaterThanOrEqual(least);
  });

  test.each(stateNames)(
    'state %s is readable on every surface and on its own tint, and so is text on the tint',
    (name) => {
      expect(lowest(palette.state[name])).toBeGreaterThanOrEqual(readable);
      expect(contrast(palette.state[name], palette.tint[name])).toBeGreaterThanOrEqual(readable);
      expect(contrast(palette.text.primary, palette.tint[name])).toBeGreaterThanOrEqual(8.7);
    },
  );

  test.each([
    ['a primary button', palette.primary.contrastText, palette.primary.main, readable],
    ['a primary button, hovered', palette.primary.contrastText, palette.primary.dark, readable],
    ['a destructive button', palette.error.contrastText, palette.error.main, 6.5],
    ['the decisive line', palette.text.primary, palette.decisive.line, 8.9],
    ['the bar of the decisive line', palette.decisive.bar, palette.decisive.line, readable],
    ['an added line', palette.text.primary, palette.diff.plus, 10.3],
    ['a removed line', palette.text.primary, palette.diff.minus, 10.3],
    ['the lab band', palette.lab.text, palette.lab.band, 7.9],
    ['the lab band, on a stripe', palette.lab.text, palette.lab.stripe, 7.9],
    ['a tooltip', surfaces.paper, palette.text.primary, readable],
  ])('%s is readable', (_, text, ground, least) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(least);
  });

  test('the frame of the lab is seen against every surface', () => {
    expect(lowest(palette.lab.frame)).toBeGreaterThanOrEqual(visible);
  });

  test.each(['full', 'protanopia', 'deuteranopia', 'tritanopia'] as const satisfies readonly Vision[])(
    'no two states fall together with %s',
    (vision) => {
      const pairs = stateNames.flatMap((one, place) =>
        stateNames.slice(place + 1).map((other) => [one, other] as const),
      );
      const closest = Math.min(
        ...pairs.map(([one, other]) => separation(palette.state[one], palette.state[other], vision)),
      );
      expect(closest).toBeGreaterThanOrEqual(8.95);
    },
  );
});

test.each([
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1.0],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
] as const)('CIEDE2000 of %j and %j is %d, as its authors published', (one, other, expected) => {
  expect(ciede2000(one, other)).toBeCloseTo(expected, 4);
});
