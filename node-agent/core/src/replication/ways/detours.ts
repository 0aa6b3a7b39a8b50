/**
 * Bundles that came here by a detour and used up their hops on it (step 4 of a message's way). When
 * a neighbour lacks one, the others are asked how far it has come to them: whoever is nearer to the
 * author says so, and it can be sent on. Those that do not know better ask in turn, and so do, a
 * few times, those whose answer was of no help; the one question of each node a minute ends every
 * circle.
 */
import { BoundedMap } from '../../bounds/bounded-map.ts';
import { Meter } from '../../bounds/meter.ts';
import { bytesKey } from '../../bytes/key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ReplicationHost } from '../host.ts';
import { memoryLimits, reconcileLimits } from '../limits.ts';
import type { Nearness } from '../messages/near-message.ts';

/** A neighbour that can be asked and told. */
export interface Asker {
  askNear(id: Uint8Array): void;
  tellNear(nearness: Nearness): void;
}

interface Question {
  readonly askedMs: number;
  readonly askers: Set<Asker>;
}

interface Heard {
  readonly lastMs: number;
  readonly times: number;
}

/** So that no question is forgotten, and asked again, before its time. */
const questionsMax = memoryLimits.detoursMax / 2;
const rate = {
  perSecond: (questionsMax * 1000) / reconcileLimits.nearIntervalMs,
  burst: questionsMax,
};
/** Kept for what this node itself wants to know: its neighbours can ask for anything it holds. */
const ownShare = 0.5;

export interface DetoursOptions {
  readonly host: Pick<ReplicationHost, 'reach' | 'nearer'>;
  readonly clock: Clock;
  /** One for each link in use. */
  readonly neighbours: () => Iterable<Asker>;
  /** It can be sent now. */
  readonly passOn: (id: Uint8Array) => void;
}

export class Detours {
  readonly #options: DetoursOptions;
  readonly #questions = new BoundedMap<string, Question>(memoryLimits.detoursMax);
  /** What this node was asked and could answer, and how often. */
  readonly #heard = new BoundedMap<string, Heard>(memoryLimits.detoursMax);
  /** Questions that this node may still pass on; without one it does not ask. */
  readonly #budget: Meter;

  constructor(options: DetoursOptions) {
    this.#options = options;
    this.#budget = new Meter(rate, options.clock.monotonicMs());
  }

  /** A bundle that is held here cannot be sent for its hops, and somebody lacks it. */
  ask(id: Uint8Array, asker?: Asker): void {
    const key = bytesKey(id);
    const nowMs = this.#options.clock.monotonicMs();
    const known = this.#questions.get(key);
    if (known && nowMs - known.askedMs < reconcileLimits.nearIntervalMs) {
      if (asker && known.askers.size < memoryLimits.detourAskersMax) known.askers.add(asker);
      return;
    }
    if (!this.#budget.hasBeyond(asker ? ownShare : 0, nowMs)) return;
    this.#budget.spend(1, nowMs);
    this.#questions.set(key, { askedMs: nowMs, askers: new Set(asker ? [asker] : []) });
    for (const neighbour of this.#options.neighbours()) {
      if (neighbour !== asker) neighbour.askNear(id);
    }
  }

  /** A link has ended: nobody there waits any more, and nothing of it is to be kept. */
  lost(asker: Asker): void {
    for (const { askers } of this.#questions.values()) askers.delete(asker);
  }

  /** A neighbour wants to know how far a bundle has come to this node. */
  onAsked(id: Uint8Array, asker: Asker): void {
    const reach = this.#options.host.reach(id);
    if (reach === undefined) return;
    // With one hop left it would be of no use to the asker, who could not send it on.
    const isOfUse = reach.hopsLeft > 1;
    if (isOfUse) asker.tellNear({ id, hops: reach.hops });
    // Asked again although it was told: its own way may be a detour as well.
    if (!isOfUse || this.#wasNoHelp(id)) this.ask(id, asker);
  }

  /** A neighbour has it, so many links from its author. */
  onTold({ id, hops }: Nearness): void {
    const { host, passOn } = this.#options;
    const known = host.reach(id);
    if (known === undefined || known.hops <= hops + 1) return;
    if (host.nearer(id, hops + 1)) passOn(id);
    const reach = host.reach(id);
    if (reach === undefined || reach.hopsLeft <= 1) return;
    const { askers } = this.#questions.get(bytesKey(id)) ?? {};
    for (const asker of askers ?? []) asker.tellNear({ id, hops: reach.hops });
  }

  /** A bundle beyond everybody's reach is asked for as long as it lives: so not for ever. */
  #wasNoHelp(id: Uint8Array): boolean {
    const key = bytesKey(id);
    const nowMs = this.#options.clock.monotonicMs();
    const { lastMs, times } = this.#heard.get(key) ?? { lastMs: nowMs, times: 0 };
    const isAgain = times > 0 && nowMs - lastMs > reconcileLimits.nearIntervalMs / 2;
    if (times === 0 || isAgain) this.#heard.set(key, { lastMs: nowMs, times: times + 1 });
    return isAgain && times <= reconcileLimits.nearTimesMax;
  }
}
