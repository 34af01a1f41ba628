/** How MUI's components look here: flat, hairlined, 36 px high, without ripple or capitals. */
import type { Components, CssVarsTheme, Theme } from '@mui/material/styles';

type Themed = Omit<Theme, 'components' | 'palette'> & CssVarsTheme;

/** Everything focused by key wears the same ring; reduced motion stops everything that moves. */
const ring = { outline: '2px solid var(--mui-palette-primary-main)', outlineOffset: '2px' } as const;

export const components: Components<Themed> = {
  MuiCssBaseline: {
    styleOverrides: (theme) => ({
      ':root': { '--ow-mono': '"IBM Plex Mono", ui-monospace, "Cascadia Mono", Menlo, monospace' },
      html: { scrollPaddingTop: 'calc(var(--ow-head, 0px) + 8px)' },
      body: {
        '--ow-cut': theme.vars.palette.background.default,
        fontVariantNumeric: 'slashed-zero',
        WebkitFontSmoothing: 'antialiased',
      },
      // Not for everything: Inter's tabular figures take the hyphen along, and names like `web-17` fall apart.
      '.figures': { fontVariantNumeric: 'tabular-nums slashed-zero' },
      ':focus-visible': ring,
      '[data-page-heading]:focus': { outline: 'none' },
      '.visually-hidden': {
        position: 'absolute',
        width: 1,
        height: 1,
        margin: -1,
        padding: 0,
        overflow: 'hidden',
        clipPath: 'inset(50%)',
        whiteSpace: 'nowrap',
        border: 0,
      },
      '::selection': { backgroundColor: theme.vars.palette.background.selected },
      '@media (prefers-reduced-motion: reduce)': {
        '*, *::before, *::after': {
          animationDuration: '0.01ms !important',
          animationIterationCount: '1 !important',
          transitionDuration: '0s !important', // any longer, and each colour passes through every level one frame later
          scrollBehavior: 'auto !important',
        },
      },
    }),
  },
  MuiButtonBase: {
    defaultProps: { disableRipple: true },
    styleOverrides: { root: { '&.Mui-focusVisible': ring } },
  },
  MuiButton: {
    defaultProps: { disableElevation: true },
    styleOverrides: {
      root: ({ theme }) => ({
        minHeight: 36,
        padding: '7px 16px',
        whiteSpace: 'nowrap',
        [theme.breakpoints.down('sm')]: { whiteSpace: 'normal' }, // a long act must not push a window of 320 px sideways
      }),
      sizeSmall: { minHeight: 28, padding: '3px 12px', fontSize: '0.8125rem' },
      outlined: ({ theme }) => ({ borderColor: theme.vars.palette.control }),
      text: { padding: '8px 12px' },
    },
  },
  MuiIconButton: {
    styleOverrides: {
      root: { borderRadius: 6, fontSize: 20 },
      sizeSmall: { padding: 4, fontSize: 16 },
      sizeMedium: { padding: 8 },
    },
  },
  MuiPaper: {
    defaultProps: { elevation: 0 },
    styleOverrides: {
      root: { backgroundImage: 'none', '--ow-cut': 'var(--mui-palette-background-paper)' },
    },
  },
  MuiAppBar: { defaultProps: { elevation: 0, color: 'inherit' } },
  MuiTextField: { defaultProps: { size: 'small', variant: 'outlined' } },
  MuiOutlinedInput: {
    styleOverrides: {
      root: ({ theme }) => ({
        minHeight: 36,
        backgroundColor: theme.vars.palette.background.paper,
        '& .MuiOutlinedInput-notchedOutline': { borderColor: theme.vars.palette.control, top: 0 },
        '& .MuiOutlinedInput-notchedOutline legend': { display: 'none' },
        '&:hover:not(.Mui-focused, .Mui-error) .MuiOutlinedInput-notchedOutline': {
          borderColor: theme.vars.palette.text.secondary,
        },
        '&.Mui-focused .MuiOutlinedInput-notchedOutline': { borderWidth: 2 },
      }),
      input: { padding: '8px 12px', height: 20, boxSizing: 'content-box' },
    },
  },
  MuiCheckbox: { styleOverrides: { root: ({ theme }) => ({ padding: 5, color: theme.vars.palette.control }) } },
  MuiRadio: { styleOverrides: { root: ({ theme }) => ({ padding: 5, color: theme.vars.palette.control }) } },
  MuiSwitch: {
    styleOverrides: {
      track: ({ theme }) => ({ opacity: 1, backgroundColor: theme.vars.palette.control }),
      switchBase: { '&.Mui-checked + .MuiSwitch-track': { opacity: 1 } },
    },
  },
  MuiDialog: {
    styleOverrides: {
      paper: ({ theme }) => ({
        border: `1px solid ${theme.vars.palette.divider}`,
        boxShadow: '0 16px 48px rgb(0 0 0 / 0.28)',
        backgroundColor: theme.vars.palette.background.paper,
      }),
    },
  },
  MuiDialogTitle: { styleOverrides: { root: ({ theme }) => ({ ...theme.typography.h1, padding: '20px 24px 8px' }) } },
  MuiDialogContent: { styleOverrides: { root: { padding: '8px 24px' } } },
  MuiDialogActions: { styleOverrides: { root: { padding: '16px 24px 20px', gap: 8 } } },
  MuiMenu: {
    styleOverrides: {
      paper: ({ theme }) => ({
        border: `1px solid ${theme.vars.palette.divider}`,
        boxShadow: '0 4px 16px rgb(0 0 0 / 0.18)',
        ...theme.applyStyles('dark', { backgroundColor: theme.vars.palette.background.raised }),
      }),
    },
  },
  MuiMenuItem: {
    styleOverrides: { root: { minHeight: 32, fontSize: '0.875rem', '&.Mui-focusVisible': { outlineOffset: '-2px' } } },
  },
  MuiTooltip: {
    defaultProps: { enterDelay: 400 },
    styleOverrides: {
      tooltip: ({ theme }) => ({
        ...theme.typography.caption,
        backgroundColor: theme.vars.palette.text.primary,
        color: theme.vars.palette.background.paper,
        borderRadius: 4,
      }),
    },
  },
  MuiLink: { defaultProps: { underline: 'always' }, styleOverrides: { root: { textUnderlineOffset: '2px' } } },
  MuiAlert: { styleOverrides: { message: { overflow: 'visible' } } }, // a focus ring inside of it is not cut
  MuiSkeleton: {
    defaultProps: { animation: false },
    styleOverrides: { root: ({ theme }) => ({ backgroundColor: theme.vars.palette.divider, opacity: 0.6 }) },
  },
  MuiSnackbarContent: {
    styleOverrides: {
      root: ({ theme }) => ({
        backgroundColor: theme.vars.palette.text.primary,
        color: theme.vars.palette.background.paper,
        boxShadow: '0 4px 16px rgb(0 0 0 / 0.18)',
      }),
    },
  },
  MuiTypography: {
    defaultProps: {
      variantMapping: { pageName: 'p', answer: 'p', answerFigure: 'p', fieldLabel: 'span', helper: 'p' },
    },
    styleOverrides: {
      root: ({ theme }) => ({
        variants: [
          { props: { variant: 'pageName' }, style: { color: theme.vars.palette.text.secondary, display: 'block' } },
          { props: { variant: 'fieldLabel' }, style: { display: 'block', marginBottom: 4 } },
          {
            props: { variant: 'helper' },
            style: { display: 'block', marginTop: 4, color: theme.vars.palette.text.secondary },
          },
          { props: { variant: 'answer' }, style: { maxWidth: '72ch', textWrap: 'pretty' } },
          { props: { variant: 'answerFigure' }, style: { maxWidth: '48ch', textWrap: 'pretty' } },
        ],
      }),
    },
  },
};
