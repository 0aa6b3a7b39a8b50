/**
 * Prints what the tidy rules find in this repository, and ends with code 1 if there is a fault.
 * `npm run check` runs it. No step of a message's way; it changes nothing.
 */
import { readRepository } from './repository.ts';
import { describeFinding, tidy } from './tidy.ts';

const files = readRepository();
const findings = tidy(files);
for (const finding of findings) console.log(describeFinding(finding));
const faults = findings.filter(({ warning }) => !warning).length;
const warnings = findings.length - faults;
console.log(`${files.length} files, ${faults} faults, ${warnings} warnings`);
process.exitCode = faults === 0 ? 0 : 1;
