/**
 * The Clock port in virtual time: nothing happens until `advance`, `runUntil` or `runNext` is
 * called, then every due timer runs in order (by time, then by creation). `fork` gives another
 * node's clock on the same timeline: own wall time, own start, and `stop` for its crash.
 * For simulation and tests; never reads the platform's time.
 */
import type { Clock, Timer, WallTime } from '../ports/clock.ts';
import { ClockQuality } from '../ports/clock.ts';
import { HeapTimer, TimerHeap } from './timer-heap.ts';

/** Timers that may run within one instant; more is a loop of zero delays, hence a bug. */
const runsPerInstantMax = 10_000_000;

export interface FakeClockOptions {
  /** Wall time at virtual time zero of this clock, milliseconds since 1970. */
  readonly unixMs?: number;
  readonly quality?: ClockQuality;
}

interface Timeline {
  nowMs: number;
  made: number;
  readonly heap: TimerHeap;
}

/** 2026-01-01T00:00:00Z: any plausible date. */
const defaultUnixMs = 1_767_225_600_000;

export class FakeClock implements Clock {
  readonly #timeline: Timeline;
  readonly #startMs: number;
  #unixAtStartMs: number;
  #quality: ClockQuality;
  #heldWallMs: number | undefined;
  #stopped = false;

  constructor(options: FakeClockOptions = {}, timeline?: Timeline) {
    this.#timeline = timeline ?? { nowMs: 0, made: 0, heap: new TimerHeap() };
    this.#startMs = this.#timeline.nowMs;
    this.#unixAtStartMs = options.unixMs ?? defaultUnixMs;
    this.#quality = options.quality ?? ClockQuality.synced;
  }

  /** Milliseconds since this clock was made. */
  monotonicMs(): number {
    return this.#timeline.nowMs - this.#startMs;
  }

  wall(): WallTime {
    const unixMs = this.#heldWallMs ?? Math.floor(this.#unixAtStartMs + this.monotonicMs());
    return { unixMs, quality: this.#quality };
  }

  after(delayMs: number, run: () => void): Timer {
    if (Number.isNaN(delayMs)) throw new RangeError('delayMs is not a number');
    const timeline = this.#timeline;
    const atMs = timeline.nowMs + Math.max(0, delayMs);
    const timer = new HeapTimer(timeline.heap, { atMs, order: timeline.made, owner: this, run });
    timeline.made += 1;
    if (this.#stopped) return timer;
    if (atMs === timeline.nowMs) timeline.heap.addAtOnce(timer);
    else timeline.heap.add(timer);
    return timer;
  }

  /** From now on the wall shows this; it goes on with virtual time. */
  setWall(unixMs: number, quality: ClockQuality): void {
    this.#heldWallMs = undefined;
    this.#unixAtStartMs = unixMs - this.monotonicMs();
    this.#quality = quality;
  }

  /** From now on the wall stands still, until it is set. */
  holdWall(): void {
    this.#heldWallMs = this.wall().unixMs;
  }

  /** Another clock on the same timeline, starting at zero now. */
  fork(options: FakeClockOptions = {}): FakeClock {
    return new FakeClock({ unixMs: this.wall().unixMs, ...options }, this.#timeline);
  }

  /** The holder of this clock is gone: none of its timers runs any more. */
  stop(): void {
    this.#stopped = true;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Timers that wait, over all clocks of the timeline. */
  get waiting(): number {
    return this.#timeline.heap.size;
  }

  /** Moves the timeline on by `ms`, running what falls due, including what that starts. */
  advance(ms: number): void {
    this.#run(this.#timeline.nowMs + ms);
  }

  /** Moves the timeline on until this clock shows `monotonicMs`; never back. */
  runUntil(monotonicMs: number): void {
    this.#run(this.#startMs + monotonicMs);
  }

  /** Jumps to the next timer and runs it alone; false when none waits. */
  runNext(): boolean {
    const { heap } = this.#timeline;
    const timer = heap.first();
    if (timer === undefined) return false;
    heap.remove(timer);
    this.#timeline.nowMs = timer.atMs;
    timer.run();
    return true;
  }

  #run(targetMs: number): void {
    const { heap } = this.#timeline;
    let instantMs = this.#timeline.nowMs;
    let runs = 0;
    for (;;) {
      const next = heap.first();
      if (next === undefined || next.atMs > targetMs) break;
      runs = next.atMs === instantMs ? runs + 1 : 1;
      instantMs = next.atMs;
      if (runs > runsPerInstantMax) throw new Error(`time stands still at ${instantMs} ms`);
      this.runNext();
    }
    this.#timeline.nowMs = Math.max(this.#timeline.nowMs, targetMs);
  }
}
