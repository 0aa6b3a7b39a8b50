/**
 * Links that are cut at any frame, and a relay that loses power: nothing that was answered held is
 * lost, and nothing is shown twice.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesKey } from '@muster/core';
import { chance, fraction, intBelow, SeededRandom } from '@muster/core/testing';
import type { TestGateway, TestUplink } from './test-gateway.ts';
import { type TestRelay, twoSites } from './world.ts';

const bundleCount = 1_000;

/** Cuts its link when so many frames have crossed it, and comes again. */
class FlappingUplink {
  readonly #uplink: TestUplink;
  readonly #relay: TestRelay;
  readonly #random: SeededRandom;
  #framesLeft = 0;
  cuts = 0;

  constructor(uplink: TestUplink, relay: TestRelay, random: SeededRandom) {
    this.#uplink = uplink;
    this.#relay = relay;
    this.#random = random;
    this.dial();
  }

  dial(): void {
    this.#framesLeft = 1 + intBelow(this.#random, 120);
    const bytesPerSecond = 4_000 + 100_000 * fraction(this.#random);
    const delayMs = intBelow(this.#random, 80);
    this.#uplink.dial(this.#relay, { bytesPerSecond, delayMs });
  }

  /** Called often. */
  step(): void {
    const { aToB, bToA } = this.#uplink.wire!;
    const crossed = aToB.counts.framesDelivered + bToA.counts.framesDelivered;
    if (crossed < this.#framesLeft && !chance(this.#random, 0.0005)) return;
    this.cut();
  }

  cut(relayIsGone = false): void {
    this.cuts += 1;
    this.#uplink.wire!.cut(relayIsGone ? { vanished: 'b' } : {});
    this.#relay.world.run(0.001);
    this.dial();
  }
}

function assertAllOnce(gateway: TestGateway, ids: readonly Uint8Array[]): void {
  const shown = gateway.shown.map(({ id }) => bytesKey(id));
  assert.equal(new Set(shown).size, shown.length);
  const set = new Set(shown);
  assert.equal(ids.filter((id) => !set.has(bytesKey(id))).length, 0);
}

for (const seed of [1, 20_261_121, 0xbad5eed]) {
  test(`1,000 bundles each way over links that are cut at any frame, seed ${seed}`, (context) => {
    const random = new SeededRandom(seed);
    const { world, hill, harbour, relay, a, b } = twoSites(seed);
    const flapping = [
      new FlappingUplink(a.uplink().follow([harbour]), relay, random),
      new FlappingUplink(b.uplink().follow([hill]), relay, random),
    ];
    const written: [Uint8Array[], Uint8Array[]] = [[], []];
    let crashes = 0;
    const step = () => {
      world.run(0.05);
      for (const uplink of flapping) uplink.step();
      if (!chance(random, 0.002)) return;
      crashes += 1;
      relay.crash();
      for (const uplink of flapping) uplink.cut(true);
    };
    while (written[0].length < bundleCount) {
      const text = 'x'.repeat(intBelow(random, 1_500));
      written[0].push(a.write(text).id);
      written[1].push(b.write(text).id);
      for (let i = 0; i < 12; i += 1) step();
    }
    for (let i = 0; i < 1_200; i += 1) step();
    // Whole links for the rest.
    for (const uplink of flapping) uplink.cut();
    world.run(300);
    const cuts = flapping.map((uplink) => uplink.cuts);
    context.diagnostic(`${cuts.join(' and ')} cuts, ${crashes} power cuts of the relay`);
    assertAllOnce(b, written[0]);
    assertAllOnce(a, written[1]);
    assert.ok(cuts.every((count) => count > 50) && crashes > 5);
    assert.deepEqual(a.uplinks[0]!.refusals, []);
    const extra = b.arrivals - bundleCount;
    context.diagnostic(`${extra} bundles of ${bundleCount} came once more after a cut`);
    assert.ok(extra < bundleCount / 3);
  });
}
