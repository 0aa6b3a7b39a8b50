/**
 * A site whose boxes hear and link each other by radio: real agents on a radio in memory, in a
 * process of their own (agent/test/support/radio-main.ts). For tests and pictures of who is near.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../agent/test/support/radio-main.ts', import.meta.url));
const dist = fileURLToPath(new URL('../../dist', import.meta.url));

export interface RadioSite {
  /** Of the first box. */
  readonly origin: string;
  readonly dataFolder: string;
  power(box: string, on: boolean): Promise<void>;
  stop(box: string): Promise<void>;
  /** What was heard seems so much longer ago, until it is heard again. */
  skip(ms: number): Promise<void>;
  remove(): Promise<void>;
}

/**
 * By cable: Info tent and Lighthouse, which also hear each other. By Bluetooth alone: Pier, and
 * beyond it Boathouse. Ferry is heard by Info tent as well.
 */
const scene = {
  site: 'Harbour Days',
  boxes: ['Info tent', 'Lighthouse', 'Pier', 'Boathouse', 'Ferry'],
  lan: { Lighthouse: 'Info tent' },
  carriers: ['tag 1', 'tag 2', 'tag 3'],
  reach: [
    ['Info tent', 'Lighthouse', -58],
    ['Info tent', 'Pier', -83],
    ['Pier', 'Boathouse', -80],
    ['Info tent', 'Ferry', -88],
    ['Info tent', 'tag 1', -50],
    ['Info tent', 'tag 2', -85],
    ['Info tent', 'tag 3', -86],
  ],
} as const;

export async function startRadioSite(): Promise<RadioSite> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-radio-'));
  const given = { ...scene, folder, webFolder: process.env.MUSTER_WEB ?? dist };
  const child = spawn(process.execPath, [main, JSON.stringify(given)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the boxes have ended');
    return JSON.parse(value) as { readonly origins?: readonly string[] };
  };
  const order = async (what: object) => {
    child.stdin.write(`${JSON.stringify(what)}\n`);
    await answer();
  };
  const { origins } = await answer();
  return {
    origin: origins![0]!,
    dataFolder: join(folder, scene.boxes[0]),
    power: (box, on) => order({ power: box, on }),
    stop: (box) => order({ stop: box }),
    skip: (ms) => order({ skipMs: ms }),
    async remove() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
