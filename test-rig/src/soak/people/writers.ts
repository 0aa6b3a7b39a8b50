/**
 * Those who write: one of the staff at each agent, steadily and with an outbox that outlives the
 * agent's end, and guests who come, write once or twice and go. Started with the people only.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { NodeSession } from '@muster/agent';
import { type Bundle, type Crypto, fromBase64url, toHex } from '@muster/core';
import { SessionWriter } from '../../rig/session-writer.ts';
import type { StaffKey } from '../../rig/venue/site.ts';
import type { WrittenBook } from './written.ts';

const againMs = 500;
const lookMs = 500;
/** A session that does not answer in this time is left. */
const answerMsMax = 10_000;

export interface Place {
  readonly crypto: Crypto;
  readonly url: string;
  readonly agent: number;
  readonly siteKey: Uint8Array;
  readonly book: WrittenBook;
}

/** As it stands in every message, so that readers know how long it took. */
function textOf(agent: number): string {
  return `at ${agent}, ${Date.now()} `.padEnd(200, 'lorem ipsum ');
}

export class StaffWriter {
  /** Infinity: writes nothing; what waits is still put. */
  everyMs = Number.POSITIVE_INFINITY;
  readonly #place: Place;
  readonly #staff: StaffKey;
  readonly #lifetimeS: number;
  readonly #outbox: { readonly bundle: Bundle; readonly writtenMs: number }[] = [];
  /** Keeps the chain; what it composed is put over whatever session there is. */
  #writer: SessionWriter | undefined;

  constructor(place: Place, staff: StaffKey, lifetimeS: number) {
    this.#place = place;
    this.#staff = staff;
    this.#lifetimeS = lifetimeS;
  }

  get waiting(): number {
    return this.#outbox.length;
  }

  async write(): Promise<never> {
    for (let writeMs = 0; ; ) {
      await delay(lookMs);
      writeMs += lookMs;
      if (writeMs < this.everyMs || this.#writer === undefined) continue;
      writeMs = 0;
      const draft = { lifetimeS: this.#lifetimeS, hopLimit: 10 };
      const bundle = this.#writer.compose(textOf(this.#place.agent), draft);
      this.#outbox.push({ bundle, writtenMs: Date.now() });
    }
  }

  async put(): Promise<never> {
    for (;;) {
      await this.#session().catch(() => {});
      await delay(againMs);
    }
  }

  async #session(): Promise<void> {
    const { crypto, url, siteKey } = this.#place;
    const key = crypto.keyPairFromSeed(fromBase64url(this.#staff.seed)!);
    const ticket = fromBase64url(this.#staff.ticket)!;
    const session = await NodeSession.open({ url, crypto, key, name: 'staff', tickets: [ticket] });
    this.#writer ??= await SessionWriter.of({ crypto, key, session, siteKey, ticket });
    let isOpen = true;
    void session.closed.then(() => {
      isOpen = false;
    });
    try {
      while (isOpen) {
        if (this.#outbox.length === 0) await delay(100);
        else await this.#putFirst(session, ticket);
      }
    } finally {
      session.close();
    }
  }

  async #putFirst(session: NodeSession, ticket: Uint8Array): Promise<void> {
    const { bundle, writtenMs } = this.#outbox[0]!;
    const { id, signed, signature } = bundle;
    const put = session.put({ signed, signature, ticket, ageMs: Date.now() - writtenMs });
    const late = delay(answerMsMax, undefined, { ref: false });
    const outcome = await Promise.race([put, late]);
    if (outcome === undefined) throw new Error('no answer');
    if (outcome.state === 'held') this.#place.book.onStaffHeld(toHex(id));
    else if (outcome.retry) return await delay(outcome.retryAfterMs || againMs);
    else this.#place.book.refused += 1;
    this.#outbox.shift();
  }
}

/** One visit; whatever ends it ends it. */
export async function visit(
  { crypto, url, siteKey, book, agent }: Place,
  { stayMs, lifetimeS }: { readonly stayMs: number; readonly lifetimeS: number },
): Promise<void> {
  const key = crypto.keyPairFromSeed(randomBytes(32));
  const session = await NodeSession.open({ url, crypto, key, name: 'guest', tickets: [] });
  const gone = session.closed;
  const writer = await SessionWriter.of({ crypto, key, session, siteKey });
  const written = await writer.write(textOf(agent), { lifetimeS });
  if (written.state === 'held') book.onGuestHeld();
  await Promise.race([gone, delay(stayMs)]);
  session.close();
}
