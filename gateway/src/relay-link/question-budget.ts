/**
 * How much one side of a relay link may ask of the other (step 6 of a message's way). What costs
 * the answerer more weighs more. Bundles and their answers are not counted: windows bound them.
 */
import { type Clock, Meter } from '@muster/core';
import { questionLimits } from './limits.ts';
import { MessageType, type RelayMessage } from './message.ts';

/** Ids of a want that weigh as much as a ping: each is a read from disk at worst. */
const idsPerUnit = 16;
/** A followed site is read from its start at worst. */
const siteWeight = 10;

export class QuestionBudget {
  readonly #clock: Clock;
  readonly #meter: Meter;

  constructor(clock: Clock) {
    const { weightPerMinute, weightBurst: burst } = questionLimits;
    const rate = { perSecond: weightPerMinute / 60, burst };
    this.#clock = clock;
    this.#meter = new Meter(rate, clock.monotonicMs());
  }

  /** False when the other side has asked too much. */
  allows(message: RelayMessage): boolean {
    const weight = weightOf(message);
    if (weight === 0) return true;
    const nowMs = this.#clock.monotonicMs();
    const isOpen = this.#meter.isOpen(nowMs);
    this.#meter.spend(weight, nowMs);
    return isOpen;
  }
}

/** What a want of so many ids weighs. */
export function wantWeight(ids: readonly Uint8Array[]): number {
  return Math.ceil(ids.length / idsPerUnit);
}

function weightOf(message: RelayMessage): number {
  switch (message.type) {
    case MessageType.want:
      return wantWeight(message.ids);
    case MessageType.follow:
      return 1 + siteWeight * message.sites.length;
    case MessageType.policy:
    case MessageType.flowing:
    case MessageType.mark:
    case MessageType.ping:
      return 1;
    default:
      return 0;
  }
}
