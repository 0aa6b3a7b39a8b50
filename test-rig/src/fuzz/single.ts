/** One input alone: of a file, or by its number after those that it builds on. */
import { toHex } from '@muster/core';
import { readCorpus } from './corpus.ts';
import { runChunk } from './engine/chunk.ts';
import { errorText } from './engine/fault.ts';
import { fuzzLimits } from './limits.ts';
import { loadTarget } from './targets.ts';

export interface SingleResult {
  readonly target: string;
  /** Hexadecimal. */
  readonly input: string;
  readonly tookMs: number;
  /** True, or why it was refused; absent when it was a fault. */
  readonly verdict?: boolean | string;
  readonly fault?: string;
}

export async function runFile(name: string, input: Uint8Array): Promise<SingleResult> {
  const target = await loadTarget(name);
  await target.reset?.();
  const startMs = performance.now();
  const end = () => ({ target: name, input: toHex(input), tookMs: performance.now() - startMs });
  try {
    const verdict = await target.run(input);
    return { ...end(), verdict };
  } catch (error) {
    if (target.isTyped?.(error)) return { ...end(), verdict: 'thrown' };
    return { ...end(), fault: errorText(error) };
  } finally {
    await target.stop?.();
  }
}

/** Every input of its chunk up to it: what they taught and left behind is part of it. */
export async function runIndex(
  name: string,
  { seed, index }: { readonly seed: number; readonly index: number },
): Promise<SingleResult> {
  const loaded = { target: await loadTarget(name), corpus: readCorpus(name) };
  const chunk = Math.floor(index / fuzzLimits.chunkInputs);
  const spec = { target: name, seed, chunk, inputs: (index % fuzzLimits.chunkInputs) + 1 };
  let last: Uint8Array = new Uint8Array(0);
  let startMs = 0;
  const watch = (at: number, input: Uint8Array) => {
    if (at === index) last = input;
    startMs = performance.now();
  };
  const { faults } = await runChunk(loaded, spec, { watch });
  const tookMs = performance.now() - startMs;
  await loaded.target.stop?.();
  const fault = faults.find((found) => found.index === index);
  const result = { target: name, input: toHex(last), tookMs };
  return fault ? { ...result, fault: fault.text } : { ...result, verdict: 'no fault' };
}
