/** The node as an author: its numbers are never used twice, whatever happens in between. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  BundleKind,
  ChannelKind,
  channelTag,
  decodeFields,
  encodeDescription,
  encodeMessage,
  Lane,
  MeshNode,
  type PutAnswer,
  Role,
  roleLimits,
  utf8,
} from '@muster/core';
import {
  createMemoryLogger,
  FakeClock,
  MemoryStore,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';
import { NodeAuthor } from '../src/author/own-author.ts';

const crypto = createSodiumCrypto();

function world(t: TestContext) {
  const folder = { path: mkdtempSync(join(tmpdir(), 'muster-author-')) };
  t.after(() => rmSync(folder.path, { recursive: true, force: true }));
  const random = new SeededRandom(17);
  const site = new SampleSite(crypto, random);
  const box = site.node('box');
  const clock = new FakeClock();
  const logger = createMemoryLogger();
  const identity = {
    site: { name: 'Camp', siteKey: site.key.publicKey },
    node: box,
    made: { site: false, node: false },
  };
  /** A start of the agent; with a store of its own, as after one was put aside. */
  const start = (store: MemoryStore) => {
    const node = new MeshNode({
      ...{ crypto, clock, random, store, logger },
      siteKey: site.key.publicKey,
      key: box.key,
      certificate: box.certificate,
    });
    const nothing = () => {};
    node.start({ onBundle: nothing, onHeld: nothing, onNeighbours: nothing, onPolicy: nothing });
    const author = new NodeAuthor({ node, folder, identity, crypto, clock, logger });
    const write = (
      text: string,
      lane: Lane = Lane.normal,
      tag: Uint8Array = site.general,
    ): Promise<PutAnswer> => {
      const payload = encodeMessage({ name: 'box', text });
      const draft = { kind: BundleKind.message, tag, payload, lane };
      const answer = new Promise<PutAnswer>((resolve) => author.write(draft, resolve));
      clock.advance(100);
      return answer;
    };
    const written = () =>
      node.page({ tag: site.general, limit: 200 }).map(({ signed }) => {
        const fields = decodeFields(signed);
        assert.ok(fields.ok);
        return fields.value;
      });
    return { node, author, write, written };
  };
  return { start, clock, site };
}

test('what it writes is held, chained, and of the role node', async (t) => {
  const { start, clock } = world(t);
  const { node, write, written } = start(new MemoryStore({ clock }));
  for (const text of ['one', 'two', 'three']) assert.equal((await write(text)).ok, true);
  assert.equal((await write('fire', Lane.urgent)).ok, true);
  assert.deepEqual(
    written().map(({ seq }) => seq),
    [3, 2, 1, 0],
  );
  assert.ok(node.ofKind(BundleKind.message, 10).every(({ role }) => role === Role.node));
});

test('no number is used twice over restarts, also with a store that began anew', async (t) => {
  const { start, clock } = world(t);
  const store = new MemoryStore({ clock });
  const first = start(store);
  await first.write('one');
  await first.write('two');
  first.node.stop();
  // Killed: nothing was written down at the end. The store is the same, then an empty one.
  const second = start(store);
  await second.write('three');
  second.node.stop();
  const third = start(new MemoryStore({ clock }));
  await third.write('four');
  const numbers = [...second.written(), ...third.written()].map(({ seq }) => seq);
  assert.equal(new Set(numbers).size, 4);
  assert.equal(third.node.status().frozenAuthors, 0);
});

test('what is refused on the spot leaves no gap in the chain', async (t) => {
  const { start, clock } = world(t);
  const { write, written } = start(new MemoryStore({ clock }));
  const { bundlesBurst } = roleLimits[Role.node];
  const answers: PutAnswer[] = [];
  for (let i = 0; i < bundlesBurst + 90; i++) answers.push(await write(`${i}`));
  const refused = answers.filter(({ ok }) => !ok);
  assert.ok(refused.length > 0);
  assert.ok(refused.every((answer) => !answer.ok && answer.reason === 'quota-author'));
  clock.advance(60_000);
  assert.equal((await write('later')).ok, true);
  const numbers = written().map(({ seq }) => seq);
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => numbers[0]! - i),
  );
});

test('a number that is remembered as seen is never used again', async (t) => {
  const { start, clock, site } = world(t);
  const { node, write, written } = start(new MemoryStore({ clock }));
  const creator = site.author(Role.staff);
  const label = utf8('news');
  const place = { site: site.trust.site, creator: creator.key.publicKey, label };
  const tag = channelTag(crypto, place);
  const kind = ChannelKind.announcement;
  const sealed = new Uint8Array(0);
  const payload = encodeDescription({ kind, revision: 1, label, topic: '', writers: [], sealed });
  const described = creator.write('', { kind: BundleKind.channelDescription, tag, payload });
  node.put(described.carried, () => {});
  clock.advance(100);
  const refused = await write('not mine', Lane.normal, tag);
  assert.deepEqual(refused, { ok: false, reason: 'not-a-writer' });
  for (const text of ['one', 'two']) assert.equal((await write(text)).ok, true);
  assert.deepEqual(
    written().map(({ seq }) => seq),
    [2, 1],
  );
  const { frozenAuthors, clones } = node.status();
  assert.deepEqual({ frozenAuthors, clones }, { frozenAuthors: 0, clones: [] });
});
