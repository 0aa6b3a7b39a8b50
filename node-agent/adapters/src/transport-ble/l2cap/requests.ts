/**
 * What was asked of the helper and is not answered yet: a listener, and a channel to connect. Below
 * step 4 of a message's way. Every request is settled exactly once, at the latest when the helper
 * ends; a time limit is the session's matter.
 */
import { BleError, type BlePeer } from '../ble.ts';
import { errorOf } from './errno.ts';
import type { WireFault, WireMessage } from './wire.ts';

/** Whatever has a number with the helper. */
export interface Endpoint {
  take(message: WireMessage): WireFault | undefined;
  /** The helper is no more. */
  end(reason: string): void;
}

export interface Accepted {
  readonly channel: number;
  readonly peer: BlePeer;
  readonly sendBytesMax: number;
}

export interface ListenerHandlers {
  onPsm(psm: number): void;
  onAccepted(accepted: Accepted): void;
  /** Nothing listens any more, or ever did. */
  onEnd(error: BleError): void;
}

export class Listener implements Endpoint {
  readonly #handlers: ListenerHandlers;
  #stands = false;

  constructor(handlers: ListenerHandlers) {
    this.#handlers = handlers;
  }

  take(message: WireMessage): WireFault | undefined {
    if (message.kind === 'accepted' && this.#stands) {
      this.#handlers.onAccepted(message);
    } else if (message.kind === 'listening' && !this.#stands) {
      this.#stands = true;
      this.#handlers.onPsm(message.psm);
    } else if (message.kind === 'closed') {
      this.#handlers.onEnd(errorOf('cannot listen for channels', message.errno));
    } else return 'value';
    return undefined;
  }

  end(reason: string): void {
    this.#handlers.onEnd(new BleError('gone', reason));
  }
}

export interface ConnectHandlers {
  onConnected(sendBytesMax: number): void;
  onFailed(error: BleError): void;
  /** The number is free again, with the helper too; not called after onConnected. */
  onEnd(): void;
}

export class ConnectRequest implements Endpoint {
  readonly #handlers: ConnectHandlers;
  #isAborted = false;

  constructor(handlers: ConnectHandlers) {
    this.#handlers = handlers;
  }

  /** Nobody wants it any more; the helper was told. */
  abort(error: BleError): void {
    this.#isAborted = true;
    this.#handlers.onFailed(error);
  }

  take(message: WireMessage): WireFault | undefined {
    if (message.kind === 'closed') {
      this.#fail(errorOf('no channel', message.errno));
    } else if (message.kind === 'connected') {
      if (!this.#isAborted) this.#handlers.onConnected(message.sendBytesMax);
    } else if (!this.#isAborted) return 'value';
    // It stood before the helper heard that it was to close: packets may come until then.
    return undefined;
  }

  end(reason: string): void {
    this.#fail(new BleError('gone', reason));
  }

  #fail(error: BleError): void {
    if (!this.#isAborted) this.#handlers.onFailed(error);
    this.#handlers.onEnd();
  }
}
