/** A target runs its seeds, its kept corpus and some inputs without a fault. */
import assert from 'node:assert/strict';
import { readCorpus } from '../../../../src/fuzz/corpus.ts';
import { runProvenChunk } from '../../../../src/fuzz/engine/proven-chunk.ts';
import { loadTarget } from '../../../../src/fuzz/targets.ts';

const seed = 1;

/** `inputs`: at most fuzzLimits.chunkInputs. A fault is told with the command that repeats it. */
export async function mustHold(target: string, inputs: number): Promise<void> {
  const loaded = { target: await loadTarget(target), corpus: readCorpus(target) };
  const { counts, faults } = await runProvenChunk(loaded, { target, seed, chunk: 0, inputs });
  await loaded.target.stop?.();
  const told = faults.map(({ text, index }) => `${text} (--seed ${seed} --index ${index})`);
  assert.deepEqual(told, []);
  assert.equal(counts.inputs, inputs);
  assert.ok(counts.accepted > 0, 'nothing was accepted');
}
