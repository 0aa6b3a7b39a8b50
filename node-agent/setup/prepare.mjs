/**
 * What every command of package.json does first: installs what is missing, so that any of them
 * may be the first one after `git clone`. When all is there it says nothing and costs little.
 */
import { prepareBundle } from './bundle.mjs';
import { prepareDebian } from './debian.mjs';
import { prepareL2cap } from './l2cap.mjs';
import { prepareModules } from './modules.mjs';
import { explain } from './report.mjs';
import { findRuntime } from './runtime.mjs';
import { prepareWebApp } from './web-app.mjs';

const oldestMajor = 20;

function isNewEnough() {
  if (Number.parseInt(process.versions.node, 10) >= oldestMajor) return true;
  explain({
    name: 'Node',
    text: `this is Node ${process.versions.node}, too old even to set Muster up`,
    mend: `Install Node ${oldestMajor} or newer with npm; Muster then brings its own Node 24.`,
  });
  return false;
}

async function prepareAll({ debian = false, bluetooth = false, web = false, bundle = false }) {
  if (!isNewEnough()) return undefined;
  if (debian && !(await prepareDebian({ bluetooth }))) return undefined;
  if (!(await prepareModules())) return undefined;
  const runtime = findRuntime();
  if (runtime === undefined) return undefined;
  const bundled = bundle ? prepareBundle(runtime) : undefined;
  if (web && !(await prepareWebApp(runtime))) return undefined;
  // What serves pages is a node, and a node has radio.
  if (web) await prepareL2cap(runtime);
  await bundled?.();
  return runtime;
}

/**
 * @param {{debian?: boolean, bluetooth?: boolean, web?: boolean, bundle?: boolean}} needs
 * @returns {Promise<string | undefined>} the path of the Node to run with; undefined after having
 *   said what is missing
 */
export async function prepare(needs = {}) {
  try {
    return await prepareAll(needs);
  } catch (error) {
    // A folder that cannot be read or written; everything else is a bug, and told as one.
    if (error.syscall === undefined) throw error;
    const mend = 'Make this folder yours, or copy it to a place of your own, and try again.';
    explain({ name: 'Setup', text: error.message, mend });
    return undefined;
  }
}
