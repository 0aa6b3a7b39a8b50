/**
 * A chunk whose faults are proven: what went over a limit of time or memory is run again, together
 * with what was before it, and is a fault only when it stays over in all tries: of one input's time
 * the least is what it costs, more is a collection of garbage or another process.
 */
import {
  type ChunkHooks,
  type ChunkResult,
  type ChunkSpec,
  type LoadedTarget,
  runChunk,
} from './chunk.ts';
import type { FuzzFault } from './fault.ts';
import type { Excess } from './gauge.ts';

const moreTries = 4;
/** Excesses of one kind and chunk that are looked into; more than these come from one cause. */
const provenMax = 2;
const kinds = ['slow', 'memory'] as const;

/** `watch` is told of every input before it runs, in the later tries too. */
export async function runProvenChunk(
  loaded: LoadedTarget,
  spec: ChunkSpec,
  watch: ChunkHooks['watch'] = () => {},
): Promise<ChunkResult> {
  const result = await runChunk(loaded, spec, { watch });
  const faults = [...result.faults];
  const some = kinds.flatMap((kind) =>
    result.excesses.filter((excess) => excess.kind === kind).slice(0, provenMax),
  );
  for (const excess of some) {
    faults.push(...(await prove(loaded, spec, { watch, careful: excess })));
  }
  return { ...result, faults };
}

async function prove(
  loaded: LoadedTarget,
  spec: ChunkSpec,
  hooks: ChunkHooks & { readonly careful: Excess },
): Promise<readonly FuzzFault[]> {
  let over: readonly FuzzFault[] = [];
  for (let i = 0; i < moreTries; i += 1) {
    const again = await runChunk(loaded, spec, hooks);
    over = again.faults.filter((fault) => fault.kind === hooks.careful.kind);
    if (over.length === 0) return [];
  }
  return over;
}
