/**
 * A phone that is cut off, walks from node to node, is switched off and on, and scrolls, while
 * others write on both sides of a cut and the nodes meet at times: in the end it shows exactly what
 * its node holds, in the one order, and all that it wrote is there once. The seed is printed when a
 * run fails; put it into `pastSeeds` then.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { siteChannelTag, toHex } from '@muster/core';
import { chance, FakeClock, intBelow, pick, SeededRandom } from '@muster/core/testing';
import { Client } from '../src/app/client.ts';
import { newViewModel, type ViewModel } from '../src/app/view-model.ts';
import type { Item } from '../src/connection/wire.ts';
import type { SocketHandlers } from '../src/platform/browser-socket.ts';
import { MemoryDatabase } from '../src/storage/memory-database.ts';
import { timelineRows } from '../src/ui/timeline-rows.ts';
import { ModelNode } from './support/model-node.ts';
import { crypto, item, keyPair, root, site } from './support/site.ts';

const general = siteChannelTag(crypto, root.publicKey, 'general');
const generalHex = toHex(general);
const startMs = Date.UTC(2026, 5, 10, 12);

/** Written by others before and during every run; made once, because signing takes its time. */
const others: readonly Item[] = Array.from({ length: 500 }, (_, i) =>
  item({
    tag: general,
    author: keyPair(10 + (i % 7)),
    text: `other ${i}`,
    // Order is not arrival: each is stamped somewhere in the last two hours.
    ms: startMs - ((i * 7919) % 7_200) * 1000,
  }),
);

/** Lets everything that is under way come to rest; nothing here waits for real time. */
async function settle(): Promise<void> {
  for (let i = 0; i < 40; i++) await new Promise((resolve) => setImmediate(resolve));
}

class World {
  readonly random: SeededRandom;
  readonly clock = new FakeClock({ unixMs: startMs });
  readonly db = new MemoryDatabase();
  readonly nodes: readonly ModelNode[];
  readonly said: string[] = [];
  client!: Client;
  model!: ViewModel;
  #reach: ModelNode | undefined;
  #next = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    const now = () => this.clock.wall().unixMs;
    this.nodes = [50, 51].map((fill) => new ModelNode(keyPair(fill).publicKey, now));
  }

  /** Up to `count` more messages of others come to a node. */
  write(node: ModelNode, count: number): void {
    for (const one of others.slice(this.#next, this.#next + count)) node.take(one);
    this.#next += count;
  }

  /** The phone comes into reach of a node, or of none. */
  async lead(node: ModelNode | undefined): Promise<void> {
    this.#reach?.cut();
    this.#reach = node;
    this.client.connection.retryNow();
    await settle();
  }

  /** The page is loaded anew on what the phone keeps. */
  async reload(): Promise<void> {
    this.client?.stop();
    this.model = newViewModel();
    const openSocket = (handlers: SocketHandlers) => {
      if (this.#reach) return this.#reach.connect(handlers);
      queueMicrotask(() => handlers.onClose(1006));
      return { send() {}, close() {} };
    };
    const { db, clock, random, model } = this;
    const parts = { db, clock, random, model, crypto, openSocket, site, tellTabs() {} };
    this.client = new Client({ ...parts, siteKey: root.publicKey });
    if (!(await this.client.load())) await this.client.begin('Ada');
    this.client.start();
    await settle();
  }

  async say(): Promise<void> {
    const text = `mine ${this.said.length}`;
    const written = await this.client.writer!.write(generalHex, text);
    if (written.ok) this.said.push(text);
    await settle();
  }

  async scrollBack(times: number): Promise<void> {
    for (let i = 0; i < times && this.model.older.value !== 'end'; i++) {
      await this.client.reader.viewing.older();
      await settle();
    }
  }

  shown(): { text: string; state: string }[] {
    const { channels, rows, outbox, self } = this.model;
    const channel = channels.value.find((one) => toHex(one.tag) === generalHex)!;
    const placed = rows.value;
    const limit = Number.POSITIVE_INFINITY;
    return timelineRows({
      channel,
      placed,
      outbox: outbox.value,
      self: self.value,
      federation: undefined,
      readUpTo: '',
      limit,
    }).flatMap((row) =>
      row.kind === 'message'
        ? [{ text: row.placed.record.text, state: row.entry?.state ?? 'held' }]
        : [],
    );
  }

  async step(): Promise<void> {
    const { random, nodes } = this;
    const steps: readonly (() => Promise<void> | void)[] = [
      () => this.write(pick(random, nodes), 1 + intBelow(random, 12)),
      () => this.write(pick(random, nodes), 1 + intBelow(random, 12)),
      () => this.say(),
      () => this.say(),
      () => this.lead(pick(random, [...nodes, undefined])),
      () => this.clock.advance(1000 * intBelow(random, 1500)),
      () => ModelNode.heal(nodes[0]!, nodes[1]!),
      () => this.reload(),
      () => this.client.reader.viewing.show(chance(random, 0.7) ? generalHex : undefined),
      () => this.scrollBack(1 + intBelow(random, 3)),
    ];
    await pick(random, steps)();
    await settle();
  }
}

async function run(seed: number): Promise<void> {
  const world = new World(seed);
  const [near, far] = world.nodes as [ModelNode, ModelNode];
  world.write(near, intBelow(world.random, 160));
  world.write(far, intBelow(world.random, 80));
  await world.reload();
  await world.lead(near);
  for (let i = 0; i < 40; i++) await world.step();

  ModelNode.heal(near, far);
  await world.lead(pick(world.random, world.nodes));
  await world.client.reader.viewing.show(generalHex);
  await settle();
  ModelNode.heal(near, far);
  await settle();
  await world.scrollBack(30);

  const note = `seed ${seed}`;
  const held = near.inOrder(general).map(({ item: one }) => one.signed);
  const shown = world.shown();
  assert.equal(world.model.older.value, 'end', note);
  assert.equal(shown.length, held.length, note);
  const order = world.model.rows.value.map((one) => one.orderHex);
  assert.deepEqual(
    order,
    near.inOrder(general).map((one) => one.orderHex),
    note,
  );
  const mine = shown.filter(({ text }) => text.startsWith('mine'));
  assert.deepEqual(mine.map(({ text }) => text).sort(), [...world.said].sort(), note);
  assert.ok(
    mine.every(({ state }) => state === 'held'),
    note,
  );
  assert.equal(world.model.storageFailed.value, false, note);
  world.client.stop();
}

const pastSeeds: readonly number[] = [];

test('a phone that roams ends with exactly what the nodes hold, for many seeds', async () => {
  for (const seed of [...pastSeeds, ...Array.from({ length: 40 }, (_, i) => 1 + i)]) {
    await run(seed);
  }
});
