/**
 * The console's colours, once for each scheme. Surfaces are neutral, one hue is interactive, colour is otherwise kept for state.
 * theme.test.ts computes the contrast of every pair that is used, so a changed token that breaks a ratio fails the build.
 */

export interface StatePalette {
  readonly encrypted: string;
  readonly negotiating: string;
  readonly clear: string;
  readonly blocked: string;
  readonly failed: string;
  /** Idle, unknown and stale. */
  readonly unknown: string;
}

export interface SchemePalette {
  readonly surface: { readonly bg: string; readonly paper: string; readonly raised: string; readonly selected: string };
  readonly text: { readonly primary: string; readonly secondary: string; readonly disabled: string };
  readonly primary: { readonly main: string; readonly hover: string; readonly on: string };
  /** The edge of an input, checkbox or switch (WCAG 1.4.11). */
  readonly control: string;
  /** Decorative hairlines; never the only edge of a control. */
  readonly divider: string;
  readonly state: StatePalette;
  /** Share of a state's colour over paper in its chip. */
  readonly tint: number;
  readonly onFailed: string;
  readonly decisive: { readonly line: string; readonly bar: string };
  readonly diff: { readonly plus: string; readonly minus: string };
  readonly series: { readonly in: string; readonly out: string };
  readonly lab: { readonly band: string; readonly stripe: string; readonly text: string; readonly frame: string };
}

export const light: SchemePalette = {
  surface: { bg: '#F5F7FA', paper: '#FFFFFF', raised: '#EDF1F5', selected: '#E3F0F6' },
  text: { primary: '#17202A', secondary: '#4A5866', disabled: '#7B8894' },
  primary: { main: '#0F5B78', hover: '#0A4359', on: '#FFFFFF' },
  control: '#748391',
  divider: '#D5DCE4',
  state: {
    encrypted: '#08745E',
    negotiating: '#1759E0',
    clear: '#8F5D08',
    blocked: '#4B3B5E',
    failed: '#8A0F1E',
    unknown: '#616D77',
  },
  tint: 0.12,
  onFailed: '#FFFFFF',
  decisive: { line: '#FFF0B8', bar: '#8F5D08' },
  diff: { plus: '#E2F1ED', minus: '#F7E4E5' },
  series: { in: '#0F5B78', out: '#B35C00' },
  lab: { band: '#FFE3B8', stripe: '#FFD591', text: '#3A2300', frame: '#B35C00' },
};

export const dark: SchemePalette = {
  surface: { bg: '#0F151C', paper: '#161E27', raised: '#1E2833', selected: '#16323F' },
  text: { primary: '#E6EBF0', secondary: '#A9B6C3', disabled: '#76848F' },
  primary: { main: '#79C7E6', hover: '#A3DAF0', on: '#0F151C' },
  control: '#7A8A9C',
  divider: '#2C3844',
  state: {
    encrypted: '#8CEBD4',
    negotiating: '#8FB3FF',
    clear: '#FFD08A',
    blocked: '#D9CDEB',
    failed: '#FF6A64',
    unknown: '#95A1AC',
  },
  tint: 0.18,
  onFailed: '#0F151C',
  decisive: { line: '#4A3D0C', bar: '#FFD08A' },
  diff: { plus: '#173A34', minus: '#452226' },
  series: { in: '#79C7E6', out: '#FFB066' },
  lab: { band: '#3A2A10', stripe: '#54401D', text: '#FFE3B8', frame: '#FFC266' },
};
