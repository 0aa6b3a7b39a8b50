/**
 * Who is here: the people with a session at this node, and how many neighbour nodes are linked.
 * Told to everyone when it changes, the more rarely the more there are, so that a crowd that comes
 * and goes costs each phone a bounded trickle.
 */
import { bytesKey, type Clock, Role, type Timer, toBase64url } from '@muster/core';
import { socketLimits } from './limits.ts';
import type { Session } from './session.ts';

export interface PresenceOptions {
  readonly clock: Clock;
  /** Neighbour nodes linked now. */
  neighbours(): number;
  /** Every open session. */
  sessions(): Iterable<Session>;
}

export class Presence {
  readonly #options: PresenceOptions;
  #frame: string | undefined;
  #timer: Timer | undefined;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #people = 0;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** People with a session, each device once. */
  get people(): number {
    return this.#people;
  }

  /** What is known now goes to a newcomer at once; all others hear of it in their turn. */
  onOpen(session: Session): void {
    this.changed();
    this.#frame ??= this.#compose();
    session.sendFrame(this.#frame);
  }

  changed(): void {
    this.#frame = undefined;
    if (this.#timer) return;
    const { hereEveryMsMin, hereMsPerPerson } = socketLimits;
    const everyMs = Math.max(hereEveryMsMin, this.#people * hereMsPerPerson);
    const waitMs = this.#sentAtMs + everyMs - this.#options.clock.monotonicMs();
    this.#timer = this.#options.clock.after(Math.max(0, waitMs), () => this.#send());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #send(): void {
    this.#timer = undefined;
    this.#sentAtMs = this.#options.clock.monotonicMs();
    this.#frame ??= this.#compose();
    for (const session of this.#options.sessions()) session.sendFrame(this.#frame);
  }

  #compose(): string {
    const people = new Map<string, { device: string; name: string; ticket?: string }>();
    let tickets = 0;
    for (const { admission, name } of this.#options.sessions()) {
      if (!admission) continue;
      const { device, ticket, role } = admission;
      const isShown = role >= Role.staff && tickets < socketLimits.hereTicketsMax;
      if (isShown) tickets += 1;
      people.set(bytesKey(device), {
        device: toBase64url(device),
        name,
        ...(isShown ? { ticket: toBase64url(ticket) } : {}),
      });
    }
    this.#people = people.size;
    const named = [...people.values()].slice(0, socketLimits.peopleMax);
    const more = people.size - named.length;
    const nodes = this.#options.neighbours();
    return JSON.stringify({ type: 'here', people: named, nodes, ...(more > 0 ? { more } : {}) });
  }
}
