/**
 * Bundles that neighbours spoke of and that are not here: whom to ask, when, and whom next (step 4
 * of a message's way; the lazy half of Plumtree: Leitão, Pereira, Rodrigues, "Epidemic Broadcast
 * Trees", SRDS 2007). One bundle is asked of one neighbour at a time, so it comes once.
 */
import { memoryLimits, pushLimits } from '../limits.ts';
import type { IdPrefix } from '../messages/id-prefix.ts';

/** One lane of one neighbour, as somebody to ask. */
export interface Source {
  /** When a bundle last came from it, monotonic milliseconds. */
  readonly progressMs: number;
  /** Asks for a bundle; `graft` also makes the link a branch of the tree again. */
  ask(prefix: IdPrefix, graft: boolean): void;
}

interface Missing {
  /** Who has it and was not asked in vain, in the order in which they spoke of it. */
  readonly sources: Source[];
  /** One of the sources, once asked. */
  asked: Source | undefined;
  /** Nobody was asked yet: the first question is a graft. */
  untried: boolean;
  dueMs: number;
  /** Past this even a neighbour that is sending is not waited for. */
  patienceMs: number;
}

export class MissingBundles {
  readonly #missing = new Map<IdPrefix, Missing>();
  /** In how many entries a source stands. */
  readonly #entriesOf = new Map<Source, number>();
  /** How many of them it was asked for. */
  readonly #askedOf = new Map<Source, number>();
  #askedCount = 0;

  get size(): number {
    return this.#missing.size;
  }

  /** Asked for and not come yet. */
  get askedCount(): number {
    return this.#askedCount;
  }

  /** The same of one source. */
  askedCountOf(source: Source): number {
    return this.#askedOf.get(source) ?? 0;
  }

  /** Announced: somebody else may still push it, so it is asked for only after a while. */
  announced(prefix: IdPrefix, source: Source, nowMs: number): void {
    if ((this.#entriesOf.get(source) ?? 0) >= memoryLimits.missingPerLaneMax) return;
    const entry = this.#missing.get(prefix);
    if (entry !== undefined) this.#addSource(entry, source);
    else this.#add(prefix, source, nowMs + pushLimits.graftDelayMs);
  }

  /**
   * Offered: true when this source shall send it, which counts as asked from now on. The caller
   * keeps to `askAheadMax`.
   */
  offered(prefix: IdPrefix, source: Source, nowMs: number): boolean {
    let entry = this.#missing.get(prefix);
    if (entry === undefined) entry = this.#add(prefix, source, nowMs);
    else this.#addSource(entry, source);
    if (entry === undefined || entry.asked !== undefined) return false;
    if (!entry.sources.includes(source)) return false;
    this.#setAsked(entry, source, nowMs);
    return true;
  }

  /** It is here, or shall not be asked for any more. */
  resolve(prefix: IdPrefix): void {
    const entry = this.#missing.get(prefix);
    if (entry === undefined) return;
    if (entry.asked !== undefined) this.#clearAsked(entry);
    for (const source of entry.sources) count(this.#entriesOf, source, -1);
    this.#missing.delete(prefix);
  }

  /** What this source sent was not the bundle: the next one is asked. */
  failed(prefix: IdPrefix, source: Source, nowMs: number): void {
    const entry = this.#missing.get(prefix);
    if (entry?.sources.includes(source)) this.#dropSource(prefix, { entry, source, nowMs });
  }

  /** A link is gone: what it was asked for is asked of the next. */
  lost(source: Source, nowMs: number): void {
    if (!this.#entriesOf.has(source)) return;
    for (const [prefix, entry] of this.#missing) {
      if (entry.sources.includes(source)) this.#dropSource(prefix, { entry, source, nowMs });
    }
  }

  /** Asks for what is due. */
  sweep(nowMs: number): void {
    for (const [prefix, entry] of this.#missing) {
      if (entry.dueMs <= nowMs) this.#askNext(prefix, entry, nowMs);
    }
  }

  #add(prefix: IdPrefix, source: Source, dueMs: number): Missing | undefined {
    if (this.#missing.size >= memoryLimits.missingMax) return undefined;
    const entry = { sources: [source], asked: undefined, untried: true, dueMs, patienceMs: 0 };
    this.#missing.set(prefix, entry);
    count(this.#entriesOf, source, 1);
    return entry;
  }

  #addSource(entry: Missing, source: Source): void {
    if (entry.sources.length >= memoryLimits.sourcesMax) return;
    if (entry.sources.includes(source)) return;
    entry.sources.push(source);
    count(this.#entriesOf, source, 1);
  }

  #dropSource(
    prefix: IdPrefix,
    what: { readonly entry: Missing; readonly source: Source; readonly nowMs: number },
  ): void {
    const { entry, source, nowMs } = what;
    entry.sources.splice(entry.sources.indexOf(source), 1);
    count(this.#entriesOf, source, -1);
    if (entry.asked === source) {
      this.#clearAsked(entry);
      entry.dueMs = nowMs;
    }
    if (entry.sources.length === 0) this.#missing.delete(prefix);
  }

  #setAsked(entry: Missing, source: Source, nowMs: number): void {
    this.#askedCount += 1;
    count(this.#askedOf, source, 1);
    entry.asked = source;
    entry.untried = false;
    entry.dueMs = nowMs + pushLimits.askTimeoutMs;
    entry.patienceMs = nowMs + pushLimits.askPatienceMs;
  }

  #clearAsked(entry: Missing): void {
    this.#askedCount -= 1;
    if (entry.asked !== undefined) count(this.#askedOf, entry.asked, -1);
    entry.asked = undefined;
  }

  #askNext(prefix: IdPrefix, entry: Missing, nowMs: number): void {
    const { asked } = entry;
    if (asked !== undefined) {
      const sending = asked.progressMs > nowMs - pushLimits.askTimeoutMs;
      if (sending && nowMs < entry.patienceMs) {
        entry.dueMs = nowMs + pushLimits.askTimeoutMs;
        return;
      }
      this.#dropSource(prefix, { entry, source: asked, nowMs });
    }
    // Who owes much already is asked for more as it comes: else one who announces what it never
    // sends would use up what this node may ask of all.
    const next = entry.sources.find((one) => this.askedCountOf(one) < pushLimits.askAnnouncedMax);
    if (next === undefined) return;
    const graft = entry.untried;
    this.#setAsked(entry, next, nowMs);
    next.ask(prefix, graft);
  }
}

function count(counts: Map<Source, number>, source: Source, change: number): void {
  const now = (counts.get(source) ?? 0) + change;
  if (now > 0) counts.set(source, now);
  else counts.delete(source);
}
