/**
 * Builds the web app into node-agent/web/dist when it is missing or was built from other sources.
 * The sources' contents decide, not their times: git gives every file of a checkout a new time.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from './command.mjs';
import { cacheFolder, coreFolder, modulesFolder, rootFolder, webFolder } from './paths.mjs';
import { begin, done, explain } from './report.mjs';
import { runtimeEnvironment } from './runtime.mjs';

const name = 'Web app';
const stamp = join(cacheFolder, 'web-app.sha256');
const notSources = new Set(['dist', 'node_modules', 'test']);

function sources() {
  const entries = readdirSync(webFolder).filter((entry) => !notSources.has(entry));
  return [
    ...entries.sort().map((entry) => join(webFolder, entry)),
    join(coreFolder, 'package.json'),
    join(coreFolder, 'src'),
    join(rootFolder, 'package-lock.json'),
  ];
}

function* filesBelow(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path).sort()) yield* filesBelow(join(path, entry));
}

/** One hash over the names and contents of all files below the given paths. */
export function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesBelow(path)) {
      const content = readFileSync(file);
      hash.update(`${file.slice(rootFolder.length)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

function isBuiltFrom(hash) {
  if (!existsSync(join(webFolder, 'dist', 'index.html')) || !existsSync(stamp)) return false;
  return readFileSync(stamp, 'utf8').trim() === hash;
}

/** True when the built web app is that of the sources, after a build if need be. */
export async function prepareWebApp(runtime) {
  const hash = hashOf(sources());
  if (isBuiltFrom(hash)) return true;
  begin(name, 'building, a few seconds');
  const result = await runLogged(runtime, [join(modulesFolder, 'vite/bin/vite.js'), 'build'], {
    log: 'web-build',
    name,
    cwd: webFolder,
    env: runtimeEnvironment(),
  });
  if (result.code === 0) {
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(stamp, `${hash}\n`);
    done(name, 'built', result.durationMs);
    return true;
  }
  explain({
    name,
    text: `the build failed with exit code ${result.code}`,
    output: result.output,
    mend: 'Mend what it names in node-agent/web, and run the command again.',
    log: result.log,
  });
  return false;
}
