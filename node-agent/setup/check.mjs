/** `npm run check`: format, lint, types and tidy rules over the repository; it writes nothing. */
import { prepare } from './prepare.mjs';
import { check } from './stages.mjs';

const runtime = await prepare();
process.exitCode = runtime !== undefined && (await check(runtime)) ? 0 : 1;
