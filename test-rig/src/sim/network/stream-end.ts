/**
 * One end of a stream over a line: the Link that a node is given (step 4 of a message's way). It
 * ends by its node's will, by the other end's, by a silence that lasted too long, by a reset, or
 * with its box. Handlers are never called from within start, send or close, nor after onClose.
 */
import type { CostClass, Link, LinkHandlers, Timer } from '@muster/core';
import type { FakeClock } from '@muster/core/testing';
import type { StreamWay, StreamWayEnd } from './stream-way.ts';

/** What an end asks of its line. */
export interface Surroundings {
  readonly clock: FakeClock;
  /** Packets pass both ways, and the box at the other end runs. */
  canReset(): boolean;
  roundTripMs(): number;
  drawSilenceMs(): number;
  /** It is over here. */
  onEnd(): void;
}

export interface StreamEndOptions {
  readonly around: Surroundings;
  readonly peerKey: Uint8Array;
  readonly initiator: boolean;
  readonly maxFrameBytes: number;
  readonly costClass: CostClass;
}

export class StreamEnd implements Link, StreamWayEnd {
  readonly peerKey: Uint8Array;
  readonly initiator: boolean;
  readonly maxFrameBytes: number;
  readonly costClass: CostClass;
  readonly #around: Surroundings;
  #peer!: StreamEnd;
  #out!: StreamWay;
  #handlers: LinkHandlers | undefined;
  #closedBecause: string | undefined;
  #isTold = false;
  /** The wire is pulled: it will close, and nothing passes any more. */
  #isParted = false;
  #silence: Timer | undefined;
  #reset: Timer | undefined;

  constructor(options: StreamEndOptions) {
    this.#around = options.around;
    this.peerKey = options.peerKey;
    this.initiator = options.initiator;
    this.maxFrameBytes = options.maxFrameBytes;
    this.costClass = options.costClass;
  }

  join(peer: StreamEnd, out: StreamWay): void {
    this.#peer = peer;
    this.#out = out;
  }

  get isClosed(): boolean {
    return this.#closedBecause !== undefined;
  }

  start(handlers: LinkHandlers): void {
    if (this.#handlers !== undefined) throw new Error('a link is started once');
    this.#handlers = handlers;
    // Later, as nobody is called from within a call.
    if (this.isClosed) this.#around.clock.after(0, () => this.#tellClosed());
    else this.#peer.#out.schedule();
  }

  send(frame: Uint8Array): boolean {
    if (this.isClosed) return false;
    if (frame.length === 0 || frame.length > this.maxFrameBytes) {
      this.close('frame-size');
      return false;
    }
    const more = this.#out.send(frame);
    this.#awaitReset();
    return more;
  }

  close(reason: string): void {
    if (this.isClosed) return;
    if (!this.#peer.#isGone) this.#out.finish();
    this.#lose(reason);
  }

  takes(): boolean {
    return this.#handlers !== undefined && !this.#isGone;
  }

  deliver(frame: Uint8Array): void {
    this.#handlers?.onFrame(frame);
  }

  ended(how: 'closed-by-peer' | 'reset'): void {
    this.#lose(how);
  }

  drained(): void {
    if (!this.isClosed) this.#handlers?.onDrain();
  }

  /** Nothing is heard from now on, until `hear`: it gives up in its own time. */
  fallSilent(): void {
    if (this.isClosed || this.#isParted || this.#silence !== undefined) return;
    this.#silence = this.#around.clock.after(this.#around.drawSilenceMs(), () => {
      if (!this.#peer.#isGone) this.#out.reset();
      this.#lose('silent');
    });
  }

  /** Packets pass both ways again, or the other box came back. */
  hear(): void {
    if (!this.#isAlone && !this.#isParted) {
      this.#silence?.cancel();
      this.#silence = undefined;
    }
    if (this.#out.isWaiting) this.#awaitReset();
  }

  /** The box at this end has lost its power: nobody is called here any more. */
  vanish(): void {
    this.#handlers = undefined;
    this.#out.clear();
    this.#lose('vanished');
    this.#peer.fallSilent();
  }

  /** The wire is pulled, and this end learns it after so long. */
  part(noticeMs: number): void {
    this.#out.clear();
    if (this.isClosed || this.#isParted) return;
    this.#isParted = true;
    this.#cancel();
    this.#silence = this.#around.clock.after(noticeMs, () => this.#lose('cut'));
  }

  /** Nothing is taken here any more. */
  get #isGone(): boolean {
    return this.isClosed || this.#isParted;
  }

  /** The other end is gone, and nothing on its way tells of it. */
  get #isAlone(): boolean {
    return this.#peer.#isGone && !this.#peer.#out.isEnding;
  }

  /** Who sends to an end that is gone learns it one round trip later. */
  #awaitReset(): void {
    const { clock, canReset, roundTripMs } = this.#around;
    if (this.#isGone || this.#reset !== undefined || !this.#isAlone || !canReset()) return;
    this.#reset = clock.after(roundTripMs(), () => {
      this.#reset = undefined;
      if (canReset()) this.#lose('reset');
    });
  }

  #lose(reason: string): void {
    if (this.isClosed) return;
    this.#closedBecause = reason;
    this.#cancel();
    this.#peer.#out.clear();
    this.#around.clock.after(0, () => {
      this.#tellClosed();
      this.#around.onEnd();
    });
  }

  #cancel(): void {
    this.#silence?.cancel();
    this.#silence = undefined;
    this.#reset?.cancel();
    this.#reset = undefined;
  }

  #tellClosed(): void {
    if (this.#isTold || this.#handlers === undefined) return;
    this.#isTold = true;
    this.#handlers.onClose(this.#closedBecause!);
  }
}
