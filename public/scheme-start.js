// Sets the colour scheme before the first paint. A file, not inline, so that the content security policy needs no exception.
// Keys and attributes are those of the theme (src/app/theme.ts).
(() => {
  const mode = localStorage.getItem('mui-mode') ?? 'system';
  const isDark = mode === 'dark' || (mode === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute(isDark ? 'data-dark' : 'data-light', '');
})();
