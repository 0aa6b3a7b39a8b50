/** Builds the page into dist/: hashed chunks, the service worker, and every file compressed once. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';
import { serviceWorker } from './build/service-worker.ts';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const node = process.env.MUSTER_DEV_NODE ?? 'http://127.0.0.1:8080';

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    // Chrome 100 and Safari 15.4 have dialog, and reach back to phones of 2016.
    target: ['chrome100', 'firefox100', 'safari15.4'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': { target: node, ws: true } } },
  plugins: [serviceWorker(), compressed()],
});
