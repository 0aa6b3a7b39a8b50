/** Questions how near a bundle is: who is asked, who is told, and what a flood of them gains. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLimits, reconcileLimits } from '../../../src/replication/limits.ts';
import type { Nearness } from '../../../src/replication/messages/near-message.ts';
import { Detours } from '../../../src/replication/ways/detours.ts';
import { FakeClock } from '../../../src/testing/fake-clock.ts';

const hopLimit = 5;

function idOf(no: number): Uint8Array {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(0, no);
  return id;
}

class Neighbour {
  asked = 0;
  readonly told: number[] = [];

  askNear(): void {
    this.asked += 1;
  }

  tellNear({ hops }: Nearness): void {
    this.told.push(hops);
  }
}

class Crossroads {
  readonly clock = new FakeClock();
  readonly a = new Neighbour();
  readonly b = new Neighbour();
  readonly c = new Neighbour();
  readonly passedOn: Uint8Array[] = [];
  readonly #hops = new Map<string, number>();
  readonly detours = new Detours({
    host: {
      reach: (id) => {
        const hops = this.#hops.get(String(id));
        return hops === undefined ? undefined : { hops, hopsLeft: hopLimit - hops };
      },
      nearer: (id, hops) => {
        const before = this.#hops.get(String(id))!;
        this.#hops.set(String(id), hops);
        return before >= hopLimit && hops < hopLimit;
      },
    },
    clock: this.clock,
    neighbours: () => [this.a, this.b, this.c],
    passOn: (id) => this.passedOn.push(id),
  });

  holds(no: number, hops: number): Uint8Array {
    const id = idOf(no);
    this.#hops.set(String(id), hops);
    return id;
  }

  get asked(): number[] {
    return [this.a, this.b, this.c].map(({ asked }) => asked);
  }
}

test('who holds a bundle with hops to spare tells how near; who lacks it says nothing', () => {
  const here = new Crossroads();
  here.detours.onAsked(idOf(1), here.a);
  assert.deepEqual(here.a.told, []);
  here.detours.onAsked(here.holds(1, 3), here.a);
  assert.deepEqual(here.a.told, [3]);
  assert.deepEqual(here.asked, [0, 0, 0]);
});

test('who does not know better asks the others, now and then, and passes on what it hears', () => {
  const here = new Crossroads();
  const id = here.holds(1, 5);
  here.detours.onAsked(id, here.a);
  here.detours.onAsked(id, here.b);
  assert.deepEqual(here.asked, [0, 1, 1]);
  here.detours.onTold({ id, hops: 1 });
  assert.deepEqual(here.passedOn, [id]);
  assert.deepEqual([here.a.told, here.b.told, here.c.told], [[2], [2], []]);
  here.detours.onTold({ id, hops: 1 });
  assert.deepEqual([here.a.told, here.b.told], [[2], [2]]);
  here.clock.advance(reconcileLimits.nearIntervalMs);
  const far = here.holds(1, 5);
  here.detours.ask(far);
  assert.deepEqual(here.asked, [1, 2, 2]);
});

test('an answer that is of no use to those who asked leaves them waiting for a better one', () => {
  const here = new Crossroads();
  const id = here.holds(1, 5);
  here.detours.onAsked(id, here.a);
  here.detours.onTold({ id, hops: 3 });
  assert.deepEqual([here.passedOn.length, here.a.told], [1, []]);
  here.detours.onTold({ id, hops: 0 });
  assert.deepEqual(here.a.told, [1]);
});

test('asked again though it answered, it looks for a nearer way itself, a few times', () => {
  const here = new Crossroads();
  const id = here.holds(1, 3);
  const { nearIntervalMs, nearTimesMax } = reconcileLimits;
  for (let i = 0; i < 2 * nearTimesMax; i++) {
    here.detours.onAsked(id, here.a);
    here.clock.advance(nearIntervalMs);
  }
  assert.equal(here.a.told.length, 2 * nearTimesMax);
  assert.deepEqual(here.asked, [0, nearTimesMax, nearTimesMax]);
  here.detours.onTold({ id, hops: 1 });
  assert.equal(here.a.told.at(-1), 2);
});

test('who asked long ago takes no place from those who ask now', () => {
  const here = new Crossroads();
  const id = here.holds(1, 5);
  for (let i = 0; i < memoryLimits.detourAskersMax; i++) here.detours.onAsked(id, new Neighbour());
  here.clock.advance(reconcileLimits.nearIntervalMs);
  here.detours.onAsked(id, here.a);
  here.detours.onTold({ id, hops: 0 });
  assert.deepEqual(here.a.told, [1]);
});

test('however many bundles a neighbour asks for, others are asked a bounded number', () => {
  const here = new Crossroads();
  for (let round = 0; round < 2; round++) {
    for (let no = 0; no < 3 * memoryLimits.detoursMax; no++) {
      here.detours.onAsked(here.holds(no, 5), here.a);
    }
  }
  assert.ok(here.b.asked <= memoryLimits.detoursMax, `${here.b.asked} asked`);
  // What this node itself wants to know is not crowded out.
  const before = here.b.asked;
  here.detours.ask(here.holds(1_000_000, 5));
  assert.equal(here.b.asked, before + 1);
});

test('who asked over a link that has ended is not told, and not kept', () => {
  const here = new Crossroads();
  const id = here.holds(1, hopLimit);
  here.detours.onAsked(id, here.a);
  here.detours.onAsked(id, here.b);
  here.detours.lost(here.a);
  here.detours.onTold({ id, hops: 1 });
  assert.deepEqual([here.a.told, here.b.told], [[], [2]]);
});
