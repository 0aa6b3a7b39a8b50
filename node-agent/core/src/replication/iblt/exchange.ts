/**
 * What goes into and comes out of the two halves of a reconciliation, and what they share: a body
 * is taken only where one of its kind is due (step 4 of a message's way). Sans-I/O. After an
 * outcome or a refusal nothing more is taken.
 */
import { ok, type Result, refused } from '../../result.ts';
import { isBodyKind } from './bodies.ts';
import { BodyReader } from './body-reader.ts';
import type { ReconcileFailure } from './series.ts';

export interface ReconcileOptions {
  /** The local set: different ids of 32 bytes, one after the other; kept, not changed. */
  readonly ids: Uint8Array;
  /** 16 bytes, fresh in each session and the same on both sides. */
  readonly key: Uint8Array;
  /** Largest body that may be sent, at least bodyBytesMin. */
  readonly maxBodyBytes: number;
}

export interface ReconcileOutcome {
  /** Indices of local items that the other side lacks, rising: these are to be sent to it. */
  readonly push: Uint32Array;
  /**
   * How many items the other side is to send: found out here, or as it said (at most itemsMax).
   */
  readonly wants: number;
}

export interface ReconcileStep {
  /** Bodies to send now, in this order. */
  readonly send: readonly Uint8Array[];
  /** Given once, when this side is done. */
  readonly outcome?: ReconcileOutcome;
}

export type ReconcileAnswer = Result<ReconcileStep, ReconcileFailure>;

/** The rest of a series is to come. */
export const waiting: ReconcileAnswer = ok({ send: [] });

/** A message that may come next. */
export interface Incoming {
  /** A BodyKind. */
  readonly kind: number;
  /** Takes a body of this kind from its second byte on. */
  take(reader: BodyReader): ReconcileAnswer;
}

export class Exchange {
  #alternatives: readonly Incoming[] = [];

  /** One of these comes next. */
  expect(...alternatives: readonly Incoming[]): void {
    this.#alternatives = alternatives;
  }

  receive(body: Uint8Array): ReconcileAnswer {
    const reader = new BodyReader(body);
    const kind = reader.byte();
    const incoming = this.#alternatives.find((alternative) => alternative.kind === kind);
    // Whatever began goes on with its own kind, unless its taker says otherwise.
    this.#alternatives = incoming === undefined ? [] : [incoming];
    if (incoming === undefined) return refused(isBodyKind(kind) ? 'unexpected' : 'malformed');
    const answer = incoming.take(reader);
    if (!answer.ok || answer.value.outcome !== undefined) this.#alternatives = [];
    return answer;
  }
}
