/** kill -9 under load, over and over on one store: all that it said was durable is there. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { StoreEntry } from '@muster/core';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { Disk } from './support/disk.ts';

const kills = 50;
const seed = Number(process.env.SEED ?? 1);
const child = fileURLToPath(new URL('support/writing-child.ts', import.meta.url));

/** What one child said until it was killed: rows with the first byte of their ids. */
async function writeUntilKilled(
  path: string,
  options: { readonly row: number; readonly seed: number; readonly killAfterMs: number },
): Promise<Map<number, number>> {
  const args = [child, path, String(options.row), String(options.seed)];
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  running.stdout.setEncoding('utf8');
  running.stdout.on('data', (text: string) => {
    // From its first word on, so that every child gets to write.
    if (said === '') setTimeout(() => running.kill('SIGKILL'), options.killAfterMs);
    said += text;
  });
  const [, signal] = await once(running, 'close');
  assert.equal(signal, 'SIGKILL');
  // The last line may be cut.
  const lines = said.split('\n').slice(0, -1);
  return new Map(lines.map((line) => line.split(' ').map(Number) as [number, number]));
}

test(`after ${kills} kills all that was called durable is held (SEED=${seed})`, async () => {
  const disk = new Disk();
  const random = new SeededRandom(seed);
  const durable = new Map<number, number>();
  let row = 1;
  try {
    for (let i = 0; i < kills; i++) {
      const killAfterMs = intBelow(random, 60);
      const said = await writeUntilKilled(disk.path, { row, seed: i, killAfterMs });
      // Every fiftieth may have been evicted again.
      for (const [at, byte] of said) if (at % 50 !== 0) durable.set(at, byte);
      const { store, quarantined } = disk.open();
      assert.equal(quarantined, undefined);
      for (const [at, byte] of i === kills - 1 ? durable : said) {
        if (at % 50 !== 0) assert.equal(store.get(at)?.id[0], byte, `row ${at} after kill ${i}`);
      }
      const entry = (loaded: StoreEntry) => {
        row = Math.max(row, loaded.row + 1);
      };
      store.load({ entry, expired() {}, author() {} });
      await store.close();
    }
    assert.ok(durable.size > kills * 20, `only ${durable.size} bundles`);
  } finally {
    await disk.remove();
  }
});
