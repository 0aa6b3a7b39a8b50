/**
 * The checkers stand beside a world and know what really happened. They see boxes only from
 * outside, as people do, and believe none of them. Each promise is a file of its own; this one
 * takes what the world tells and passes it to them.
 */
import { shortId } from '@muster/core';
import { Accusations } from './accusations.ts';
import { Ages } from './ages.ts';
import { judgeBeliefs } from './beliefs.ts';
import { judgeBounds } from './bounds.ts';
import { BoxTimes } from './box-times.ts';
import { type Holding, judgeConvergence } from './convergence.ts';
import { Deliveries } from './deliveries.ts';
import type { Answered, Box, CheckersOptions, Healed, Shown, Wrote } from './events.ts';
import { Forged } from './forged.ts';
import { HeldLost } from './held-lost.ts';
import { History, type Message, type Place } from './history.ts';
import { Lifetimes } from './lifetimes.ts';
import { Order } from './order.ts';
import { walkPages } from './page-walk.ts';
import { RetentionModel } from './retention-model.ts';
import { ShownOnce } from './shown-once.ts';
import { pagesOf } from './timeline.ts';
import { Violations } from './violation.ts';
import { WriteRate } from './write-rate.ts';

/** Between two looks for what every box owes, world time. */
const owedEveryMs = 6 * 3_600_000;

export class Checkers {
  readonly violations = new Violations();
  heldCount = 0;
  readonly #boxes: readonly Box[];
  readonly #history = new History();
  readonly #deliveries = new Deliveries();
  readonly #times: BoxTimes;
  readonly #lifetimes: Lifetimes;
  readonly #models: RetentionModel[];
  readonly #forged: Forged;
  readonly #once: ShownOnce;
  readonly #ages: Ages;
  readonly #order: Order;
  readonly #rate: WriteRate;
  readonly #held: HeldLost;
  readonly #accusations: Accusations;
  #looks = 0;
  #owedMs = 0;

