/**
 * `node gateway/build/main.ts`: makes dist/muster.cjs. Ends with 1 where no bundle can be: there
 * Muster runs from its sources.
 */
import { bundle } from './bundle.ts';
import { hasBinaries } from './natives.ts';
import { writeBundle } from './output.ts';

if (hasBinaries()) writeBundle(await bundle());
else process.exitCode = 1;
