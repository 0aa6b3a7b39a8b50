/**
 * Bundles that came here by a detour and used up their hops on it (step 4 of a message's way). When
 * a neighbour lacks one, the others are asked how far it has come to them: whoever is nearer to the
 * author says so, and it can be sent on. Those that do not know better ask in turn; the one
 * question of each node a minute ends every circle.
 */
import { bytesKey } from '../bytes/key.ts';
import type { Clock } from '../ports/clock.ts';
import { BoundedMap } from './bounded-map.ts';
import type { ReplicationHost } from './host.ts';
import { memoryLimits, reconcileLimits } from './limits.ts';
import type { Nearness } from './near-message.ts';

/** A neighbour that can be asked and told. */
export interface Asker {
  askNear(id: Uint8Array): void;
  tellNear(nearness: Nearness): void;
}

interface Question {
  readonly askedMs: number;
  readonly askers: Set<Asker>;
}

export interface DetoursOptions {
  readonly host: ReplicationHost;
  readonly clock: Clock;
  /** One for each link in use. */
  readonly neighbours: () => Iterable<Asker>;
  /** It can be sent now. */
  readonly passOn: (id: Uint8Array) => void;
}

export class Detours {
  readonly #options: DetoursOptions;
  readonly #questions = new BoundedMap<string, Question>(memoryLimits.detoursMax);

  constructor(options: DetoursOptions) {
    this.#options = options;
  }

  /** A bundle that is held here cannot be sent for its hops, and somebody lacks it. */
  ask(id: Uint8Array, asker?: Asker): void {
    const key = bytesKey(id);
    const nowMs = this.#options.clock.monotonicMs();
    const known = this.#questions.get(key);
    const askers = known?.askers ?? new Set<Asker>();
    if (asker && askers.size < memoryLimits.detourAskersMax) askers.add(asker);
    if (known && nowMs - known.askedMs < reconcileLimits.nearIntervalMs) return;
    this.#questions.set(key, { askedMs: nowMs, askers });
    for (const neighbour of this.#options.neighbours()) {
      if (neighbour !== asker) neighbour.askNear(id);
    }
  }

  /** A neighbour wants to know how far a bundle has come to this node. */
  onAsked(id: Uint8Array, asker: Asker): void {
    const reach = this.#options.host.reach(id);
    if (reach === undefined) return;
    // With one hop left it would be of no use to the asker, who could not send it on.
    if (reach.hopsLeft > 1) asker.tellNear({ id, hops: reach.hops });
    else this.ask(id, asker);
  }

  /** A neighbour has it, so many links from its author. */
  onTold({ id, hops }: Nearness): void {
    const { host, passOn } = this.#options;
    const known = host.reach(id);
    if (known === undefined || known.hops <= hops + 1) return;
    if (host.nearer(id, hops + 1)) passOn(id);
    const question = this.#questions.get(bytesKey(id));
    for (const asker of question?.askers ?? []) this.onAsked(id, asker);
    question?.askers.clear();
  }
}
