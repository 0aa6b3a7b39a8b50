/**
 * Two nodes whose links come, take over from each other and die in drawn orders, at one end before
 * the other, as a transport with several media gives them. When one link has stood for a while both
 * hold everything: what was pushed into a link that died is not left to the next minute's round.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import { type CostClass, costClasses, type Link, type LinkHandlers } from '../../src/ports/link.ts';
import type { MemoryWire } from '../../src/testing/memory-link.ts';
import { intBelow, pick } from '../../src/testing/seeded-random.ts';
import { Hamlet, type House, type WireOptions } from './hamlet.ts';

const orders = 100;
/** Messages waited for a minute in these. */
const kept = [729, 1_947, 2_825, 3_620];
const eventsMax = 24;
/** After the last change; a small difference takes a second over radio. */
const calmMs = 8_000;
/** No frame of replication begins like this. */
const left = Uint8Array.of(255);

const shapes: Readonly<Record<CostClass, WireOptions>> = {
  lan: { costClass: 'lan', delayMs: 2 },
  radio: {
    ...{ costClass: 'radio', delayMs: 40, bytesPerSecond: 20_000 },
    ...{ windowBytes: 4_096, maxFrameBytes: 2_048 },
  },
  metered: { costClass: 'metered', delayMs: 150, bytesPerSecond: 100_000 },
};

/** One end of a link on a medium, which can say that the cheaper links were left for it. */
class MediumEnd implements Link {
  readonly peerKey: Uint8Array;
  readonly initiator: boolean;
  readonly maxFrameBytes: number;
  readonly costClass: CostClass;
  isOpen = true;
  onLeft: () => void = () => {};
  onGone: () => void = () => {};
  readonly #inner: Link;

  constructor(inner: Link) {
    this.#inner = inner;
    this.peerKey = inner.peerKey;
    this.initiator = inner.initiator;
    this.maxFrameBytes = inner.maxFrameBytes;
    this.costClass = inner.costClass;
  }

  start(handlers: LinkHandlers): void {
    this.#inner.start({
      onFrame: (frame) => (frame[0] === 255 ? this.onLeft() : handlers.onFrame(frame)),
      onDrain: () => handlers.onDrain(),
      onClose: (reason) => {
        this.isOpen = false;
        handlers.onClose(reason);
        this.onGone();
      },
    });
  }

  send(frame: Uint8Array): boolean {
    return this.#inner.send(frame);
  }

  tellLeft(): void {
    this.#inner.send(left);
  }

  close(reason: string): void {
    this.isOpen = false;
    this.#inner.close(reason);
  }
}

interface Cable {
  readonly wire: MemoryWire;
  readonly ends: readonly [MediumEnd, MediumEnd];
  isFrozen: boolean;
}

/** Two nodes, and what a transport does for them: one link for each medium, and handovers. */
class Pair {
  readonly hamlet: Hamlet;
  readonly houses: readonly [House, House];
  readonly cables = new Map<CostClass, Cable>();
  readonly told: string[] = [];
  written = 0;

  constructor(seed: number) {
    this.hamlet = new Hamlet(seed);
    this.houses = this.hamlet.houses(2) as [House, House];
  }

  below(n: number): number {
    return intBelow(this.hamlet.random, n);
  }

  say(what: string): void {
    this.told.push(`${Math.round(this.hamlet.clock.monotonicMs())} ${what}`);
  }

  pass(ms: number): void {
    this.hamlet.clock.advance(ms);
  }

  open(medium: CostClass): void {
    if (this.cables.has(medium)) return;
    this.#giveWay(medium);
    const opener = this.below(2);
    this.say(`${medium} opened by ${opener}`);
    const [a, b] = opener === 0 ? this.houses : ([this.houses[1], this.houses[0]] as const);
    const wire = this.hamlet.wire(a, b, shapes[medium]);
    const [near, far] = [new MediumEnd(wire.a), new MediumEnd(wire.b)];
    const ends = opener === 0 ? ([near, far] as const) : ([far, near] as const);
    const cable: Cable = { wire, ends, isFrozen: false };
    this.cables.set(medium, cable);
    ends.forEach((end, i) => {
      end.onLeft = () => this.#leave(i, medium);
      end.onGone = () => this.#gone(medium, cable);
    });
    a.forwarder.addLink(near);
    b.forwarder.addLink(far);
  }

  /** It dies within the hellos, or soon after. */
  openToDie(medium: CostClass): void {
    this.open(medium);
    this.hamlet.clock.after(this.below(this.below(2) === 0 ? 20 : 300), () => this.freeze(medium));
  }

