/**
 * A hostile node of the site invents guests by the thousand, which its own quotas would never let
 * in: at every other node they share one budget, and honest people hardly notice.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/bytes/index.ts';
import { storeLimits } from '../../src/limits.ts';
import type { Crypto } from '../../src/ports/crypto.ts';
import { Forwarder } from '../../src/replication/forwarder.ts';
import { createMemoryWire } from '../../src/testing/memory-link.ts';
import { createMemoryLogger } from '../../src/testing/memory-logger.ts';
import { MemoryReplicationHost } from '../../src/testing/replication-host.ts';
import { type SampleAuthor, SampleSite } from '../../src/testing/sample-site.ts';
import { intBelow } from '../../src/testing/seeded-random.ts';
import { crypto } from '../support/crypto.ts';
import { Village, type VillageNode } from '../support/village.ts';

/** Signatures cost most of the time here and prove nothing about bounds. */
const quick: Crypto = { ...crypto, sign: () => new Uint8Array(64), verify: () => true };

const mib = 1024 * 1024;
const quotaBytes = 8 * mib;
const inventedGuests = 2_000;
const inventedPerSecond = 500;
const honestPeople = 50;
const lastsS = 36;

/** A node that checks nothing and has no quota, so that it takes whatever its owner invents. */
class HostileNode {
  readonly sample;
  readonly host: MemoryReplicationHost;
  readonly forwarder: Forwarder;

  constructor(town: Village) {
    const { clock, random, site } = town;
    this.sample = site.node('hostile');
    this.host = new MemoryReplicationHost({
      ...{ trust: site.trust, clock, certificate: this.sample.certificate },
      onNew: ({ id, from }) => {
        const bundle = this.host.sendable(id);
        if (bundle && from === undefined) this.forwarder.offer(bundle, { wantHeld: false });
      },
    });
    const logger = createMemoryLogger('warn');
    this.forwarder = new Forwarder({ host: this.host, clock, random, crypto: quick, logger });
    this.forwarder.start();
  }

  link(town: Village, node: VillageNode): void {
    const keys = { keyA: this.sample.key.publicKey, keyB: node.sample.key.publicKey };
    const wire = createMemoryWire(town.clock, { ...keys, delayMs: 5, random: town.random });
    this.forwarder.addLink(wire.a);
    node.node.addLink(wire.b);
  }
}

interface Written {
  readonly id: string;
  readonly atMs: number;
}

test('2,000 invented guests of one hostile node share one budget everywhere', () => {
  const town = new Village(51, (random) => new SampleSite(quick, random));
  const nodes = Array.from({ length: 4 }, (_, i) => town.node(`node ${i}`, quotaBytes));
  for (let i = 0; i < 4; i++) {
    town.link(nodes[i]!, nodes[(i + 1) % 4]!);
    if (i < 2) town.link(nodes[i]!, nodes[i + 2]!);
  }
  const hostile = new HostileNode(town);
  for (const node of nodes.slice(0, 2)) hostile.link(town, node);
  town.clock.advance(2_000);

  const people = Array.from({ length: honestPeople }, (_, i) => {
    const home = nodes[i % 4]!;
    return { home, author: town.site.guest(home.sample) };
  });
  const invented: SampleAuthor[] = [];
  const written: Written[] = [];
  const text = 'x'.repeat(1_500);
  for (let second = 0; second < lastsS; second++) {
    for (let i = 0; i < inventedPerSecond; i++) {
      if (invented.length < inventedGuests) invented.push(town.site.guest(hostile.sample));
      const author = invented[intBelow(town.random, invented.length)]!;
      hostile.host.put(author.write(text).carried);
    }
    for (const [i, { home, author }] of people.entries()) {
      if (second % 10 !== i % 10) continue;
      const bundle = author.write(`person ${i} at ${second}`);
      home.put(bundle);
      written.push({ id: toHex(bundle.id), atMs: town.clock.monotonicMs() });
    }
    town.clock.advance(1_000);
  }
  town.clock.advance(60_000);

  // Those behind them get no more than these let through.
  for (const { node } of nodes.slice(0, 2)) assert.ok(node.status().dropped['quota-guests']! > 0);
  let delivered = 0;
  for (const node of nodes) {
    const shown = new Set(node.shown);
    for (const { id } of written) if (shown.has(id)) delivered++;
    assert.ok(node.store.usage().usedBytes <= 1.05 * quotaBytes);
    const held = new Set(node.timeline());
    const kept = written.filter(({ id }) => held.has(id)).length;
    assert.equal(kept, written.length, 'nothing honest went for what was invented');
    assert.ok(node.node.status().liveEntries <= storeLimits.sharedEntriesMin + written.length + 10);
  }
  const share = delivered / (nodes.length * written.length);
  assert.ok(share >= 0.99, `${share} of ${written.length} messages at every node`);
});
