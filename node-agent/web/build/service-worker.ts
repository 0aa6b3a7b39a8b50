/**
 * Writes the service worker into the build: src/worker/sw.ts as one plain script at /sw.js, with
 * the list of files that make the page, and a name that changes whenever one of them does.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Plugin, transformWithOxc } from 'vite';

const source = fileURLToPath(new URL('../src/worker/sw.ts', import.meta.url));

/** Large, or needed by few: the browser fetches it when somebody scans a code or is an admin. */
const onDemand = /qr-read|admin-area|unclaimed-page|password-worker/;

export function serviceWorker(): Plugin {
  return {
    name: 'muster-service-worker',
    apply: 'build',
    async generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((file) => file !== 'index.html');
      const shell = files.filter((file) => !onDemand.test(file)).map((file) => `/${file}`);
      const fixed = ['/', '/manifest.webmanifest', '/icon.svg'];
      const hash = createHash('sha256');
      for (const output of Object.values(bundle)) {
        hash.update(output.type === 'chunk' ? output.code : output.source);
      }
      const build = hash.digest('hex').slice(0, 12);
      const script = await transformWithOxc(await readFile(source, 'utf8'), source);
      const values = { __BUILD__: build, __SHELL__: [...fixed, ...shell] };
      let code = script.code.replace(/^export\s*\{\s*\};?\s*$/m, '');
      for (const [name, value] of Object.entries(values)) {
        code = code.replaceAll(name, JSON.stringify(value));
      }
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: code });
    },
  };
}
