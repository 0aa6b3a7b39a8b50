/**
 * The cable or radio between two boxes of a simulated world, below a transport that keeps the
 * promise of Link: whole, once, in order, or the link closes (step 4 of a message's way runs over
 * it). What goes wrong below costs time and bytes; `mangle` alone breaks the promise. Everything
 * that it draws comes from streams of its own, and an idle line has no timer.
 */
import type { CostClass, Link } from '@muster/core';
import { type FakeClock, fraction, type SeededRandom } from '@muster/core/testing';
import { type CountFault, type LineCounts, type LineShape, LineWay } from './line-way.ts';
import type { MangleKind } from './mangler.ts';
import { StreamEnd } from './stream-end.ts';
import { StreamWay } from './stream-way.ts';

export type { CountFault, LineCounts, LineShape } from './line-way.ts';

/** From end a to end b, or back. */
export type Way = 'ab' | 'ba';
export type End = 'a' | 'b';

const ways: readonly Way[] = ['ab', 'ba'];

export interface LineOptions {
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  /** Of both ways, until `setShape`. */
  readonly shape: LineShape;
  /** How long an end that hears nothing takes to give the link up: drawn for each end and time. */
  readonly silenceMsMin: number;
  readonly silenceMsMax: number;
  readonly maxFrameBytes?: number;
  readonly costClass?: CostClass;
  readonly count: CountFault;
  /** A stream is over at this end, whatever ended it; its onClose was called before. */
  readonly onEnd?: (end: End) => void;
}

interface Stream {
  readonly a: StreamEnd;
  readonly b: StreamEnd;
  readonly ab: StreamWay;
  readonly ba: StreamWay;
}

const maxFrameBytesDefault = 16 * 1024;

export class Line {
  readonly counts: LineCounts = {
    ...{ framesSent: 0, bytesSent: 0, bytesOnWire: 0, framesMangled: 0 },
    ...{ packetsLost: 0, packetsReplayed: 0, packetsReordered: 0 },
    mangled: { flip: 0, drop: 0, repeat: 0, swap: 0, cut: 0, fill: 0 },
  };
  readonly #options: LineOptions;
  readonly #ab: LineWay;
  readonly #ba: LineWay;
  /** Each kind of luck draws by itself, so that leaving out one fault shifts no other. */
  readonly #silences: SeededRandom;
  readonly #mangling: SeededRandom;
  /** Those that are not over at both ends, oldest first. */
  readonly #streams = new Set<Stream>();
  /** Boxes without power. */
  readonly #off = new Set<End>();

  constructor(options: LineOptions) {
    const { clock, random, shape, count } = options;
    this.#options = options;
    const way = () =>
      new LineWay({ clock, random: random.fork(), shape, counts: this.counts, count });
    this.#ab = way();
    this.#ba = way();
    this.#silences = random.fork();
    this.#mangling = random.fork();
  }

  setShape(way: Way, shape: LineShape): void {
    this.#way(way).setShape(shape);
  }

  /** A new stream, dialled by a, when packets pass both ways. Older ones end in their own time. */
  dial(keys: { readonly keyA: Uint8Array; readonly keyB: Uint8Array }) {
    if (!this.isOpen) return undefined;
    this.#off.clear();
    for (const { a, b } of this.#streams) {
      a.hear();
      b.hear();
    }
    const stream = this.#newStream(keys);
    this.#streams.add(stream);
    const { a, b }: { a: Link; b: Link } = stream;
    return { a, b };
  }

  /** Whether packets pass both ways. */
  get isOpen(): boolean {
    return this.#ab.isOpen && this.#ba.isOpen;
  }

