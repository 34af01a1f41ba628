/**
 * The theme: an instrument, not a brochure. Hairlines instead of shadows, no ripple, radius 6 for controls, one focus ring for
 * everything. Both schemes are CSS variables, chosen by `data-light` and `data-dark` on the root, so that a switch repaints without
 * rendering. Components' own looks stand in theme-components.ts.
 */
import { createTheme } from '@mui/material/styles';
import { layOver } from './colour.ts';
import { dark, light, type SchemePalette, type StatePalette } from './palette.ts';
import { components } from './theme-components.ts';

const sans = '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';

const rem = (px: number) => `${px / 16}rem`;
const face = (px: number, line: number, fontWeight = 400) => ({
  fontSize: rem(px),
  lineHeight: line / px,
  fontWeight,
  letterSpacing: 0,
});

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data' },
  colorSchemes: { light: { palette: toPalette(light) }, dark: { palette: toPalette(dark) } },
  spacing: 4,
  shape: { borderRadius: 6 },
  breakpoints: { values: { xs: 0, sm: 600, md: 900, lg: 1200, xl: 1536 } },
  typography: {
    fontFamily: sans,
    fontWeightMedium: 500,
    fontWeightBold: 600,
    h1: face(20, 28, 600),
    h2: face(16, 24, 600),
    body1: face(14, 20),
    body2: face(13, 20),
    button: { ...face(14, 20, 500), textTransform: 'none' },
    caption: face(12, 16),
    pageName: face(13, 20, 600),
    answer: face(20, 28, 600),
    answerFigure: face(28, 36, 600),
    fieldLabel: face(14, 20, 500),
    helper: face(12, 16),
  },
  transitions: {
    easing: { easeInOut: 'cubic-bezier(.2,0,0,1)', easeOut: 'cubic-bezier(.2,0,0,1)' },
    duration: { shortest: 120, shorter: 120, short: 120, standard: 160, enteringScreen: 160, leavingScreen: 160 },
  },
  components,
});

/** The states' colours over paper, as chips use them. */
function tintsOf(scheme: SchemePalette): StatePalette {
  const over = (colour: string) => layOver(colour, scheme.tint, scheme.surface.paper);
  const { encrypted, negotiating, clear, blocked, failed, unknown } = scheme.state;
  return {
    encrypted: over(encrypted),
    negotiating: over(negotiating),
    clear: over(clear),
    blocked: over(blocked),
    failed: over(failed),
    unknown: over(unknown),
  };
}

function toPalette(scheme: SchemePalette) {
  const { surface, text, primary, state, control } = scheme;
  const solid = (main: string) => ({ main, light: main, dark: main, contrastText: scheme.onFailed });
  return {
    background: { default: surface.bg, paper: surface.paper, raised: surface.raised, selected: surface.selected },
    text,
    divider: scheme.divider,
    primary: { main: primary.main, light: primary.hover, dark: primary.hover, contrastText: primary.on },
    secondary: solid(text.secondary),
    error: solid(state.failed),
    warning: solid(state.clear),
    success: solid(state.encrypted),
    info: solid(primary.main),
    state,
    tint: tintsOf(scheme),
    control,
    decisive: scheme.decisive,
    diff: scheme.diff,
    series: scheme.series,
    lab: scheme.lab,
  };
}
