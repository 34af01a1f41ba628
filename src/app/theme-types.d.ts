/** What the theme knows beside MUI's own tokens, so that `sx` and `theme.vars` are typed. */
import type {} from '@mui/material/themeCssVarsAugmentation';
import type { SchemePalette, StatePalette } from './palette.ts';

interface OverwirePalette {
  state: StatePalette;
  /** A state's colour laid over paper: the ground of its chip. */
  tint: StatePalette;
  control: string;
  decisive: SchemePalette['decisive'];
  diff: SchemePalette['diff'];
  series: SchemePalette['series'];
  lab: SchemePalette['lab'];
}

declare module '@mui/material/styles' {
  interface Palette extends OverwirePalette {}
  interface PaletteOptions extends Partial<OverwirePalette> {}
  interface TypeBackground {
    raised: string;
    selected: string;
  }
  interface TypographyVariants {
    pageName: React.CSSProperties;
    answer: React.CSSProperties;
    answerFigure: React.CSSProperties;
    fieldLabel: React.CSSProperties;
    helper: React.CSSProperties;
  }
  interface TypographyVariantsOptions {
    pageName?: React.CSSProperties;
    answer?: React.CSSProperties;
    answerFigure?: React.CSSProperties;
    fieldLabel?: React.CSSProperties;
    helper?: React.CSSProperties;
  }
}

declare module '@mui/material/Typography' {
  interface TypographyPropsVariantOverrides {
    pageName: true;
    answer: true;
    answerFigure: true;
    fieldLabel: true;
    helper: true;
    h3: false;
    h4: false;
    h5: false;
    h6: false;
    subtitle1: false;
    subtitle2: false;
    overline: false;
  }
}
