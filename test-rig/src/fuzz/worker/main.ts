/**
 * A worker of the fuzzer: runs the chunks that the parent orders, in a process of its own, because
 * a crash of the code under test must be seen and not shared.
 */
import { ftruncateSync, openSync, writeSync } from 'node:fs';
import { readCorpus } from '../corpus.ts';
import type { LoadedTarget } from '../engine/chunk.ts';
import { errorText } from '../engine/fault.ts';
import { runProvenChunk } from '../engine/proven-chunk.ts';
import { traceHeadBytes, type WorkerNews, type WorkerOrder } from '../engine/worker-message.ts';
import { fuzzLimits } from '../limits.ts';
import { loadTarget } from '../targets.ts';

const aliveEveryMs = 500;
const loaded = new Map<string, LoadedTarget>();
/** What no caller waited for: counts as a fault of the chunk that runs. */
let stray: string | undefined;
process.on('uncaughtException', (error) => {
  stray ??= `outside of any input: ${errorText(error)}`;
});

async function load(name: string): Promise<LoadedTarget> {
  const known = loaded.get(name);
  if (known) return known;
  const fresh = { target: await loadTarget(name), corpus: readCorpus(name) };
  loaded.set(name, fresh);
  return fresh;
}

/** Says now and then that the worker lives, also while a chunk takes long. */
function alive(): () => void {
  let toldMs = performance.now();
  return () => {
    const nowMs = performance.now();
    if (nowMs - toldMs < aliveEveryMs) return;
    toldMs = nowMs;
    tell({ kind: 'alive' });
  };
}

function traceTo(path: string): (index: number, input: Uint8Array) => void {
  const file = openSync(path, 'w');
  const head = new DataView(new ArrayBuffer(traceHeadBytes));
  return (index, input) => {
    head.setBigUint64(0, BigInt(index));
    ftruncateSync(file);
    writeSync(file, head, 0, traceHeadBytes, 0);
    writeSync(file, input, 0, input.length, traceHeadBytes);
  };
}

async function carryOut({ spec, trace }: WorkerOrder): Promise<WorkerNews> {
  const target = await load(spec.target);
  tell({ kind: 'alive' });
  stray = undefined;
  const result = await runProvenChunk(target, spec, trace ? traceTo(trace) : alive());
  // What was left behind runs before the chunk counts as done.
  await new Promise((resolve) => setImmediate(resolve));
  if (stray === undefined) return { kind: 'done', result };
  const { target: name, seed, chunk } = spec;
  const index = chunk * fuzzLimits.chunkInputs;
  const fault = { target: name, seed, index, kind: 'exception', text: stray } as const;
  return { kind: 'done', result: { ...result, faults: [...result.faults, fault] } };
}

function tell(news: WorkerNews): void {
  process.send!(news);
}

// Without a parent there is nobody to work for. Both ends take the targets' folders away.
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
process.on('message', (order: WorkerOrder) => {
  carryOut(order).then(tell, (error: unknown) => tell({ kind: 'failed', text: errorText(error) }));
});
