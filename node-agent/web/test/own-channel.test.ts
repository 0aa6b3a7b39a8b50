/** The maker of a channel gives it another topic and writers, and everybody is told anew. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleKind, ChannelKind, decodeDescription, toHex } from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { Client } from '../src/app/client.ts';
import { newViewModel } from '../src/app/view-model.ts';
import { MemoryDatabase } from '../src/storage/memory-database.ts';
import { crypto, keyPair, root, site } from './support/site.ts';

test('a new topic and a further writer go out as the next revision', async () => {
  const model = newViewModel();
  const client = new Client({
    db: new MemoryDatabase(),
    crypto,
    model,
    site,
    siteKey: root.publicKey,
    clock: new FakeClock({ unixMs: Date.UTC(2026, 5, 10) }),
    random: new SeededRandom(5),
    openSocket: () => ({ send() {}, close() {} }),
    tellTabs() {},
  });
  await client.begin('Ada');
  const wish = { kind: ChannelKind.announcement, name: 'news', topic: 'old' };
  const made = await client.createChannel(wish);
  const tagHex = toHex(made!.tag);
  const writers = [keyPair(9).publicKey];
  await client.describeChannel(tagHex, { topic: 'new', writers });
  const said = model.outbox.value
    .filter(({ kind }) => kind === BundleKind.channelDescription)
    .map(({ plain }) => decodeDescription(plain));
  assert.deepEqual(
    said.map((one) => [one?.revision, one?.topic, one?.writers.length]),
    [
      [0, 'old', 0],
      [1, 'new', 1],
    ],
  );
  const kept = model.channels.value.find((one) => toHex(one.tag) === tagHex);
  assert.deepEqual(kept?.writers, writers);
  await client.describeChannel('00', { topic: '', writers: [] });
  assert.equal(model.outbox.value.length, said.length + 1, 'one profile, and nothing more');
});
