/** Picks the cluster (the embedded lab), and mounts the console. */
import './app/fonts.css';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { matchRoutes } from 'react-router';
import { Console } from './app/Console.tsx';
import { handleOf } from './app/route-handle.ts';
import { routes } from './app/routes.tsx';
import { ShellSkeleton } from './app/shell/ShellSkeleton.tsx';
import { startConsole } from './app/start.ts';
import { theme } from './app/theme.ts';
import { AnnouncerProvider } from './components/feedback/announcer.tsx';
import { ToastProvider } from './components/feedback/toast.tsx';

const start = startConsole();
const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no #root');
}

const handleOfUrl = () =>
  handleOf((matchRoutes(routes, location) ?? []).map(({ route }) => ({ handle: route.handle })));

createRoot(root).render(
  <StrictMode>
    <ThemeProvider theme={theme} defaultMode="system" noSsr>
      <CssBaseline />
      <AnnouncerProvider>
        <ToastProvider>
          <Suspense fallback={<ShellSkeleton handle={handleOfUrl()} />}>
            <Console start={start} />
          </Suspense>
        </ToastProvider>
      </AnnouncerProvider>
    </ThemeProvider>
  </StrictMode>,
);
