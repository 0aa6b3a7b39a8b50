/**
 * Claims through the admin's session: the node awaits codes of invites for us (its desk), and
 * passes octets on to boxes that wait. It cannot read them: they are sealed between the box and
 * this phone (docs/protocol/claim.md).
 */
import { type Clock, toBase64url } from '@muster/core';
import { adminTimes } from '../limits.ts';
import type { AdminMessage } from './admin-wire.ts';
import { Asked } from './asked.ts';
import { type ActFault, actFault } from './writes.ts';

/** Answers a claimant's octets; `undefined`: not yet, the claimant asks again. */
export type ClaimSink = (session: string, message: Uint8Array) => Uint8Array | undefined;

export interface Reach {
  /** host:port of the box. */
  readonly address: string;
  /** Claim id and session, 16 hex digits each. */
  readonly id: string;
  readonly session: string;
  readonly message: Uint8Array;
}

export type Reached =
  /** No octets: not yet, ask again with the same. */
  { readonly ok: true; readonly message: Uint8Array } | ActFault;

export interface ClaimWireParts {
  readonly clock: Clock;
  send(message: object): boolean;
}

type ReachAnswer = Extract<AdminMessage, { type: 'claim-answer' }>;

export class ClaimWire {
  readonly #parts: ClaimWireParts;
  readonly #sinks = new Map<string, ClaimSink>();
  readonly #reached: Asked<ReachAnswer>;

  constructor(parts: ClaimWireParts) {
    this.#parts = parts;
    this.#reached = new Asked(parts.clock, 'c');
  }

  /** A session is open: the desk forgot us with the last one. */
  open(): void {
    for (const id of this.#sinks.keys()) this.#parts.send({ type: 'claim-open', id });
  }

  close(): void {
    this.#reached.giveUp();
    this.#sinks.clear();
  }

  /** From now on the node awaits this code for us; returns what ends it. */
  await(id: string, sink: ClaimSink): () => void {
    this.#sinks.set(id, sink);
    this.#parts.send({ type: 'claim-open', id });
    return () => {
      if (this.#sinks.get(id) !== sink) return;
      this.#sinks.delete(id);
      this.#parts.send({ type: 'claim-close', id });
    };
  }

  /** A late answer to what a claimant asked; it also comes when the claimant asks again. */
  reply(id: string, session: string, message: Uint8Array): void {
    const answer = { id, session, message: toBase64url(message) };
    this.#parts.send({ type: 'claim-reply', ...answer });
  }

  /** What the box answered. */
  async reach({ address, id, session, message }: Reach): Promise<Reached> {
    if (this.#reached.isFull) return actFault('busy');
    const asked = { type: 'claim-reach', address, id, session, message: toBase64url(message) };
    const answer = await this.#reached.ask(
      (ref) => ({ ...asked, ref }),
      (question) => this.#parts.send(question),
      adminTimes.writeMsMax,
    );
    if (!answer) return actFault('timeout');
    if (answer.fault) return { ok: false, ...answer.fault };
    return { ok: true, message: answer.message ?? new Uint8Array(0) };
  }

  onMessage(message: AdminMessage): void {
    if (message.type === 'claim-answer') this.#reached.answer(message.ref, message);
    if (message.type !== 'claim-message') return;
    const { id, session } = message;
    const answer = this.#sinks.get(id)?.(session, message.message);
    if (answer) this.reply(id, session, answer);
  }
}
