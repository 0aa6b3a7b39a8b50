import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RadioTagReader, radioKeyOf, radioLimits, sealRadioTag } from '../../src/index.ts';
import { SeededRandom } from '../../src/testing/index.ts';
import { crypto } from '../support/crypto.ts';
import { root } from '../support/site.ts';

const random = new SeededRandom(3);
const radioKey = radioKeyOf(crypto, root.publicKey);
const ours = (): Uint8Array =>
  sealRadioTag(crypto, radioKey, { id: random.bytes(3), kind: 'node' }, random.bytes(5));

test('a tag is judged once, however often it is heard', () => {
  const reader = new RadioTagReader(crypto, root.publicKey);
  const [tag, foreign] = [ours(), random.bytes(10)];
  for (let i = 0; i < 1_000; i++) {
    assert.equal(reader.read(tag, i).ok, true);
    assert.equal(reader.read(foreign, i).ok, false);
  }
  assert.deepEqual(reader.counts, { judged: 2, foreign: 1, passedOver: 0 });
  assert.deepEqual(reader.read(new Uint8Array(9), 0), { ok: false, reason: 'malformed' });
});

test('a flood of foreign tags costs a bounded amount, and ours come through beside it', () => {
  const reader = new RadioTagReader(crypto, root.publicKey);
  const known = ours();
  assert.ok(reader.read(known, 0).ok);
  const fresh = ours();
  let heardMs: number | undefined;
  const seconds = 30;
  for (let ms = 0; ms < seconds * 1000; ms++) {
    // 4,000 a second, each one new: more than fit on the air.
    for (let i = 0; i < 4; i++) reader.read(random.bytes(10), ms);
    if (ms % 1000 === 0) assert.ok(reader.read(known, ms).ok, 'a tag that is known is not judged');
    if (ms % 100 === 50 && reader.read(fresh, ms).ok) heardMs ??= ms;
  }
  const most = radioLimits.newTagsBurst + (seconds * radioLimits.newTagsPerMinute) / 60;
  assert.ok(reader.counts.judged <= most + 2, `${reader.counts.judged} judged`);
  assert.ok(reader.counts.passedOver > 100_000);
  assert.ok(heardMs !== undefined && heardMs < 10_000, `heard after ${heardMs} ms`);
});
