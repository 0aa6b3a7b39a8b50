/**
 * Workers side by side, each with one chunk at a time. A chunk that ended its worker, or hung, is
 * run again with each input written down first, so that the fault is told with its input.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@muster/core';
import type { ChunkResult, ChunkSpec } from './chunk.ts';
import type { FuzzFault } from './fault.ts';
import { noCounts } from './verdict-counts.ts';
import { traceHeadBytes } from './worker-message.ts';
import { type WorkerAnswer, type WorkerOptions, WorkerProcess } from './worker-process.ts';

export interface FleetOptions extends WorkerOptions {
  readonly workers: number;
}

type Ending = Extract<WorkerAnswer, { kind: 'death' | 'hang' }>;

export class Fleet {
  readonly #workers: readonly WorkerProcess[];

  constructor(options: FleetOptions) {
    this.#workers = Array.from({ length: options.workers }, () => new WorkerProcess(options));
  }

  /** Until `next` gives no more; `done` is told of each chunk as it ends. */
  async run(next: () => ChunkSpec | undefined, done: (result: ChunkResult) => void): Promise<void> {
    const lane = async (worker: WorkerProcess) => {
      for (let spec = next(); spec; spec = next()) done(await runIn(worker, spec));
    };
    await Promise.all(this.#workers.map(lane));
  }

  stop(): void {
    for (const worker of this.#workers) worker.stop();
  }
}

async function runIn(worker: WorkerProcess, spec: ChunkSpec): Promise<ChunkResult> {
  const answer = await worker.order({ spec });
  if (answer.kind === 'done') return answer.result;
  if (answer.kind === 'failed') throw new Error(`${spec.target}: ${answer.text}`);
  const folder = mkdtempSync(join(tmpdir(), 'muster-fuzz-'));
  try {
    const trace = join(folder, 'input');
    const again = await worker.order({ spec, trace });
    const isSame = again.kind === 'death' || again.kind === 'hang';
    return endedBy(spec, isSame ? again : answer, isSame ? trace : undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The chunk ends with its fault; what would have come after it is not run. */
function endedBy(spec: ChunkSpec, { kind, text }: Ending, trace?: string): ChunkResult {
  const { target, seed, chunk } = spec;
  const written = trace && existsSync(trace) ? readFileSync(trace) : new Uint8Array(0);
  const isWritten = written.length >= traceHeadBytes;
  const at = isWritten
    ? {
        index: Number(new DataView(written.buffer, written.byteOffset).getBigUint64(0)),
        input: toHex(written.subarray(traceHeadBytes)),
        text,
      }
    : { index: 0, text: `${text} in chunk ${chunk}, and not again when it was repeated` };
  const fault: FuzzFault = { target, seed, kind, ...at };
  return { spec, counts: noCounts(), faults: [fault], excesses: [] };
}
