/**
 * The octets between us and the bus: authentication first, then messages both ways. Below step 4 of
 * a message's way. It ends once, for one typed reason, and hands out nothing after that.
 */
import type { Duplex } from 'node:stream';
import { DBusError } from './error.ts';
import { dbusLimits } from './limits.ts';
import type { ReceivedMessage } from './message.ts';
import { MessageReader } from './message-reader.ts';
import { SaslClient, saslBegin } from './sasl.ts';

export interface BusStreamHandlers {
  /** The bus let us in; messages may be sent. */
  onReady(): void;
  onMessage(message: ReceivedMessage): void;
  onDrain(): void;
  /** Once, for every cause but `close`. */
  onClose(error: DBusError): void;
}

export class BusStream {
  readonly #stream: Duplex;
  readonly #handlers: BusStreamHandlers;
  readonly #reader: MessageReader;
  #sasl: SaslClient | undefined;
  #isGathering = false;
  #isClosed = false;

  constructor(stream: Duplex, userId: number, handlers: BusStreamHandlers) {
    this.#stream = stream;
    this.#handlers = handlers;
    this.#reader = new MessageReader((message) => handlers.onMessage(message));
    this.#sasl = new SaslClient(userId);
    stream.on('data', (chunk: Buffer) => this.#onData(chunk));
    stream.on('drain', () => {
      if (!this.#isClosed) handlers.onDrain();
    });
    stream.on('error', (error) => this.#end(errorOfSocket(error)));
    stream.on('end', () => this.#end(new DBusError('closed', 'the bus ended the connection')));
    stream.on('close', () => this.#end(new DBusError('closed', 'the connection is closed')));
  }

  get writeBufferLength(): number {
    return this.#stream.writableLength;
  }

  get isBehind(): boolean {
    return this.#stream.writableNeedDrain;
  }

  start(): void {
    this.#stream.write(this.#sasl!.opening, 'latin1');
  }

  /** Messages of one turn of the event loop leave in one call of the system. */
  send(message: Buffer): void {
    if (this.#isClosed) return;
    if (!this.#isGathering) {
      this.#isGathering = true;
      this.#stream.cork();
      process.nextTick(() => {
        this.#isGathering = false;
        this.#stream.uncork();
      });
    }
    this.#stream.write(message);
    if (this.#stream.writableLength <= dbusLimits.writeBytesMax) return;
    this.#end(new DBusError('closed', 'the bus takes nothing from us any more'));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reader.stop();
    // What this turn sent leaves now, as far as the system takes it.
    this.#stream.uncork();
    this.#stream.destroy();
  }

  #onData(chunk: Buffer): void {
    if (this.#isClosed) return;
    if (this.#sasl !== undefined) {
      this.#authenticate(this.#sasl, chunk);
      return;
    }
    const fault = this.#reader.push(chunk);
    if (fault !== undefined) this.#end(new DBusError('malformed', `the bus sent ${fault}`));
  }

  #authenticate(sasl: SaslClient, chunk: Buffer): void {
    const step = sasl.push(chunk);
    if (step.kind === 'wait') return;
    if (step.kind !== 'ready') {
      const text = `the bus does not let us in: ${step.text}`;
      this.#end(new DBusError(step.kind, text));
      return;
    }
    this.#sasl = undefined;
    this.#stream.write(saslBegin);
    this.#handlers.onReady();
  }

  #end(error: DBusError): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reader.stop();
    this.#stream.destroy();
    this.#handlers.onClose(error);
  }
}

/** A bus that is not there fails at connecting; later on it is a lost connection. */
function errorOfSocket(error: NodeJS.ErrnoException): DBusError {
  const { code, message, syscall } = error;
  if (code === 'EACCES' || code === 'EPERM') return new DBusError('refused', message);
  return new DBusError(syscall === 'connect' ? 'no-bus' : 'closed', message);
}
