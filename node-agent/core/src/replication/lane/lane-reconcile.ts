/**
 * Reconciles one lane over one link, run after run (step 4 of a message's way). The end that opened
 * the link begins each run by its set's digest, so that equal sets cost a few bytes and no pass
 * over them; the other end only answers. What a run finds lacking over there is offered. A peer
 * that contradicts itself ends the session.
 */
import { Meter } from '../../bounds/meter.ts';
import type { Lane } from '../../bundle/bundle.ts';
import { equalBytes } from '../../bytes/compare.ts';
import type { Timer } from '../../ports/clock.ts';
import { bodyBytesMin } from '../iblt/constants.ts';
import type { ReconcileAnswer, ReconcileOutcome } from '../iblt/exchange.ts';
import { ReconcileInitiator } from '../iblt/reconcile-initiator.ts';
import { ReconcileResponder } from '../iblt/reconcile-responder.ts';
import { idBytes } from '../iblt/short-ids.ts';
import { messageLimits, reconcileLimits } from '../limits.ts';
import type { Mesh, Neighbour, Verdict } from '../mesh.ts';
import { prefixOf } from '../messages/id-prefix.ts';
import { MessageType } from '../messages/message-type.ts';
import type { LaneOutbox } from './lane-outbox.ts';

const digestBytes = 16;

export interface LaneReconcileParts {
  readonly lane: Lane;
  readonly mesh: Mesh;
  readonly neighbour: Neighbour;
  readonly outbox: LaneOutbox;
  /** Session key of the short ids, 16 bytes. */
  readonly key: Uint8Array;
  /** This end begins the runs. */
  readonly begins: boolean;
  /** A run ended; `differed` tells whether it found anything. */
  readonly onDone: (differed: boolean) => void;
}

interface Run {
  readonly half: { receive(body: Uint8Array): ReconcileAnswer };
  readonly ids: Uint8Array;
  readonly begunMs: number;
}

export class LaneReconcile {
  readonly #parts: LaneReconcileParts;
  /** Runs that the neighbour may begin. */
  readonly #begun: Meter;
  #run: Run | undefined;
  /** Own digest was sent and not yet answered. */
  #asked = false;
  /** When last compared the sets were equal, or what they lacked was found. */
  #agreed = false;
  /** Set while a second look is due. */
  #again: Timer | undefined;

  constructor(parts: LaneReconcileParts) {
    this.#parts = parts;
    this.#begun = new Meter(reconcileLimits.begun, parts.mesh.clock.monotonicMs());
  }

  /** Begins a run, unless one is under way. */
  begin(): Verdict {
    const { outbox } = this.#parts;
    if (outbox.isStalled) return 'stalled';
    if (this.#run !== undefined || this.#asked || this.#again !== undefined) return undefined;
    this.#ask();
    return undefined;
  }

  stop(): void {
    this.#again?.cancel();
  }

  #ask(): void {
    const { outbox, mesh, lane } = this.#parts;
    this.#asked = true;
    outbox.compare(MessageType.digest, mesh.host.digest(lane));
  }

  /** The neighbour begins a run: are the sets equal? */
  onDigest(digest: Uint8Array): Verdict {
    const { begins, mesh, lane, outbox } = this.#parts;
    if (begins) return 'peer-lies';
    if (digest.length !== digestBytes) return 'malformed';
    if (outbox.isStalled) return 'stalled';
    const same = equalBytes(digest, mesh.host.digest(lane));
    outbox.compare(MessageType.digestAnswer, Uint8Array.of(same ? 1 : 0));
    if (same) this.#parts.onDone(false);
    return undefined;
  }

  onDigestAnswer(answer: Uint8Array): Verdict {
    if (!this.#asked) return 'peer-lies';
    if (answer.length !== 1 || answer[0]! > 1) return 'malformed';
    this.#asked = false;
    const differed = answer[0] !== 1;
    const again = differed && this.#agreed;
    this.#agreed = !differed;
    if (again) this.#lookAgain();
    else if (differed) this.#start();
    else this.#parts.onDone(false);
    return undefined;
  }

  /** What is on its way makes sets differ that are equal when it has come: no run for that. */
  #lookAgain(): void {
    this.#again = this.#parts.mesh.clock.after(reconcileLimits.passingMs, () => {
      this.#again = undefined;
      this.#ask();
    });
  }

  #start(): void {
    const options = this.#options();
    const half = new ReconcileInitiator(options);
    this.#run = { half, ids: options.ids, begunMs: this.#nowMs() };
    this.#parts.outbox.reconcile(half.start());
  }

  onBody(body: Uint8Array): Verdict {
    const { begins, outbox } = this.#parts;
    if (this.#run === undefined) {
      if (begins) return 'peer-lies';
      const verdict = this.#answerRun();
      if (verdict !== undefined) return verdict;
    }
    const run = this.#run!;
    const answer = run.half.receive(body);
    if (!answer.ok) return answer.reason === 'malformed' ? 'malformed' : 'peer-lies';
    outbox.reconcile(answer.value.send);
    if (answer.value.outcome !== undefined) this.#finish(run, answer.value.outcome);
    return undefined;
  }

  #answerRun(): Verdict {
    this.#begun.spend(1, this.#nowMs());
    // Who begins again has got all of the last run, or is not listening.
    if (this.#parts.outbox.reconcileWaiting > 0) return 'misbehaving';
    if (this.#begun.level(this.#nowMs()) < 0) return 'misbehaving';
    const options = this.#options();
    const half = new ReconcileResponder(options);
    this.#run = { half, ids: options.ids, begunMs: this.#nowMs() };
    return undefined;
  }

  #finish(run: Run, outcome: ReconcileOutcome): void {
    this.#run = undefined;
    this.#agreed = true;
    const { outbox, onDone } = this.#parts;
    outbox.offerDifference(this.#lacking(run, outcome.push));
    onDone(outcome.push.length > 0 || (outcome.wants ?? 0) > 0);
  }

  /** The ids that the neighbour really lacks, in the order of the snapshot. */
  #lacking(run: Run, push: Uint32Array): Uint8Array {
    const { knowledge } = this.#parts.neighbour;
    const { host, detours } = this.#parts.mesh;
    const ids = new Uint8Array(push.length * idBytes);
    let at = 0;
    for (const index of push) {
      const id = run.ids.subarray(index * idBytes, (index + 1) * idBytes);
      const prefix = prefixOf(id);
      // Sent or shown shortly before the snapshots, it may just have crossed them. Longer ago, the
      // neighbour did not take it then.
      if (knowledge.hasSince(prefix, run.begunMs - reconcileLimits.crossingMs)) continue;
      knowledge.forget(prefix);
      if (host.reach(id)?.hopsLeft === 0) detours.ask(id.slice());
      ids.set(id, at);
      at += idBytes;
    }
    return ids.slice(0, at);
  }

  #options(): { ids: Uint8Array; key: Uint8Array; maxBodyBytes: number } {
    const { mesh, lane, key } = this.#parts;
    const maxBodyBytes = Math.max(bodyBytesMin, messageLimits.reconcileBodyBytesMax);
    return { ids: mesh.host.liveIds(lane), key, maxBodyBytes };
  }

  #nowMs(): number {
    return this.#parts.mesh.clock.monotonicMs();
  }
}
