/**
 * What one end of a stream has received: puts pieces in order, once, whatever carrier they came by
 * and however they were cut. Pure. Below step 4 of a message's way. Bytes count as received when
 * they are delivered; it holds a window of them at most, and hostile numbers yield a reason.
 */
import { windowLimits } from './limits.ts';
import { fromWireOffset, toWireOffset } from './offsets.ts';

interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
}

export type Received =
  | 'delivered'
  /** An earlier piece is missing, or nobody reads yet. */
  | 'held'
  | 'duplicate'
  /** No place to hold it; it comes again. */
  | 'dropped';

export class ReceiveHalf {
  /** By start; they may overlap. */
  readonly #pieces: Piece[] = [];
  /** In them, twice where they overlap. */
  #heldBytes = 0;
  readonly #deliver: (bytes: Uint8Array) => void;
  #next: number;
  /** Behind the last byte of the stream, once that is known. */
  #end: number | undefined;
  #isOpen = false;
  #isFinished = false;

  /** `deliver` gets a view of what was received. */
  constructor(deliver: (bytes: Uint8Array) => void, firstOffset = 0) {
    this.#deliver = deliver;
    this.#next = firstOffset;
  }

  /** Every number below it has arrived; as it stands on the wire. The end has a number too. */
  get acknowledged(): number {
    return toWireOffset(this.#next + (this.#isFinished ? 1 : 0));
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** The last byte was delivered. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Somebody reads from now on. */
  open(): void {
    this.#isOpen = true;
    this.#deliverHeld();
  }

  receive(wire: number, bytes: Uint8Array, isLast: boolean): Received | 'window' | 'misplaced' {
    const start = fromWireOffset(wire, this.#next);
    const end = start + bytes.length;
    if (start < 0 || end > this.#next + windowLimits.receiveBytes) return 'window';
    if (this.#isBeyondEnd(end, isLast)) return 'misplaced';
    const isNewEnd = isLast && this.#end === undefined;
    if (isLast) this.#end = end;
    if (end <= this.#next && !(isNewEnd && end === this.#next)) return 'duplicate';
    if (!this.#isOpen || start > this.#next) return this.#hold({ start, bytes });
    this.#take(start, bytes);
    this.#deliverHeld();
    return 'delivered';
  }

  /** The stream has one end, and nothing lies behind it. */
  #isBeyondEnd(end: number, isLast: boolean): boolean {
    if (this.#end !== undefined) return isLast ? end !== this.#end : end > this.#end;
    if (!isLast) return false;
    return this.#pieces.some(({ start, bytes }) => start + bytes.length > end) || end < this.#next;
  }

  #hold(piece: Piece): Received {
    const at = this.#pieces.findLastIndex(({ start }) => start <= piece.start) + 1;
    const before = this.#pieces[at - 1];
    if (before?.start === piece.start && before.bytes.length >= piece.bytes.length) {
      return 'duplicate';
    }
    const heldBytes = this.#heldBytes + piece.bytes.length;
    const isFull = this.#pieces.length >= windowLimits.piecesMax;
    if (isFull || heldBytes > windowLimits.receiveBytes) return 'dropped';
    this.#heldBytes = heldBytes;
    this.#pieces.splice(at, 0, piece);
    return 'held';
  }

  #deliverHeld(): void {
    while (this.#pieces.length > 0 && this.#pieces[0]!.start <= this.#next) {
      const { start, bytes } = this.#pieces.shift()!;
      this.#heldBytes -= bytes.length;
      this.#take(start, bytes);
    }
    this.#isFinished = this.#isOpen && this.#next === this.#end;
  }

  #take(start: number, bytes: Uint8Array): void {
    const known = this.#next - start;
    if (known >= bytes.length) return;
    this.#next += bytes.length - known;
    this.#deliver(known === 0 ? bytes : bytes.subarray(known));
  }
}
