/**
 * How many bytes may be under way: as many as keep the carrier busy, and no more, for what is under
 * way delays what is urgent. Doubles each round trip at first, later grows by a packet, is halved
 * at a loss (RFC 5681), and shrinks gently while round trips are long, because then bytes only wait
 * in queues (the idea of TCP Vegas). Pure. Below step 4 of a message's way.
 */
import { windowLimits } from './limits.ts';

export class SendWindow {
  #bytes: number = windowLimits.startBytes;
  /** It was full since something landed last: otherwise there is no reason to grow. */
  #wasFull = false;
  /** No loss and no long round trip was seen yet. */
  #isFinding = true;
  #sinceAskedBytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  filled(): void {
    this.#wasFull = true;
  }

  /** Bytes arrived, in packets of about this size; what the path says about their round trip. */
  landed(bytes: number, packetBytes: number, roundTripMs: number | undefined): void {
    const { patienceMs, calmBytes, mostBytes } = windowLimits;
    const ms = roundTripMs ?? 0;
    if (ms > windowLimits.foundMs) this.#isFinding = false;
    if (ms > patienceMs) {
      this.#bytes = Math.max(Math.min(this.#bytes, calmBytes), this.#bytes - bytes / 4);
    } else if (this.#wasFull) {
      const grownBytes = this.#isFinding ? bytes : (packetBytes * bytes) / this.#bytes;
      this.#bytes = Math.min(mostBytes, this.#bytes + grownBytes);
    }
    this.#wasFull = false;
  }

  lost(underWayBytes: number): void {
    this.#isFinding = false;
    this.#bytes = Math.max(windowLimits.leastBytes, Math.min(this.#bytes, underWayBytes) / 2);
  }

  /** A packet goes out; true: half a window went since the last one that asked. */
  asks(bytes: number): boolean {
    this.#sinceAskedBytes += bytes;
    if (this.#sinceAskedBytes < this.#bytes / 2) return false;
    this.#sinceAskedBytes = 0;
    return true;
  }
}
