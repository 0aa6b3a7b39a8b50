/**
 * A connection without a socket: what a server of node:net or node:http is given instead of one, so
 * that the real code behind it reads octets that no network carried.
 */
import { Duplex } from 'node:stream';

export class MemorySocket extends Duplex {
  readonly remoteAddress: string;
  readonly remotePort = 50_000;
  readonly localAddress = '127.0.0.1';
  readonly localPort = 8080;
  readonly #sent: Buffer[] = [];
  /** Grows with everything that happens, so that quiet can be told. */
  activity = 0;

  constructor(remoteAddress: string) {
    super({ allowHalfOpen: true });
    this.remoteAddress = remoteAddress;
    // Whoever reads decides what a broken connection means.
    this.on('error', () => {});
  }

  /** What was sent so far. */
  get sent(): Buffer {
    return Buffer.concat(this.#sent);
  }

  /** What was sent since the last call. */
  takeSent(): Buffer {
    return Buffer.concat(this.#sent.splice(0));
  }

  override _read(): void {}

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.#sent.push(Buffer.from(chunk));
    this.activity += 1;
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.activity += 1;
    done(error);
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

const quietTurns = 4;
const turnsMax = 200;

/** Until nothing happens on it for a few turns of the event loop. */
export async function untilQuiet(socket: MemorySocket, eachTurn = (): void => {}): Promise<void> {
  let quiet = 0;
  for (let turn = 0; quiet < quietTurns && turn < turnsMax && !socket.destroyed; turn += 1) {
    const before = socket.activity;
    eachTurn();
    await new Promise((resolve) => setImmediate(resolve));
    quiet = socket.activity === before ? quiet + 1 : 0;
  }
}
