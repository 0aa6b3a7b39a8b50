/**
 * Forgets what the site's policy no longer lets in (a site was unpinned, a channel withdrawn), a
 * few bundles at a time so that nothing else waits. They are not remembered as dead: a policy that
 * lets them in again gets them again.
 */
import { decodeFields } from '../bundle/decode.ts';
import type { Pin } from '../federation/site-policy.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { federationLimits } from '../limits.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Ledger } from './ledger.ts';
import type { PolicyBook } from './policy-book.ts';

export interface WithdrawalOptions {
  readonly inventory: Inventory;
  readonly store: Pick<Store, 'get'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly policies: PolicyBook;
}

export class Withdrawal {
  readonly #options: WithdrawalOptions;
  #rows: number[] = [];
  #timer: Timer | undefined;

  constructor(options: WithdrawalOptions) {
    this.#options = options;
  }

  /** Looks at all that is held of these sites: those that were pinned before the change. */
  begin(pins: readonly Pin[]): void {
    const { inventory } = this.#options;
    const slots = pins.flatMap(({ siteKey }) => [...inventory.ofIssuer(siteKey)]);
    this.#rows = slots.map((slot) => inventory.row(slot));
    this.#timer?.cancel();
    this.#step();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #step(): void {
    const { clock, ledger } = this.#options;
    const rows = this.#rows.splice(0, federationLimits.withdrawnAtOnce);
    const forget = rows.filter((row) => this.#forget(row));
    if (forget.length > 0) ledger.commit({ forget });
    if (this.#rows.length === 0) return;
    this.#timer = clock.after(federationLimits.withdrawEveryMs, () => this.#step());
  }

  #forget(row: number): boolean {
    const { inventory, store, policies } = this.#options;
    const stored = store.get(row);
    const fields = stored && decodeFields(stored.signed);
    if (!stored || !fields?.ok || policies.trustFor(fields.value)) return false;
    const slot = inventory.slotOf(stored.id);
    if (slot === -1 || inventory.row(slot) !== row) return false;
    inventory.forget(slot);
    return true;
  }
}
