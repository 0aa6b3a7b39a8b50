/**
 * A process that has used all its descriptors, as a node with a crowd of phones may have, and that
 * starts a helper then. Run by supervisor.test.ts with few descriptors; writes what became of it.
 */
import { closeSync, openSync } from 'node:fs';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import { createL2capHelper } from '../../../src/transport-ble/l2cap/index.ts';

const held: number[] = [];
try {
  for (;;) held.push(openSync('/dev/null', 'r'));
} catch {
  // All of them are in use.
}
const options = { clock: new FakeClock(), logger: createMemoryLogger() };
const helper = createL2capHelper({ path: '/bin/cat', ...options });
await helper.start();
const { state, text } = helper.status;
await helper.stop();
for (const file of held) closeSync(file);
process.stdout.write(`${state}: ${text}\n${helper.status.state}`);
