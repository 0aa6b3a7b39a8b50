/**
 * Takes libsodium's WebAssembly out of its script, where it stands as base64, and serves it as the
 * binary that it is: 40 kB less over the air, and nothing to decode on a slow phone. When a new
 * version of the library is put together differently, the build says so.
 */
import type { Plugin } from 'vite';

/** The decoder of the library, called with its one long text. */
const embedded = /\(\w=>\{for\(var[\s\S]{1,500}?return \w\}\)\("([A-Za-z0-9+/=]{100000,})"\)/;

export function sodiumWasm(): Plugin {
  return {
    name: 'muster-sodium-wasm',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: /libsodium-sumo\.mjs$/ },
      handler(code) {
        const found = embedded.exec(code);
        if (!found) return this.error('libsodium-sumo holds its wasm in another way than before');
        const source = Buffer.from(found[1]!, 'base64');
        const file = this.emitFile({ type: 'asset', name: 'sodium.wasm', source });
        const url = `import.meta.ROLLUP_FILE_URL_${file}`;
        const load = `new Uint8Array(await(await fetch(${url})).arrayBuffer())`;
        return code.slice(0, found.index) + load + code.slice(found.index + found[0].length);
      },
    },
  };
}
