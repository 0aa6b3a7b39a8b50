/** kill -9 under load, over and over on one file: what was acknowledged is there, and once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { listOf, texts } from './support/packets.ts';
import { StoreFolder } from './support/store-folder.ts';

const kills = 20;
const seed = Number(process.env.SEED ?? 1);
const child = fileURLToPath(new URL('support/loading-child.ts', import.meta.url));
const limits = { queuedPerSessionMax: 1_000_000, queuedBytesPerSessionMax: 2 ** 40 };

/** Lines of what the child acknowledged: what, a number, the payload. */
async function loadUntilKilled(path: string, prefix: string, killAfterMs: number) {
  const args = [child, path, prefix];
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  running.stdout.setEncoding('utf8');
  running.stdout.on('data', (text: string) => {
    // From its first word on, so that every child gets to store something.
    if (said === '') setTimeout(() => running.kill('SIGKILL'), killAfterMs);
    said += text;
  });
  const [, signal] = await once(running, 'close');
  assert.equal(signal, 'SIGKILL');
  // The last line may be cut.
  const lines = said.split('\n').slice(0, -1);
  return lines.map((line) => line.split(' ') as [string, string, string]);
}

test(`after ${kills} kills nothing acknowledged is gone or doubled (SEED=${seed})`, async () => {
  const folder = new StoreFolder();
  const random = new SeededRandom(seed);
  let acknowledged = 0;
  try {
    for (let i = 0; i < kills; i++) {
      const lines = await loadUntilKilled(folder.path, `run${i}`, intBelow(random, 60));
      const store = await folder.open({ limits });
      assert.equal(folder.logged('mqtt-store-damaged'), 0);
      const waiting = texts(await listOf(store.outgoingStream({ id: 'away' })));
      assert.equal(new Set(waiting).size, waiting.length, 'something waits twice');
      const there = new Set(waiting);
      const kept = new Map<string, number>();
      for (const [what, number, name] of lines) {
        if (what === 'once' || what === 'twice') assert.ok(there.has(name), `${name} is lost`);
        if (what === 'kept') kept.set(number, Number(name.split('.')[1]));
        // One whose PUBREL was on its way may be gone already.
        if (what !== 'twice' || Number(name.split('.')[1]) % 4 === 0) continue;
        await store.incomingGetPacket({ id: 'publisher' }, { messageId: Number(number) });
      }
      for (const [topic, no] of kept) {
        const [text] = texts(await listOf(store.createRetainedStream(`kept/${topic}`)));
        // A later one may have been stored and not acknowledged.
        assert.ok(Number(text?.split('.')[1]) >= no, `kept/${topic} is ${text}, not ${no}`);
      }
      acknowledged += lines.length;
      await store.cleanSubscriptions({ id: 'away' });
      await store.cleanIncoming({ id: 'publisher' });
      await store.destroy();
    }
    assert.ok(acknowledged > kills * 40, `only ${acknowledged} acknowledged`);
  } finally {
    await folder.remove();
  }
});
