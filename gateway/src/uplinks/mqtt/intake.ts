/**
 * Takes messages of an upstream broker into the mesh (step 1 for the outside's messages): each
 * signed by this gateway, with a reference that tells a repeated delivery. Everything that comes is
 * hostile until read: bounded in size and rate, refused with a count, never lost silently.
 */
import {
  BundleKind,
  type Clock,
  type Crypto,
  encodeMessage,
  equalBytes,
  type Lane,
  type NodeApi,
  nameLimits,
  type PutAnswer,
  type Random,
  type ReadBundle,
  retryLater,
  Scope,
  type Timer,
} from '@muster/core';
import { newestRow } from '../../policy/allowance.ts';
import { Budget } from '../../policy/budget.ts';
import { viaOf } from '../../policy/gate.ts';
import { retryDelayMs } from '../back-off.ts';
import { upstreamLimits } from '../limits.ts';
import type { IncomingMessage } from './connection.ts';
import type { Outside } from './outside.ts';
import { type Delivery, Refs } from './refs.ts';

export interface OutsideDraft {
  readonly kind: number;
  readonly tag: Uint8Array;
  readonly payload: Uint8Array;
  readonly lane: Lane;
  readonly scope: Scope;
}

export interface IntakeOptions {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  /** What is signed into each message, `uplink:<name>`. */
  readonly via: string;
  /** Key of this gateway, 32 bytes. */
  readonly key: Uint8Array;
  /** Milliseconds for which another gateway has the first turn. */
  readonly holdBackMs: () => number;
  readonly write: (draft: OutsideDraft, onAnswer: (answer: PutAnswer) => void) => void;
}

const loadedAtOnce = 200;

interface Waiting {
  readonly draft: OutsideDraft;
  readonly delivery: Delivery;
  /** Of this delivery, and of repeats that came meanwhile. */
  readonly onDone: (() => void)[];
  attempts: number;
  timer: Timer | undefined;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #refs: Refs;
  readonly #rate: Budget;
  readonly #waiting = new Set<Waiting>();
  readonly counts = { taken: 0, refused: 0 };

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#refs = new Refs(options.crypto);
    const { intakePerMinute: bundlesPerMinute } = upstreamLimits;
    this.#rate = new Budget({ bundlesPerMinute, bytesPerMinute: 0 }, options.clock.monotonicMs());
  }

  /** A bundle of the mesh: perhaps another gateway took in what waits here. */
  onBundle(bundle: ReadBundle): void {
    if (!this.#know(bundle, false)) return;
    if (equalBytes(bundle.author, this.#options.key)) this.counts.taken += 1;
    for (const waiting of this.#waiting) {
      if (this.#refs.isWritten(waiting.delivery)) this.#finish(waiting);
    }
  }

  /** Looks at what was taken in before the start, here and by other gateways. */
  load(node: Pick<NodeApi, 'since'>): void {
    let row = Math.max(0, newestRow(node) - upstreamLimits.refsLoadedMax);
    for (;;) {
      const page = node.since({ row, limit: loadedAtOnce });
      for (const bundle of page) this.#know(bundle, true);
      const last = page.at(-1);
      if (!last) return;
      row = last.row;
    }
  }

  /** What waited comes again from the broker, for it was not acknowledged. */
  reset(): void {
    for (const { timer } of this.#waiting) timer?.cancel();
    this.#waiting.clear();
  }

  /** `onDone` once it is in the mesh, or will never be. */
  take(
    message: IncomingMessage,
    read: { readonly outside: Exclude<Outside, { kind: 'ours' }>; readonly tag: Uint8Array },
    onDone: () => void,
  ): void {
    const { topic, payload, repeated } = message;
    const { outside, tag } = read;
    if (outside.kind === 'not-understood') {
      this.counts.refused += 1;
      onDone();
      return;
    }
    const { text, name, lane, stayLocal, id } = outside.draft;
    const nowMs = this.#options.clock.monotonicMs();
    const delivery = this.#refs.deliver({ topic, id, payload }, repeated, nowMs);
    if (this.#refs.isWritten(delivery)) {
      onDone();
      return;
    }
    const same = this.#waitingFor(delivery);
    if (same) {
      same.onDone.push(onDone);
      return;
    }
    const via = { kind: 'mqtt', client: this.#options.via, ref: delivery.ref } as const;
    const shown = name ?? this.#options.via.slice(0, nameLimits.nameBytesMax);
    const draft: OutsideDraft = {
      kind: BundleKind.message,
      tag,
      lane,
      scope: stayLocal ? Scope.site : Scope.anywhere,
      payload: encodeMessage({ name: shown, text, via }),
    };
    const waiting = { draft, delivery, onDone: [onDone], attempts: 0, timer: undefined };
    this.#waiting.add(waiting);
    this.#writeAfter(waiting, this.#options.holdBackMs());
  }

  #know(bundle: ReadBundle, isLoaded: boolean): boolean {
    const { via, key, clock } = this.#options;
    const message = viaOf(bundle);
    if (message?.client !== via) return false;
    const own = isLoaded && equalBytes(bundle.author, key);
    this.#refs.saw(message.ref, { own, atMs: clock.monotonicMs() - bundle.ageNowMs });
    return true;
  }

  #writeAfter(waiting: Waiting, delayMs: number): void {
    if (delayMs <= 0) this.#write(waiting);
    else waiting.timer = this.#options.clock.after(delayMs, () => this.#write(waiting));
  }

  #write(waiting: Waiting): void {
    const nowMs = this.#options.clock.monotonicMs();
    const waitMs = this.#rate.waitMs(nowMs);
    waiting.timer = undefined;
    if (waitMs > 0) {
      this.#writeAfter(waiting, waitMs);
      return;
    }
    this.#rate.spend(waiting.draft.payload.length, nowMs);
    waiting.attempts += 1;
    this.#options.write(waiting.draft, (answer) => this.#onAnswer(waiting, answer));
  }

  #onAnswer(waiting: Waiting, answer: PutAnswer): void {
    if (!this.#waiting.has(waiting)) return;
    if (answer.ok) this.#finish(waiting);
    else if (retryLater.has(answer.reason)) {
      this.#writeAfter(waiting, retryDelayMs(this.#options.random, waiting.attempts));
    } else {
      this.counts.refused += 1;
      this.#finish(waiting);
    }
  }

  #finish(waiting: Waiting): void {
    waiting.timer?.cancel();
    this.#waiting.delete(waiting);
    for (const onDone of waiting.onDone) onDone();
  }

  #waitingFor({ key, number }: Delivery): Waiting | undefined {
    for (const waiting of this.#waiting) {
      if (waiting.delivery.key === key && waiting.delivery.number === number) return waiting;
    }
    return undefined;
  }
}
