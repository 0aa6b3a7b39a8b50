/**
 * The blank nodes that a member hears of on the local network, for its admins' pages; and its own
 * word, while invites are awaited, that it has a desk. Listens only while somebody wants to know:
 * an idle node is not woken by it. No step of a message's way.
 */
import type { ClaimAnnouncement, ClaimDiscovery, ClaimPeer } from '@muster/adapters/discovery-mdns';
import type { Clock, Logger, Timer } from '@muster/core';
import type { ClaimDesk } from './desk.ts';

export interface BoxesNearbyOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly desk: ClaimDesk;
  readonly create: (options: {
    announce(): ClaimAnnouncement | undefined;
  }) => Promise<ClaimDiscovery>;
  /** What this node is called, and where its HTTP is served. */
  readonly self: () => { readonly name: string; readonly port: number };
  readonly onChange: () => void;
}

/** It goes on listening for so long after it was last asked: a page asks each few seconds. */
const listenMs = 60_000;

export class BoxesNearby {
  readonly #options: BoxesNearbyOptions;
  #askedMs = Number.NEGATIVE_INFINITY;
  #discovery: ClaimDiscovery | undefined;
  #starting: Promise<void> | undefined;
  #check: Timer | undefined;
  #stopped = false;

  constructor(options: BoxesNearbyOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.desk.onChange = () => this.#listen();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#options.desk.onChange = () => {};
    this.#check?.cancel();
    await this.#starting;
    await this.#discovery?.stop();
  }

  /** Those heard of so far; more are told by `onChange` for a while from now on. */
  list(): readonly ClaimPeer[] {
    this.#askedMs = this.#options.clock.monotonicMs();
    this.#listen();
    return this.#discovery?.unclaimedNodes() ?? [];
  }

  #listen(): void {
    if (this.#stopped || this.#starting) return;
    this.#starting = this.#begin().catch((error) =>
      this.#options.logger.warn('boxes nearby are not heard', { error: String(error) }),
    );
  }

  async #begin(): Promise<void> {
    const { create, desk, self, onChange } = this.#options;
    const announce = (): ClaimAnnouncement | undefined =>
      desk.waiting().length > 0 ? { kind: 'desk', shortCode: '', ...self() } : undefined;
    const discovery = await create({ announce });
    if (this.#stopped) return;
    this.#discovery = discovery;
    await discovery.start(onChange);
    this.#checkLater();
  }

  #checkLater(): void {
    const { clock, desk } = this.#options;
    this.#check = clock.after(listenMs, () => {
      const isAsked = clock.monotonicMs() - this.#askedMs < listenMs;
      if (isAsked || desk.waiting().length > 0) this.#checkLater();
      else this.#cease();
    });
  }

  #cease(): void {
    const discovery = this.#discovery;
    this.#discovery = undefined;
    this.#starting = undefined;
    void discovery?.stop();
  }
}