  /** Nothing passes any more, one way or both; the ends notice later, one of them first. */
  freeze(medium: CostClass): void {
    const cable = this.cables.get(medium);
    if (cable === undefined || cable.isFrozen) return;
    cable.isFrozen = true;
    const ways = this.below(3);
    if (ways !== 1) cable.wire.pauseAtoB();
    if (ways !== 2) cable.wire.pauseBtoA();
    const first = this.below(2);
    const afterMs = 1 + this.below(4_000);
    this.say(`${medium} frozen ${ways}, ${first} notices after ${afterMs}`);
    const { clock } = this.hamlet;
    clock.after(afterMs, () => this.#giveUp(first, medium, cable));
    clock.after(afterMs + this.below(6_000), () => this.#giveUp(1 - first, medium, cable));
  }

  /** The dearer one of two that live goes. */
  settle(): void {
    const [cheap, dear] = this.#standing();
    if (cheap === undefined || dear === undefined || cheap[1].isFrozen) return;
    this.say(`${dear[0]} closed for ${cheap[0]}`);
    dear[1].ends[this.below(2)]!.close('replaced');
  }

  write(): void {
    const by = this.below(2);
    const lane = pick(this.hamlet.random, [Lane.urgent, Lane.normal]);
    const payload = new Uint8Array(1 + this.below(this.below(4) === 0 ? 1_900 : 200));
    this.say(`${by} writes`);
    this.written += 1;
    this.houses[by]!.put(this.hamlet.author().write('', { lane, payload, hopLimit: 15 }));
  }

  /** All that is dead was given up, and one link lives. */
  calmDown(): void {
    this.pass(10_000);
    const [best] = this.#standing();
    if (best === undefined) this.open(pick(this.hamlet.random, costClasses));
    this.pass(calmMs);
  }

  check(): void {
    for (const [i, house] of this.houses.entries()) {
      const missing = this.written - house.host.heldIds().length;
      assert.equal(missing, 0, `${i} lacks ${missing}, seed ${this.hamlet.seed}: ${this.#story()}`);
    }
  }

  #story(): string {
    return `\n${this.told.join('\n')}`;
  }

  #standing(): (readonly [CostClass, Cable])[] {
    return costClasses.flatMap((medium) => {
      const cable = this.cables.get(medium);
      return cable?.ends.every(({ isOpen }) => isOpen) ? [[medium, cable] as const] : [];
    });
  }

  /** A dearer link is taken once the cheaper ones were found dead by either end. */
  #giveWay(to: CostClass): void {
    for (const medium of costClasses.slice(0, costClasses.indexOf(to))) {
      const cable = this.cables.get(medium);
      if (cable?.isFrozen) for (const end of cable.ends) end.close('replaced');
    }
  }

  #giveUp(end: number, medium: CostClass, { ends }: Cable): void {
    if (!ends[end]!.isOpen) return;
    this.say(`${end} gives ${medium} up`);
    ends[end]!.close('silent');
    // Of three it may stay on a cheaper one; and the next may be as dead.
    const next = costClasses.find((one) => this.cables.get(one)?.ends[end]?.isOpen);
    const isDearer = next && costClasses.indexOf(next) > costClasses.indexOf(medium);
    if (isDearer) this.cables.get(next)!.ends[end]!.tellLeft();
  }

  #leave(end: number, to: CostClass): void {
    for (const medium of costClasses.slice(0, costClasses.indexOf(to))) {
      const cable = this.cables.get(medium);
      if (cable === undefined || !cable.ends[end]!.isOpen) continue;
      this.say(`${end} follows from ${medium}`);
      cable.ends[end]!.close('replaced');
    }
  }

  #gone(medium: CostClass, cable: Cable): void {
    const isOver = cable.ends.every(({ isOpen }) => !isOpen);
    if (isOver && this.cables.get(medium) === cable) this.cables.delete(medium);
  }
}

function run(seed: number): void {
  const pair = new Pair(seed);
  const events = [
    () => pair.open(pick(pair.hamlet.random, costClasses)),
    () => pair.openToDie(pick(pair.hamlet.random, costClasses)),
    () => pair.freeze(pick(pair.hamlet.random, costClasses)),
    () => pair.settle(),
    () => pair.write(),
    () => pair.write(),
  ];
  const count = 4 + pair.below(eventsMax);
  for (let i = 0; i < count; i += 1) {
    pick(pair.hamlet.random, events)();
    pair.pass(pick(pair.hamlet.random, [0, 1, 5, 20, 60, 200, 1_000, 3_000]));
  }
  pair.calmDown();
  pair.check();
}

test(`${orders} drawn orders of links: nothing waits for the next round`, () => {
  for (const seed of kept) run(seed);
  for (let seed = 1; seed <= orders; seed += 1) run(seed);
});
