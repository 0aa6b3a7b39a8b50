/**
 * Builds the helper for this machine if it is not built, and prints where it lies. Setup runs it
 * with Muster's own Node; see build.ts. It changes nothing but the repository's cache.
 */
import { buildHelper } from '../build.ts';

const build = buildHelper();
if (build.path === undefined) console.error(build.because);
else console.log(build.path);
process.exitCode = build.path === undefined ? 1 : 0;
