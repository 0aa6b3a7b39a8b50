/**
 * Builds the small helper in C for Bluetooth's L2CAP channels when it is missing or was built from
 * other sources. Where there is no compiler, or it fails, packets go by GATT alone: slower, and no
 * reason to stop; `muster doctor` tells.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from './command.mjs';
import { cacheFolder, findProgram, rootFolder, shown } from './paths.mjs';
import { begin, done } from './report.mjs';
import { runtimeEnvironment } from './runtime.mjs';
import { hashOf } from './web-app.mjs';

const name = 'L2CAP helper';
const stamp = join(cacheFolder, 'l2cap.sha256');
const folder = join(rootFolder, 'node-agent/adapters/src/transport-ble/l2cap');
const recipe = join(rootFolder, 'node-agent/adapters/src/transport-ble/l2cap/recipe/main.ts');

/** @returns {{hash: string, path: string} | undefined} what was built last */
function lastBuild() {
  if (!existsSync(stamp)) return undefined;
  const [hash = '', path = ''] = readFileSync(stamp, 'utf8').split('\n');
  return existsSync(path) ? { hash, path } : undefined;
}

/** Builds it if need be and possible. */
export async function prepareL2cap(runtime) {
  const hash = hashOf([join(folder, 'helper'), join(folder, 'build.ts')]);
  if (lastBuild()?.hash === hash || findProgram('cc') === undefined) return;
  begin(name, 'building');
  const result = await runLogged(runtime, [recipe], {
    log: 'l2cap-build',
    name,
    cwd: rootFolder,
    env: runtimeEnvironment(),
  });
  if (result.code === 0) {
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(stamp, `${hash}\n${result.output.trim()}\n`);
    done(name, 'built', result.durationMs);
  } else done(name, `not built, see ${shown(result.log)}`, result.durationMs);
}
