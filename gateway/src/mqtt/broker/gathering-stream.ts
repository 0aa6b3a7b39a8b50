/**
 * The stream that aedes writes one client's packets to: what it needs of a Duplex and no more, for
 * a real one costs several KiB a client. Gathers writes of a turn into one, bounds what waits, and
 * knows whether the reader takes anything. Reading is not its work: packets reach aedes by
 * ClientSession.
 */
import { EventEmitter } from 'node:events';
import type { MqttLimits } from '../limits.ts';
import type { Flusher } from './flusher.ts';
import type { Wire } from './wire.ts';

/** What all streams of a broker share. */
export interface StreamHost {
  readonly flusher: Flusher;
  readonly limits: MqttLimits;
}

export interface StreamEvents {
  /** More waits than a reader may have waiting. */
  onTooSlow(): void;
  /** Closed from our side: by aedes or by `destroy`. */
  onDestroyed(): void;
}

export class GatheringStream extends EventEmitter {
  readonly #wire: Wire;
  readonly #flusher: Flusher;
  readonly #limits: MqttLimits;
  readonly #events: StreamEvents;
  #chunks: Buffer[] = [];
  #waitingBytes = 0;
  #takingBytes = 0;
  #scheduled = false;
  #full = false;
  destroyed = false;
  /** Writes that the other side took; it stands still while `waitingBytes` is above zero: stuck. */
  taken = 0;

  constructor(wire: Wire, host: StreamHost, events: StreamEvents) {
    super();
    this.#wire = wire;
    this.#flusher = host.flusher;
    this.#limits = host.limits;
    this.#events = events;
  }

  get waitingBytes(): number {
    return this.#waitingBytes + this.#takingBytes;
  }

  /** Whether what can wait should. `drain` is emitted when it no longer should. */
  get isFull(): boolean {
    return this.#full;
  }

  /** False when full, which is advice: what comes all the same is kept until the hard bound. */
  write(chunk: Buffer | string): boolean {
    if (this.destroyed) return true;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    this.#chunks.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#flusher.waitingBytes += bytes.length;
    if (!this.#scheduled && this.#takingBytes === 0) {
      this.#scheduled = true;
      this.#flusher.add(this);
    }
    const { waitingBytesHigh, waitingBytesMax, waitingBytesInAllMax } = this.#limits;
    const waiting = this.waitingBytes;
    this.#full = waiting > waitingBytesHigh;
    const areTooMany = this.#full && this.#flusher.waitingBytes > waitingBytesInAllMax;
    if (areTooMany || waiting > waitingBytesMax) this.#events.onTooSlow();
    return !this.#full;
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#takingBytes > 0 || this.#chunks.length === 0) return;
    const bytes = this.#takeChunks();
    this.#takingBytes = bytes.length;
    this.#wire.write(bytes, this.#onTaken);
  }

  readonly #onTaken = () => {
    this.#flusher.waitingBytes -= this.#takingBytes;
    this.#takingBytes = 0;
    this.taken += 1;
    this.flush();
    if (this.#full && this.waitingBytes <= this.#limits.waitingBytesHigh) {
      this.#full = false;
      this.emit('drain');
    }
  };

  #takeChunks(): Buffer {
    const chunks = this.#chunks;
    const { writeBytesMax } = this.#limits;
    if (chunks.length === 1 || this.#waitingBytes <= writeBytesMax) {
      this.#chunks = [];
      this.#waitingBytes = 0;
      return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    }
    let bytes = 0;
    let count = 0;
    do bytes += chunks[count++]!.length;
    while (count < chunks.length && bytes + chunks[count]!.length <= writeBytesMax);
    this.#waitingBytes -= bytes;
    return Buffer.concat(chunks.splice(0, count), bytes);
  }

  /** Closes after what is gathered; aedes gives an error, which is told elsewhere. */
  destroy(_error?: Error): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    if (this.#chunks.length > 0) {
      this.#wire.write(Buffer.concat(this.#chunks), () => {});
    }
    this.#letGo();
    this.#wire.end();
    this.#events.onDestroyed();
    return this;
  }

  /** Closes at once and lets go of what waits. */
  cut(): void {
    this.destroyed = true;
    this.#letGo();
    this.#wire.destroy();
  }

  #letGo(): void {
    this.#flusher.waitingBytes -= this.waitingBytes;
    this.#chunks = [];
    this.#waitingBytes = 0;
    this.#takingBytes = 0;
  }
}