  /** Streams that this end takes for alive. */
  streamsAt(end: End): number {
    let count = 0;
    for (const stream of this.#streams) if (!stream[end].isClosed) count += 1;
    return count;
  }

  /**
   * Packets of this way are lost. Both ends hear nothing more of each other and give up in their
   * own time, as acknowledgements are lost too; a block shorter than that only delays.
   */
  block(way: Way): void {
    this.#way(way).isBlocked = true;
    for (const stream of this.#streams) stream[way].block();
    this.#fallSilent();
  }

  unblock(way: Way): void {
    if (!this.#way(way).isBlocked) return;
    this.#way(way).isBlocked = false;
    for (const stream of this.#streams) stream[way].unblock();
    this.#hear();
  }

  /** Packets of this way wait; the ends give up in their own time here too. */
  clog(way: Way): void {
    this.#way(way).isClogged = true;
    for (const stream of this.#streams) stream[way].clog();
    this.#fallSilent();
  }

  unclog(way: Way): void {
    if (!this.#way(way).isClogged) return;
    this.#way(way).isClogged = false;
    for (const stream of this.#streams) stream[way].schedule();
    this.#hear();
  }

  /** This share of the frames of a way comes mangled: the link's promise is broken. 0 ends it. */
  mangle(way: Way, share: number): void {
    this.#way(way).mangleShare = share;
    if (share === 0) for (const stream of this.#streams) stream[way].release();
  }

  /** The box at this end lost its power: nothing is called there; the other learns by silence. */
  vanish(end: End): void {
    this.#off.add(end);
    for (const stream of this.#streams) stream[end].vanish();
  }

  /** The wire is pulled: what is on it is lost, and each end learns it within `noticeMs`. */
  part(noticeMs: number): void {
    for (const { a, b } of this.#streams) {
      a.part(fraction(this.#silences) * noticeMs);
      b.part(fraction(this.#silences) * noticeMs);
    }
  }

  #way(way: Way): LineWay {
    return way === 'ab' ? this.#ab : this.#ba;
  }

  #fallSilent(): void {
    for (const { a, b } of this.#streams) {
      a.fallSilent();
      b.fallSilent();
    }
  }

  #hear(): void {
    if (!this.isOpen) return;
    for (const stream of this.#streams) {
      for (const way of ways) stream[way].reopen();
      stream.a.hear();
      stream.b.hear();
    }
  }

  #newStream({ keyA, keyB }: { keyA: Uint8Array; keyB: Uint8Array }): Stream {
    const a = this.#newEnd('a', keyB, () => this.#forget(stream, 'a'));
    const b = this.#newEnd('b', keyA, () => this.#forget(stream, 'b'));
    const ab = this.#newWay('ab', a, b);
    const ba = this.#newWay('ba', b, a);
    a.join(b, ab);
    b.join(a, ba);
    const stream = { a, b, ab, ba };
    return stream;
  }

  #newEnd(end: End, peerKey: Uint8Array, onEnd: () => void): StreamEnd {
    const { clock, silenceMsMin, silenceMsMax, maxFrameBytes, costClass } = this.#options;
    return new StreamEnd({
      around: {
        clock,
        canReset: () => this.isOpen && !this.#off.has(end === 'a' ? 'b' : 'a'),
        roundTripMs: () => this.#ab.shape.delayMs + this.#ba.shape.delayMs,
        drawSilenceMs: () =>
          silenceMsMin + fraction(this.#silences) * (silenceMsMax - silenceMsMin),
        onEnd,
      },
      peerKey,
      initiator: end === 'a',
      maxFrameBytes: maxFrameBytes ?? maxFrameBytesDefault,
      costClass: costClass ?? 'lan',
    });
  }

  #newWay(way: Way, from: StreamEnd, to: StreamEnd): StreamWay {
    return new StreamWay({
      clock: this.#options.clock,
      way: this.#way(way),
      back: this.#way(way === 'ab' ? 'ba' : 'ab'),
      from,
      to,
      mangling: this.#mangling,
      onMangled: (kind) => this.#countMangled(kind),
    });
  }

  #countMangled(kind: MangleKind): void {
    this.counts.framesMangled += 1;
    this.counts.mangled[kind] += 1;
    this.#options.count('frame-mangled');
  }

  #forget(stream: Stream, end: End): void {
    if (stream.a.isClosed && stream.b.isClosed) this.#streams.delete(stream);
    this.#options.onEnd?.(end);
  }
}
