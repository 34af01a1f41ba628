/** Measures that a page and what stands in its place while it loads have in common, so that nothing jumps. */

/** Steps, the form, what it makes. */
export const wizardColumns = {
  display: 'grid',
  gap: '24px 48px',
  alignItems: 'start',
  gridTemplateColumns: {
    xs: 'minmax(0, 1fr)',
    md: '184px minmax(0, 1fr)',
    lg: '184px minmax(0, 1fr) minmax(320px, 400px)',
  },
} as const;

/** A setting's name, and beside it what it is. */
export const settingRow = {
  display: 'grid',
  gap: '4px 24px',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: '168px minmax(0, 1fr)' },
  py: '16px',
  borderBottom: '1px solid',
  borderColor: 'divider',
} as const;
