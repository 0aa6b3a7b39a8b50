/**
 * Two Links joined by a controllable wire in virtual time: the wire of the simulator and of every
 * two-node test. Step 4 of a message's way runs on it. Handlers are never called from within
 * start, send or close, and never after onClose.
 */
import type { Clock } from '../ports/clock.ts';
import type { CostClass, Link, LinkHandlers } from '../ports/link.ts';
import { type WireShape, WireWay } from './memory-wire.ts';
import { SeededRandom } from './seeded-random.ts';

export interface MemoryWireOptions extends Partial<WireShape> {
  /** Node key of each end, 32 bytes; `a` opened the link. */
  readonly keyA: Uint8Array;
  readonly keyB: Uint8Array;
  readonly maxFrameBytes?: number;
  readonly costClass?: CostClass;
  /** For jitter and corruption; a fixed seed unless given. */
  readonly random?: SeededRandom;
}

export interface CutOptions {
  /** What onClose is told; 'cut' unless given. */
  readonly reason?: string;
  /** How long the ends take to notice; nothing arrives meanwhile. */
  readonly noticeMs?: number;
  /** This end's node is gone: it is told nothing at all. */
  readonly vanished?: 'a' | 'b';
}

export interface MemoryWire {
  readonly a: Link;
  readonly b: Link;
  /** Each way by itself: shape, counts, pause, resume, inject, corruptNext. */
  readonly aToB: WireWay;
  readonly bToA: WireWay;
  pauseAtoB(): void;
  pauseBtoA(): void;
  /** Both ways go on. */
  resume(): void;
  /** Everything on the way is lost; both ends get onClose. */
  cut(options?: CutOptions): void;
}

const shapeDefault: WireShape = {
  delayMs: 0,
  jitterMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  windowBytes: 64 * 1024,
};
const maxFrameBytesDefault = 16 * 1024;
const seedDefault = 1;

interface EndOptions {
  readonly clock: Clock;
  readonly peerKey: Uint8Array;
  readonly initiator: boolean;
  readonly maxFrameBytes: number;
  readonly costClass: CostClass;
}

class MemoryEnd implements Link {
  readonly peerKey: Uint8Array;
  readonly initiator: boolean;
  readonly maxFrameBytes: number;
  readonly costClass: CostClass;
  readonly #clock: Clock;
  #handlers: LinkHandlers | undefined;
  #closedBecause: string | undefined;
  #out!: WireWay;
  #in!: WireWay;

  constructor(options: EndOptions) {
    this.#clock = options.clock;
    this.peerKey = options.peerKey;
    this.initiator = options.initiator;
    this.maxFrameBytes = options.maxFrameBytes;
    this.costClass = options.costClass;
  }

  join(incoming: WireWay, outgoing: WireWay): void {
    this.#in = incoming;
    this.#out = outgoing;
  }

  start(handlers: LinkHandlers): void {
    if (this.#handlers !== undefined) throw new Error('a link is started once');
    this.#handlers = handlers;
    if (this.#closedBecause === undefined) this.#in.schedule();
    else this.#tellClosed();
  }

  send(frame: Uint8Array): boolean {
    if (this.#closedBecause !== undefined) return false;
    if (frame.length === 0 || frame.length > this.maxFrameBytes) {
      this.close('frame-size');
      return false;
    }
    return this.#out.send(frame);
  }

  close(reason: string): void {
    if (this.#closedBecause !== undefined) return;
    this.#out.end();
    this.lose(reason);
  }

  /** The link is gone here. */
  lose(reason: string): void {
    if (this.#closedBecause !== undefined) return;
    this.#closedBecause = reason;
    this.#in.clear();
    this.#tellClosed();
  }

  /** This end's node is gone: nobody is called any more. */
  vanish(): void {
    this.#handlers = undefined;
    this.lose('vanished');
  }

  ready(): boolean {
    return this.#handlers !== undefined || this.#closedBecause !== undefined;
  }

  deliver(frame: Uint8Array): void {
    if (this.#closedBecause !== undefined) return;
    if (frame.length === 0 || frame.length > this.maxFrameBytes) this.close('frame-size');
    else this.#handlers?.onFrame(frame);
  }

  drained(): void {
    if (this.#closedBecause === undefined) this.#handlers?.onDrain();
  }

  #tellClosed(): void {
    if (this.#handlers === undefined) return;
    this.#clock.after(0, () => this.#handlers?.onClose(this.#closedBecause!));
  }
}

export function createMemoryWire(clock: Clock, options: MemoryWireOptions): MemoryWire {
  const random = options.random ?? new SeededRandom(seedDefault);
  const { delayMs, jitterMs, bytesPerSecond, windowBytes } = { ...shapeDefault, ...options };
  const shape: WireShape = { delayMs, jitterMs, bytesPerSecond, windowBytes };
  const common = {
    clock,
    maxFrameBytes: options.maxFrameBytes ?? maxFrameBytesDefault,
    costClass: options.costClass ?? ('lan' as const),
  };
  const a = new MemoryEnd({ ...common, peerKey: options.keyB, initiator: true });
  const b = new MemoryEnd({ ...common, peerKey: options.keyA, initiator: false });
  const way = (from: MemoryEnd, to: MemoryEnd): WireWay => {
    const ends = {
      ready: () => to.ready(),
      deliver: (frame: Uint8Array) => to.deliver(frame),
      finished: () => to.lose('closed-by-peer'),
      drained: () => from.drained(),
    };
    return new WireWay(clock, random, { shape, ends });
  };
  const aToB = way(a, b);
  const bToA = way(b, a);
  a.join(bToA, aToB);
  b.join(aToB, bToA);
  return {
    a,
    b,
    aToB,
    bToA,
    pauseAtoB: () => aToB.pause(),
    pauseBtoA: () => bToA.pause(),
    resume() {
      aToB.resume();
      bToA.resume();
    },
    cut({ reason = 'cut', noticeMs = 0, vanished }: CutOptions = {}) {
      for (const oneWay of [aToB, bToA]) {
        oneWay.pause();
        oneWay.clear();
      }
      if (vanished !== undefined) (vanished === 'a' ? a : b).vanish();
      clock.after(noticeMs, () => {
        a.lose(reason);
        b.lose(reason);
      });
    },
  };
}
