/**
 * Hands to the node what the admin wrote and waits for its answer (step 1 to 3): *held*, and for an
 * act what became of it. A bundle is the same every time, so it is simply said again in the next
 * session; when no answer comes in time the person is told, and nothing is sent any more.
 */
import { type Clock, toBase64url } from '@muster/core';
import { a } from '../../strings/admin.en.ts';
import { adminTimes } from '../limits.ts';
import type { AdminAuthor, AdminDraft } from './admin-author.ts';
import type { AdminMessage, Fault } from './admin-wire.ts';
import { Asked } from './asked.ts';

export interface ActFault extends Fault {
  readonly ok: false;
}

export type ActResult =
  /** `sent`: the node it is for is elsewhere, or none is; its next report tells. */
  { readonly ok: true; readonly sent: boolean; readonly result: unknown } | ActFault;

export interface WritesParts {
  readonly author: AdminAuthor;
  readonly clock: Clock;
  /** False when there is no session. */
  send(message: object): boolean;
}

const retryDelayMsMin = 1_000;

/** What we say ourselves, by its code. */
export function actFault(code: keyof typeof a.faults): ActFault {
  return { ok: false, code, ...a.faults[code] };
}

export class Writes {
  readonly #parts: WritesParts;
  readonly #asked: Asked<ActResult>;
  /** References of acts that are on the node's disk, and not answered yet. */
  readonly #held = new Set<string>();

  constructor(parts: WritesParts) {
    this.#parts = parts;
    this.#asked = new Asked(parts.clock, 'w');
  }

  /** A session is open: what waits is said again. */
  open(): void {
    for (const message of this.#asked.messages) this.#parts.send(message);
  }

  close(): void {
    this.#asked.giveUp();
  }

  async write(type: 'put' | 'act', draft: AdminDraft): Promise<ActResult> {
    const { author, send } = this.#parts;
    if (this.#asked.isFull) return actFault('busy');
    const bundle = await author.compose(draft).catch(() => undefined);
    if (!bundle) return actFault('storage');
    const startedMs = this.#parts.clock.monotonicMs();
    let mine = '';
    const make = (ref: string) => {
      mine = ref;
      const message = {
        type,
        ref,
        signed: toBase64url(bundle.signed),
        signature: toBase64url(bundle.signature),
        ticket: toBase64url(author.ticket),
      };
      const ageMs = () => Math.round(this.#parts.clock.monotonicMs() - startedMs);
      // Its age is that of the moment in which it is said, however late that is.
      return { ...message, toJSON: () => ({ ...message, ageMs: ageMs() }) };
    };
    const answer = await this.#asked.ask(make, send, adminTimes.writeMsMax);
    const wasHeld = this.#held.delete(mine);
    return answer ?? actFault(wasHeld ? 'unanswered' : 'timeout');
  }

  /** The bundle under this reference is on the node's disk. */
  onHeld(ref: string): void {
    const message = this.#asked.message(ref) as { type?: string } | undefined;
    if (message?.type === 'put') this.#asked.answer(ref, { ok: true, sent: true, result: null });
    else if (message) this.#held.add(ref);
  }

  onMessage(message: AdminMessage): void {
    if (message.type === 'act-result') {
      const { ref, sent, result, fault } = message;
      this.#asked.answer(ref, fault ? { ok: false, ...fault } : { ok: true, sent, result });
    } else if (message.type === 'refused' && message.retry) {
      this.#again(message.ref, message.retryAfterMs);
    } else if (message.type === 'refused' || message.type === 'error') {
      this.#asked.answer(message.ref, { ok: false, ...message.fault });
    }
  }

  /** The node asks for patience. */
  #again(ref: string, afterMs: number): void {
    this.#parts.clock.after(Math.max(afterMs, retryDelayMsMin), () => {
      const message = this.#asked.message(ref);
      if (message) this.#parts.send(message);
    });
  }
}
