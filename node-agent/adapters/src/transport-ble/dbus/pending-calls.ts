/**
 * Calls that await their answers. Below step 4 of a message's way. Each ends exactly once: by its
 * answer, its time, its signal, or the end of the connection.
 */
import type { Clock, Timer } from '@muster/core';
import { DBusError } from './error.ts';
import { dbusLimits } from './limits.ts';
import { MessageKind, type ReceivedMessage } from './message.ts';
import type { DBusCall } from './types.ts';
import type { DBusValue } from './values.ts';

const bus = 'org.freedesktop.DBus';

interface Pending {
  readonly call: DBusCall;
  readonly timer: Timer;
  resolve(body: readonly DBusValue[]): void;
  reject(error: DBusError): void;
  readonly onAbort: () => void;
}

export class PendingCalls {
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  #serial = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of the next message; none that a call waits under. */
  nextSerial(): number {
    do this.#serial = this.#serial === 0xffff_ffff ? 1 : this.#serial + 1;
    while (this.#pending.has(this.#serial));
    return this.#serial;
  }

  /** `send` may throw a DBusError, and then nothing waits. */
  begin(call: DBusCall, send: (serial: number) => void): Promise<readonly DBusValue[]> {
    return new Promise((resolve, reject) => {
      if (call.signal?.aborted) throw new DBusError('aborted', `${call.member} was given up`);
      if (this.#pending.size >= dbusLimits.callsMax) {
        throw new DBusError('busy', `${this.#pending.size} calls await their answers`);
      }
      const serial = this.nextSerial();
      send(serial);
      const timeoutMs = call.timeoutMs ?? dbusLimits.callMsDefault;
      const timer = this.#clock.after(timeoutMs, () =>
        this.#fail(serial, 'timeout', `${call.member} had no answer within ${timeoutMs} ms`),
      );
      const onAbort = () => this.#fail(serial, 'aborted', `${call.member} was given up`);
      call.signal?.addEventListener('abort', onAbort);
      this.#pending.set(serial, { call, timer, resolve, reject, onAbort });
    });
  }

  /** An answer; one to nothing that we asked is left alone. */
  onAnswer(message: ReceivedMessage): void {
    const serial = message.replySerial!;
    const pending = this.#pending.get(serial);
    if (pending === undefined || !mayAnswer(pending.call, message.sender)) return;
    const { member } = pending.call;
    if (message.isTooLarge) {
      this.#fail(serial, 'too-large', `the answer to ${member} is too large`);
    } else if (message.kind === MessageKind.error) {
      const { errorName = '', body } = message;
      const text = typeof body[0] === 'string' ? body[0] : '';
      this.#take(serial)?.reject(
        new DBusError('remote', `${member}: ${text || errorName}`, { errorName }),
      );
    } else {
      this.#take(serial)?.resolve(message.body);
    }
  }

  failAll(error: DBusError): void {
    for (const serial of [...this.#pending.keys()]) {
      this.#take(serial)?.reject(new DBusError('closed', error.message, { cause: error }));
    }
  }

  #fail(serial: number, code: 'timeout' | 'aborted' | 'too-large', text: string): void {
    this.#take(serial)?.reject(new DBusError(code, text));
  }

  #take(serial: number): Pending | undefined {
    const pending = this.#pending.get(serial);
    if (pending === undefined) return undefined;
    this.#pending.delete(serial);
    pending.timer.cancel();
    pending.call.signal?.removeEventListener('abort', pending.onAbort);
    return pending;
  }
}

/** Others could guess our serials; a well-known name is answered under a unique one. */
function mayAnswer({ destination }: DBusCall, sender: string | undefined): boolean {
  if (sender === destination || sender === bus) return true;
  return destination !== bus && !destination.startsWith(':');
}
