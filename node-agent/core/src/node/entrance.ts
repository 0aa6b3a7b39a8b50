/**
 * Where bundles come in from clients and uplinks (steps 2 and 3), each within its quota and each
 * with one answer: held, once it is on disk, or why not. What neighbours bring is replication's.
 */
import type { CarriedBundle } from '../bundle/bundle.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClientQuota, QuotaSubject } from '../receive/client-quota.ts';
import type { TickClock } from '../time/tick.ts';
import type { PutAnswer } from './api.ts';
import type { Holders } from './holders.ts';
import type { Intake, TakeAnswer } from './intake.ts';
import type { UplinkQuota } from './uplink-quota.ts';

export interface EntranceOptions {
  readonly intake: Intake;
  readonly inventory: Inventory;
  readonly holders: Holders;
  readonly clients: ClientQuota;
  readonly uplinks: UplinkQuota;
  readonly clock: Clock;
  readonly ticks: TickClock;
}

type OnAnswer = (answer: PutAnswer) => void;

export class Entrance {
  readonly #options: EntranceOptions;

  constructor(options: EntranceOptions) {
    this.#options = options;
  }

  fromClient(bundle: CarriedBundle, onAnswer: OnAnswer): void {
    const { intake, clients, holders, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    let subject: QuotaSubject | undefined;
    let forked = false;
    const answer = intake.take(bundle, {
      quota: ({ fields }, { role }) => {
        subject = { author: fields.author, role, lane: fields.lane };
        return clients.check(subject, nowMs);
      },
      onJudged: ({ bundle: judged, forkOf }) => {
        if (subject) clients.take(subject, nowMs);
        holders.track(judged.id);
        forked = forkOf !== -1;
      },
      onSettled: (failure) => {
        if (failure) onAnswer({ ok: false, reason: failure });
        else if (forked) onAnswer({ ok: false, reason: 'author-forked' });
        else if (answer.ok) onAnswer(this.#seenAnswer(answer.id));
      },
      wantHeld: true,
    });
    if (!answer.ok) this.#answerDropped(answer, onAnswer);
  }

  /** `hops` as it was sent; the uplink counts as one more. */
  fromUplink(bundle: CarriedBundle, onAnswer: OnAnswer): void {
    const { intake, uplinks } = this.#options;
    const arrived = { ...bundle, hops: bundle.hops + 1 };
    const answer = intake.take(arrived, {
      quota: ({ fields }) => (uplinks.has(fields.site) ? undefined : 'quota-neighbour'),
      onJudged: ({ bundle: judged }) => uplinks.take(judged.fields.site),
      onSettled: (failure) => {
        if (failure) onAnswer({ ok: false, reason: failure });
        else if (answer.ok) onAnswer(this.#seenAnswer(answer.id));
      },
      wantHeld: false,
    });
    if (!answer.ok) this.#answerDropped(answer, onAnswer);
  }

  /** What is put again may be held, or will be as soon as it is synced. */
  #answerDropped(answer: Extract<TakeAnswer, { ok: false }>, onAnswer: OnAnswer): void {
    const { intake } = this.#options;
    const { reason, id } = answer;
    if (reason !== 'seen' || !id) {
      onAnswer({ ok: false, reason });
      return;
    }
    const waits = intake.waitFor(id, (failure) =>
      onAnswer(failure ? { ok: false, reason: failure } : this.#seenAnswer(id)),
    );
    if (waits) return;
    onAnswer(intake.isPending(id) ? { ok: false, reason: 'busy' } : this.#seenAnswer(id));
  }

  /** Seen is not held: it may have been refused, evicted, or have outlived its lifetime. */
  #seenAnswer(id: Uint8Array): PutAnswer {
    const { inventory, ticks, holders } = this.#options;
    const slot = inventory.slotOf(id);
    const alive = slot !== -1 && inventory.expiresTickMs(slot) > ticks.nowMs();
    if (!alive) return { ok: false, reason: 'expired' };
    if (!inventory.isHeld(slot)) return { ok: false, reason: 'seen' };
    return { ok: true, id, nodes: holders.count(id) };
  }
}