  constructor(options: CheckersOptions) {
    const { crypto, boxes } = options;
    const violate = this.violations.add;
    this.#boxes = boxes;
    this.#times = new BoxTimes(boxes.length);
    this.#lifetimes = new Lifetimes(this.#times, options);
    this.#models = boxes.map((box) => this.#newModel(box));
    this.#forged = new Forged(crypto, violate);
    this.#once = new ShownOnce(this.#lifetimes, violate);
    this.#ages = new Ages(this.#lifetimes, violate);
    this.#order = new Order(violate);
    this.#rate = new WriteRate(boxes.length, violate);
    const parts = { boxes, history: this.#history, lifetimes: this.#lifetimes, violate };
    this.#held = new HeldLost(parts);
    this.#accusations = new Accusations(options, violate);
  }

  get writtenCount(): number {
    return this.#history.writtenCount;
  }

  /** Messages that were shown at a box where their writer was not. */
  get deliveries(): number {
    return this.#deliveries.count;
  }

  /** Of a part of them where they are many. */
  get latenciesMs(): readonly number[] {
    return this.#deliveries.latenciesMs;
  }

  wrote(wrote: Wrote): void {
    const message = this.#history.add(wrote);
    if (wrote.byLiar) this.#accusations.wroteByLiar(message.author);
    else if (wrote.wallMs !== undefined) this.#order.wrote(message, wrote.wallMs);
  }

  answered({ id, node, answer, nowMs }: Answered): void {
    if (answer !== 'held' || this.#boxes[node]!.isLiar) return;
    const message = this.#history.find(id);
    if (!message) {
      const text = `answered held for ${shortId(id)}, which nobody wrote`;
      if (!this.#history.isBygone(id)) {
        this.violations.add({ check: 'forged', atMs: nowMs, node, text });
      }
      return;
    }
    if (message.heldBy.includes(node)) return;
    if (message.heldBy.length === 0) {
      this.heldCount++;
      this.#rate.took(message, node, nowMs);
    }
    message.heldBy.push(node);
    // It had reached the disk before the power went, and was never shown.
    if (!this.#placeOf(message, node)) {
      this.#place(message, { node, claimedMs: nowMs - message.writtenMs, nowMs });
    }
    this.#held.answeredHeld(message, node);
  }

  shown(shown: Shown): void {
    const { node, bundle, nowMs } = shown;
    const message = this.#history.find(bundle.id);
    if (this.#boxes[node]!.isLiar) {
      if (message) this.#place(message, { node, claimedMs: bundle.ageNowMs, nowMs });
      return;
    }
    if (!message && this.#history.isBygone(bundle.id)) return;
    if (!this.#forged.check(shown, message) || !message) return;
    const before = this.#placeOf(message, node);
    const youngerMsMax = this.#lifetimes.youngerMsMax(message, nowMs);
    const place = this.#place(message, { node, claimedMs: bundle.ageNowMs, nowMs });
    if (before) {
      this.#once.again(node, before, nowMs);
      return;
    }
    this.#ages.arrived(place, node, youngerMsMax);
    this.#rate.shown(message, node, nowMs);
    if (node !== message.node) this.#deliveries.add(nowMs - message.writtenMs);
  }

  /** After the node was started, the first time too. */
  booted(node: number, nowMs: number): void {
    this.#times.booted(node, nowMs);
    this.#rate.booted(node);
    this.#accusations.booted(node);
    const box = this.#boxes[node]!;
    if (box.isLiar) {
      this.#placeFound(box, nowMs);
      return;
    }
    this.#walk(box, nowMs, true);
    this.#held.look(box, nowMs, true);
  }

  /** Its power is off. */
  crashed(node: number, nowMs: number): void {
    this.#times.crashed(node, nowMs);
  }

  /** Its disk is empty now: what only it had is nobody's promise any more. */
  diskLost(node: number, nowMs: number): void {
    this.#times.diskLost(node, nowMs);
    this.#held.diskLost(node);
    this.#models[node] = this.#newModel(this.#boxes[node]!);
  }

  /** From now on its commits fail, or (undefined) no more. */
  diskFault(node: number, fault: 'disk-full' | 'io-error' | undefined, nowMs: number): void {
    this.#held.diskFull(node, fault === 'disk-full', nowMs);
    this.#times.failing(node, fault === 'io-error', nowMs);
  }

  /** An exception came out of a node, where it is known out of which. */
  threw(node: number | undefined, error: unknown, nowMs: number): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const where = node === undefined ? {} : { node };
    this.violations.add({ check: 'crashed', atMs: nowMs, ...where, text });
  }

  /** Now and then: the status of every box, and all pages of one. */
  look(nowMs: number): void {
    const honest = this.#boxes.filter(({ isLiar }) => !isLiar);
    for (const box of honest) this.#lookAtStatus(box, nowMs);
    const box = honest[this.#looks++ % honest.length];
    if (box) this.#walk(box, nowMs, false);
    if (nowMs - this.#owedMs < owedEveryMs) return;
    this.#owedMs = nowMs;
    for (const one of honest) {
      this.#held.look(one, nowMs, false);
      this.#models[one.number]!.tidy(nowMs);
    }
    this.#history.tidy(nowMs);
  }

  /** The faults are over since a while: all honest boxes must agree. */
  healed({ nowMs, edges, waiting }: Healed): void {
    const boxes = this.#boxes.filter(({ isLiar, node }) => !isLiar && node);
    const violate = this.violations.add;
    const holdings = new Map<number, Holding>();
    for (const box of boxes) {
      this.#lookAtStatus(box, nowMs);
      holdings.set(box.number, this.#walk(box, nowMs, true));
      this.#held.look(box, nowMs, true);
    }
    judgeConvergence(boxes, holdings, {
      ...{ nowMs, edges, violate },
      mustLive: (message) => this.#lifetimes.mustLiveAnywhere(message, nowMs),
      isExcused: (message, node) => this.#mayLack(message, node),
    });
    judgeBeliefs(boxes, nowMs, violate);
    for (const { node, count } of waiting) {
      if (count === 0) continue;
      violate({ check: 'waiting', atMs: nowMs, node, text: `${count} bundles wait in a phone` });
    }
  }

  #lookAtStatus(box: Box, nowMs: number): void {
    judgeBounds(box, nowMs, this.violations.add);
    this.#accusations.look(box, nowMs);
  }

  #walk(box: Box, nowMs: number, isStill: boolean): Holding {
    return walkPages(
      box,
      { nowMs, isStill },
      {
        ...{ history: this.#history, order: this.#order, ages: this.#ages },
        violate: this.violations.add,
        placeOf: (message, node) => this.#placeOf(message, node),
        found: (message, { ageMs }) =>
          this.#place(message, { node: box.number, claimedMs: ageMs, nowMs }),
      },
    );
  }

  /** What a liar has counts for one thing: how much of its age nobody counted. */
  #placeFound(box: Box, nowMs: number): void {
    const { number: node } = box;
    for (const tag of this.#history.tags.values()) {
      for (const { id, ageNowMs: claimedMs } of pagesOf(box, tag)) {
        const message = this.#history.find(id);
        if (message && !this.#placeOf(message, node)) {
          this.#place(message, { node, claimedMs, nowMs });
        }
      }
    }
  }

  /** It was displaced there, went for a full disk, or has no room. */
  #mayLack(message: Message, node: number): boolean {
    const place = this.#placeOf(message, node);
    if (!place) return this.#models[node]!.mayRefuse(message);
    return !place.safe || this.#held.wasFullSince(node, place.arrivedMs);
  }

  #placeOf({ places }: Message, node: number): Place | undefined {
    const place = places[node];
    return place && place.arrivedMs > this.#times.diskLostMs(node) ? place : undefined;
  }

  #place(
    message: Message,
    { node, claimedMs, nowMs }: { node: number; claimedMs: number; nowMs: number },
  ): Place {
    const youngerMs = nowMs - message.writtenMs - claimedMs;
    const offMs = this.#times.offMs(node, nowMs);
    const place = { message, arrivedMs: nowMs, claimedMs, youngerMs, offMs, safe: true };
    message.places[node] = place;
    message.olderMs = Math.max(message.olderMs, -youngerMs);
    this.#models[node]!.placed(place, nowMs);
    return place;
  }

  #newModel({ number, contentBytesMax }: Box): RetentionModel {
    return new RetentionModel(contentBytesMax, (place, nowMs) =>
      this.#lifetimes.mayLive(place, number, nowMs),
    );
  }
}
