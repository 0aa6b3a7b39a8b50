/**
 * The waiting timers of virtual time, soonest first, those of one instant in the order in which
 * they were made: a binary heap in which every timer knows its place, so that cancelling is
 * O(log n) too and nothing cancelled is kept. Beside it a plain queue for those that are due at
 * once, which are every other one in a simulated mesh. For simulation and tests; knows no clock.
 */
import type { Timer } from '../ports/clock.ts';

const nowhere = -1;
/** In the queue of those that are due at once. */
const queued = -2;

/** Whoever made a timer: once gone, none of its timers runs. */
export interface TimerOwner {
  readonly isStopped: boolean;
}

export interface TimerOptions {
  readonly atMs: number;
  /** Rises with every timer made; decides between timers of one instant. */
  readonly order: number;
  readonly owner: TimerOwner;
  readonly run: () => void;
}

export class HeapTimer implements Timer {
  readonly atMs: number;
  readonly order: number;
  /** Index in the heap; kept by the heap alone, negative when it is not in it. */
  place = nowhere;
  readonly #heap: TimerHeap;
  readonly #owner: TimerOwner;
  readonly #run: () => void;

  constructor(heap: TimerHeap, { atMs, order, owner, run }: TimerOptions) {
    this.atMs = atMs;
    this.order = order;
    this.#heap = heap;
    this.#owner = owner;
    this.#run = run;
  }

  run(): void {
    if (!this.#owner.isStopped) this.#run();
  }

  cancel(): void {
    this.#heap.remove(this);
  }
}

function sooner(a: HeapTimer, b: HeapTimer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

export class TimerHeap {
  readonly #timers: HeapTimer[] = [];
  /** Those due at once from `#head` on, some of them cancelled. */
  #atOnce: HeapTimer[] = [];
  #head = 0;
  #atOnceCount = 0;

  get size(): number {
    return this.#timers.length + this.#atOnceCount;
  }

  first(): HeapTimer | undefined {
    const next = this.#firstAtOnce();
    const top = this.#timers[0];
    return next === undefined || (top !== undefined && sooner(top, next)) ? top : next;
  }

  /** Adds a timer that is due now, and so before all that are added later. */
  addAtOnce(timer: HeapTimer): void {
    timer.place = queued;
    this.#atOnce.push(timer);
    this.#atOnceCount += 1;
  }

  add(timer: HeapTimer): void {
    timer.place = this.#timers.length;
    this.#timers.push(timer);
    this.#rise(timer);
  }

  /** Removes a timer; one that is not waiting any more is left alone. */
  remove(timer: HeapTimer): void {
    if (timer.place === nowhere) return;
    const hole = timer.place;
    timer.place = nowhere;
    if (hole === queued) {
      this.#atOnceCount -= 1;
      return;
    }
    const last = this.#timers.pop()!;
    if (last === timer) return;
    this.#put(last, hole);
    this.#rise(last);
    this.#sink(last);
  }

  #firstAtOnce(): HeapTimer | undefined {
    if (this.#atOnceCount === 0) {
      if (this.#head > 0) this.#atOnce = [];
      this.#head = 0;
      return undefined;
    }
    while (this.#atOnce[this.#head]!.place !== queued) this.#head += 1;
    return this.#atOnce[this.#head];
  }

  #put(timer: HeapTimer, place: number): void {
    this.#timers[place] = timer;
    timer.place = place;
  }

  #rise(timer: HeapTimer): void {
    let place = timer.place;
    while (place > 0) {
      const above = this.#timers[(place - 1) >> 1]!;
      if (!sooner(timer, above)) break;
      const freed = above.place;
      this.#put(above, place);
      place = freed;
    }
    this.#put(timer, place);
  }

  #sink(timer: HeapTimer): void {
    const timers = this.#timers;
    let place = timer.place;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= timers.length) break;
      if (below + 1 < timers.length && sooner(timers[below + 1]!, timers[below]!)) below += 1;
      const child = timers[below]!;
      if (!sooner(child, timer)) break;
      this.#put(child, place);
      place = below;
    }
    this.#put(timer, place);
  }
}
