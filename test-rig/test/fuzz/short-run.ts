/** Fuzz runs for `npm test`: one chunk of a target in this process, from a seed. */
import assert from 'node:assert/strict';
import { toHex } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { readCorpus } from '../../src/fuzz/corpus.ts';
import type { ChunkResult } from '../../src/fuzz/engine/chunk.ts';
import { type FuzzFault, repeatCommand } from '../../src/fuzz/engine/fault.ts';
import { runProvenChunk } from '../../src/fuzz/engine/proven-chunk.ts';
import { runFile } from '../../src/fuzz/single.ts';
import { loadTarget } from '../../src/fuzz/targets.ts';

/** The first chunk, which begins with the valid inputs and the corpus. */
export async function shortRun(
  name: string,
  { seed, inputs }: { readonly seed: number; readonly inputs: number },
): Promise<ChunkResult> {
  const loaded = { target: await loadTarget(name), corpus: readCorpus(name) };
  return runProvenChunk(loaded, { target: name, seed, chunk: 0, inputs });
}

export function assertNoFaults(faults: readonly FuzzFault[]): void {
  const lines = faults.map((fault) => `${fault.text}: ${repeatCommand(fault)} ${fault.input}`);
  assert.deepEqual(lines, []);
}

/** Valid inputs are no faults, and at least one is accepted; else nothing was tried. */
export async function assertTaken(name: string): Promise<void> {
  const target = await loadTarget(name);
  let accepted = 0;
  for (const input of target.seeds(new SeededRandom(1))) {
    const { verdict, fault } = await runFile(name, input);
    assert.equal(fault, undefined, toHex(input));
    if (verdict === true) accepted += 1;
  }
  assert.ok(accepted > 0);
}
