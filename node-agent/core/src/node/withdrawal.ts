/**
 * Forgets what the site's policy no longer lets in (a site was unpinned, a channel withdrawn), a
 * few bundles at a time so that nothing else waits; after a power cut it begins again. They are not
 * remembered as dead: a policy that lets them in again gets them again. Nothing rests on it but
 * space: from the moment of the policy on, none of them is taken, shown or sent.
 */
import { Role } from '../identity/role.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { federationLimits } from '../limits.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Ledger } from './ledger.ts';
import type { PolicyBook } from './policy-book.ts';

export interface WithdrawalOptions {
  readonly inventory: Inventory;
  readonly store: Pick<Store, 'get' | 'value'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly policies: PolicyBook;
  /** It is about to be forgotten; `id` holds for the call. */
  readonly onForget: (id: Uint8Array) => void;
}

/** Name of the store's value that stands there from a new policy until all was looked at. */
export const withdrawalValue = 'withdrawal';

export class Withdrawal {
  readonly #options: WithdrawalOptions;
  #started = false;
  #nextSlot = 0;
  #timer: Timer | undefined;

  constructor(options: WithdrawalOptions) {
    this.#options = options;
  }

  /** Once the inventory is loaded; goes on with what is not done. */
  start(): void {
    this.#started = true;
    if (this.#options.store.value(withdrawalValue)) this.begin();
  }

  /** Looks at all that is kept of other sites; `withdrawalValue` was set with the policy. */
  begin(): void {
    if (!this.#started) return;
    this.#timer?.cancel();
    this.#nextSlot = 0;
    this.#step();
  }

  stop(): void {
    this.#started = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #step(): void {
    const { clock, inventory, ledger, onForget } = this.#options;
    const forget: number[] = [];
    const end = inventory.slotsEnd;
    for (let looked = 0; looked < federationLimits.withdrawnAtOnce && this.#nextSlot < end; ) {
      const slot = this.#nextSlot++;
      if (!inventory.isUsed(slot) || inventory.role(slot) !== Role.foreign) continue;
      looked++;
      if (this.#mayStay(slot)) continue;
      forget.push(inventory.row(slot));
      onForget(inventory.id(slot));
      inventory.forget(slot);
    }
    if (this.#nextSlot >= end) {
      ledger.commit({ forget, values: [[withdrawalValue, undefined]] });
      return;
    }
    if (forget.length > 0) ledger.commit({ forget });
    this.#timer = clock.after(federationLimits.withdrawEveryMs, () => this.#step());
  }

  /** Of one without content only its site is known: it stays until that is unpinned. */
  #mayStay(slot: number): boolean {
    const { inventory, store, policies } = this.#options;
    if (!policies.isPinned(inventory.issuer(slot))) return false;
    const stored = store.get(inventory.row(slot));
    return !stored || policies.letsIn(stored);
  }
}
