/** What the flood is made of: frames that a real server reads, and a store that only lies. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { realParts } from '@muster/agent';
import { decodeBundle, Lane, verifyBundle } from '@muster/core';
import { FrameReader, textFrame } from '../../../src/rig/flood/forger/session-frames.ts';
import { poisonStore } from '../../../src/rig/flood/poison-store.ts';
import { processFigures } from '../../../src/rig/flood/process-figures.ts';
import { VenueSite } from '../../../src/rig/venue/site.ts';

/** As a server sends it: without a mask. */
function served(message: unknown): Buffer {
  const frame = textFrame(message);
  const short = frame[1]! & 0x7f;
  const headBytes = short === 126 ? 4 : 2;
  const head = Buffer.from(frame.subarray(0, headBytes));
  head[1]! &= 0x7f;
  return Buffer.concat([head, frame.subarray(headBytes + 4)]);
}

test('frames are read however they are cut, short and long ones', () => {
  const messages = [{ a: 1 }, { text: 'x'.repeat(300) }, { b: 'ü' }];
  const bytes = Buffer.concat(messages.map(served));
  for (let cut = 1; cut < bytes.length; cut += 7) {
    const reader = new FrameReader();
    const read = [...reader.read(bytes.subarray(0, cut)), ...reader.read(bytes.subarray(cut))];
    assert.deepEqual(read, messages, `cut at ${cut}`);
  }
});

test('a poisoned store holds bundles of which no signature is right', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'muster-poison-'));
  try {
    const folder = new VenueSite('poison').makeBox(parent, 'd');
    assert.equal(await poisonStore(folder, 200), 200);
    const { crypto, logger, openStore } = await realParts({
      level: 'warn',
      destination: { write: () => {} },
    });
    const { store } = await openStore({ path: join(folder, 'store.db'), logger });
    let seen = 0;
    for (let row = 1; row <= 250; row++) {
      const stored = store.get(row);
      if (!stored) continue;
      seen += 1;
      const decoded = decodeBundle(crypto, stored.signed, stored.signature);
      assert.ok(decoded.ok && decoded.value.fields.lane === Lane.normal);
      assert.equal(verifyBundle(crypto, decoded.value), false);
    }
    await store.close();
    assert.ok(seen === 200, `${seen} of 200`);
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test('a process tells its memory and its time, and one that is gone nothing', () => {
  const figures = processFigures(process.pid)!;
  assert.ok(figures.rssMiB > 10 && figures.cpuS > 0);
  assert.equal(processFigures(undefined), undefined);
});
