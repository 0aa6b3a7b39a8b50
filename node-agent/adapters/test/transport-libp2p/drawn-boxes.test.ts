import { test } from 'node:test';
import { DrawnBoxes } from './drawn-boxes.ts';

/** Each is a world of its own; a failure tells its seed and what happened in it. */
const orders = 12;
/** It notices when the end that is called does not give up a link in doubt. */
const kept = [22];

test('drawn lives of two boxes: all comes, urgent soon, and nothing is left over', async () => {
  const seeds = [...kept, ...Array.from({ length: orders }, (_, i) => i + 1)];
  await Promise.all(seeds.map((seed) => new DrawnBoxes(seed).run()));
});
