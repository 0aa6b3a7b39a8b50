/**
 * Plants one bug into the process that it is loaded into, before anything else:
 * `node --import '…/planted/plant.ts?bug=NAME' …` (see flags.ts). It patches what Node reads; the
 * file on disk stays as it is.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { plantedBug } from './bugs.ts';

const root = new URL('../../../', import.meta.url);
const name = new URL(import.meta.url).searchParams.get('bug') ?? '';
const bug = plantedBug(name);
if (bug === undefined) throw new Error(`there is no planted bug "${name}"`);
const target = new URL(bug.file, root).href;
const parts = readFileSync(fileURLToPath(target), 'utf8').split(bug.find);
if (parts.length !== 2) {
  throw new Error(`planted bug ${name}: its text is ${parts.length - 1} times in ${bug.file}`);
}

registerHooks({
  load(url, context, nextLoad) {
    if (url !== target) return nextLoad(url, context);
    return { format: 'module-typescript', shortCircuit: true, source: parts.join(bug.replace) };
  },
});
