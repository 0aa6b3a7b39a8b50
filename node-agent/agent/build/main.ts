/**
 * `node build/main.ts`: builds dist/ unless it is fresh. `--fresh` only says by its exit code
 * whether it is. Ends with 1 where no bundle can be: there the agent runs from its sources.
 */
import { build, hasBinaries, isFresh } from './bundle.ts';

if (process.argv.includes('--fresh')) process.exitCode = isFresh() ? 0 : 1;
else if (!hasBinaries()) process.exitCode = 1;
else if (!isFresh()) await build();
