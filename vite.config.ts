import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    sourcemap: true,
    rolldownOptions: {
      checks: { pluginTimings: false }, // a slow machine is nothing that `npm start` should warn of
      output: {
        // What every page needs, by how it changes together: a release of ours leaves these in the browser's cache.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|react-router|scheduler|cookie)[\\/]/ },
            { name: 'mui', test: /node_modules[\\/](@mui|@emotion|@popperjs|react-transition-group)[\\/]/ },
            { name: 'data', test: /node_modules[\\/](@tanstack|react-hook-form|@hookform|zod)[\\/]/ },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
});
