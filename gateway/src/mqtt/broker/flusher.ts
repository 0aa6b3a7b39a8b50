/**
 * Gathers what one turn of the event loop has to write, so that each client gets one write for all
 * of it. It flushes with setImmediate, which runs right after the sockets were read: a lone
 * message waits for nothing, and a burst from many publishers is one write a reader.
 */
export interface Flushable {
  flush(): void;
}

export class Flusher {
  /** Bytes that wait for all readers together; kept by those who gather. */
  waitingBytes = 0;
  #waiting: Flushable[] = [];

  /** Each at most once until it is flushed: the caller sees to that. */
  add(item: Flushable): void {
    this.#waiting.push(item);
    if (this.#waiting.length === 1) setImmediate(this.#flush);
  }

  readonly #flush = () => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const item of waiting) item.flush();
  };
}
