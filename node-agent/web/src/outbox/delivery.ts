/**
 * Hands the outbox to the node of the open session (step 1 to 3), a few at a time and in order:
 * what waits, and also what only other nodes hold, so that a phone that moves carries its own
 * messages along. A bundle is the same every time, so nothing doubles. It never drops an entry.
 */
import { type Clock, equalBytes, type Timer, toBase64url, toHex } from '@muster/core';
import type { NodeMessage } from '../connection/wire.ts';
import { syncTimes, webLimits } from '../limits.ts';
import type { OutboxRecord } from '../storage/records.ts';
import type { Outbox } from './outbox.ts';

export interface DeliveryParts {
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** False when there is no session. */
  send(message: object): boolean;
}

type Held = Extract<NodeMessage, { type: 'held' }>;
type Refusal = Extract<NodeMessage, { type: 'refused' }>;

export class Delivery {
  readonly #parts: DeliveryParts;
  /** Node key in hex while a session is open. */
  #node: string | undefined;
  /** What the node knows already, and need not be sent with every bundle. */
  #sessionTicket: Uint8Array = new Uint8Array(0);
  #inFlight = new Set<number>();
  /** Entries that this node has answered for good in this session. */
  #answered = new Set<number>();
  #pause: Timer | undefined;
  #pauseMs = 0;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  open(nodeKey: Uint8Array, ticket: Uint8Array): void {
    this.close();
    this.#node = toHex(nodeKey);
    this.#sessionTicket = ticket;
    this.pump();
  }

  close(): void {
    this.#node = undefined;
    this.#inFlight.clear();
    this.#answered.clear();
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#pauseMs = 0;
  }

  /** Sends what may be sent now; call it whenever the outbox has changed. */
  pump(): void {
    if (this.#node === undefined || this.#pause !== undefined) return;
    for (const entry of this.#parts.outbox.entries) {
      if (this.#inFlight.size >= webLimits.putsInFlightMax) return;
      if (this.#isDue(entry) && !this.#put(entry)) return;
    }
  }

  async onHeld(message: Held): Promise<void> {
    const entry = this.#parts.outbox.withId(toHex(message.id));
    if (entry === undefined) return;
    const heldBy = message.ref !== '' && this.#node !== undefined ? [this.#node] : [];
    if (heldBy.length > 0) {
      this.#inFlight.delete(entry.entry);
      this.#answered.add(entry.entry);
      this.#pauseMs = 0;
    }
    await this.#parts.outbox.note(entry.entry, { state: 'held', nodes: message.nodes, heldBy });
    this.pump();
  }

  async onRefused(message: Refusal): Promise<void> {
    const entry = Number(message.ref);
    if (!this.#inFlight.delete(entry)) return;
    if (message.retry) {
      this.#wait(message.retryAfterMs);
      await this.#parts.outbox.note(entry, { reason: message.reason });
      return;
    }
    this.#answered.add(entry);
    await this.#parts.outbox.note(entry, { state: 'refused', reason: message.reason });
    this.pump();
  }

  #isDue(entry: OutboxRecord): boolean {
    const { bundle } = entry;
    if (bundle === undefined || entry.state === 'refused') return false;
    if (this.#inFlight.has(entry.entry) || this.#answered.has(entry.entry)) return false;
    if (entry.state === 'waiting') return true;
    const alive = this.#ageMs(entry) < bundle.lifetimeS * 1000;
    return alive && !entry.heldBy.includes(this.#node!);
  }

  #put(entry: OutboxRecord): boolean {
    const bundle = entry.bundle!;
    const known = equalBytes(bundle.ticket, this.#sessionTicket);
    const sent = this.#parts.send({
      type: 'put',
      ref: String(entry.entry),
      signed: toBase64url(bundle.signed),
      signature: toBase64url(bundle.signature),
      ageMs: this.#ageMs(entry),
      ticket: known ? undefined : toBase64url(bundle.ticket),
    });
    if (sent) this.#inFlight.add(entry.entry);
    return sent;
  }

  #ageMs(entry: OutboxRecord): number {
    return Math.max(0, this.#parts.clock.wall().unixMs - entry.queuedUnixMs);
  }

  /** The node asks for patience: everything pauses, longer each time. */
  #wait(askedMs: number): void {
    const { putAgainMsMin, putAgainMsMax } = syncTimes;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, putAgainMsMin), putAgainMsMax);
    const delayMs = Math.min(Math.max(askedMs, this.#pauseMs), putAgainMsMax);
    this.#pause?.cancel();
    this.#pause = this.#parts.clock.after(delayMs, () => {
      this.#pause = undefined;
      this.pump();
    });
  }
}
