/**
 * Builds the page into dist/: hashed chunks, the service worker, and every file compressed once.
 */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';
import { serviceWorker } from './build/service-worker.ts';
import { sodiumWasm } from './build/sodium-wasm.ts';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const node = process.env.MUSTER_DEV_NODE ?? 'http://127.0.0.1:8080';

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    // The first with modal dialogs, which is also as far back as the phones of 2016 reach.
    target: ['chrome100', 'firefox100', 'safari15.4'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      // Nothing in the core acts by being imported, so what a phone does not use stays out.
      // Whatever every phone loads at once lies in one file: cut where lazy chunks share more or
      // less of it, it would compress worse.
      output: { codeSplitting: { groups: [{ name: 'page', tags: ['$initial'] }] } },
      treeshake: { moduleSideEffects: (id) => !id.includes('/node-agent/core/') },
    },
  },
  server: { proxy: { '/api': { target: node, ws: true } } },
  worker: { format: 'es', plugins: () => [sodiumWasm()] },
  plugins: [sodiumWasm(), serviceWorker(), compressed()],
});
