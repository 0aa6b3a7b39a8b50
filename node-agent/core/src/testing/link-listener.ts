/**
 * One end of a Link under test: it writes down what it was told, and counts calls that a Link must
 * never make (from within a call, or after onClose). For the link contract (step 4).
 */
import type { Link } from '../ports/link.ts';

/** Handlers that write down what they were told, and fail when called from within a call. */
export class LinkListener {
  readonly frames: Uint8Array[] = [];
  readonly reasons: string[] = [];
  drains = 0;
  calledWithin = 0;
  calledAfterClose = 0;
  onDrainDo: () => void = () => {};
  onFrameDo: (frame: Uint8Array) => void = (frame) => this.frames.push(frame);
  #within = false;
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  start(): this {
    this.#guard(() =>
      this.#link.start({
        onFrame: (frame) => {
          this.#called();
          this.onFrameDo(frame);
        },
        onDrain: () => {
          this.#called();
          this.drains += 1;
          this.onDrainDo();
        },
        onClose: (reason) => {
          this.#called();
          this.reasons.push(reason);
        },
      }),
    );
    return this;
  }

  send(frame: Uint8Array): boolean {
    return this.#guard(() => this.#link.send(frame));
  }

  close(reason: string): void {
    this.#guard(() => this.#link.close(reason));
  }

  #called(): void {
    if (this.#within) this.calledWithin += 1;
    if (this.reasons.length > 0) this.calledAfterClose += 1;
  }

  #guard<T>(run: () => T): T {
    const before = this.#within;
    this.#within = true;
    try {
      return run();
    } finally {
      this.#within = before;
    }
  }
}

/** A frame of `bytes` bytes that tells its number, in full from 4 bytes on. */
export function numbered(number: number, bytes: number): Uint8Array {
  const frame = new Uint8Array(bytes).fill(number);
  if (bytes >= 4) new DataView(frame.buffer).setUint32(0, number);
  return frame;
}

/** Sends `count` frames as fast as the link takes them. */
export function pump(
  listener: LinkListener,
  count: number,
  sizeOf: (number: number) => number,
): void {
  let next = 0;
  const more = (): void => {
    while (next < count) {
      const frame = numbered(next, sizeOf(next));
      next += 1;
      if (!listener.send(frame)) return;
    }
  };
  listener.onDrainDo = more;
  more();
}
