/**
 * Keeps the site's trust lists and rules for a node: takes them from acts, neighbours and the admin
 * at this node, writes them down, and says when something changed (step 2 rests on the book). A
 * document that did not reach the disk is tried again; neighbours tell it again besides.
 */
import type { Store } from '../ports/store.ts';
import type { Result } from '../result.ts';
import type { AdoptedDocument, TrustBook, TrustFault } from '../trust/trust-book.ts';
import type { Ledger } from './ledger.ts';

export interface TrustKeeperOptions {
  readonly book: TrustBook;
  readonly ledger: Ledger;
  /** After each document that was adopted. */
  readonly onChange: () => void;
}

export class TrustKeeper {
  readonly #options: TrustKeeperOptions;
  /** Adopted and not on disk yet, by the name of its value; as many as the book has places. */
  readonly #owed = new Map<string, Uint8Array>();

  constructor(options: TrustKeeperOptions) {
    this.#options = options;
  }

  load(store: Pick<Store, 'value'>): void {
    this.#options.book.load(store);
  }

  adopt(wire: Uint8Array): Result<AdoptedDocument, TrustFault> {
    const { book, onChange } = this.#options;
    const adopted = book.adopt(wire);
    if (!adopted.ok) return adopted;
    this.#owed.set(adopted.value.valueName, adopted.value.wire);
    this.writeOwed();
    onChange();
    return adopted;
  }

  /** Writes what did not reach the disk; called now and then. */
  writeOwed(): void {
    if (this.#owed.size === 0) return;
    const values = [...this.#owed];
    this.#options.ledger.commit({ values }, ({ ok }) => {
      if (!ok) return;
      for (const [name, wire] of values) {
        if (this.#owed.get(name) === wire) this.#owed.delete(name);
      }
    });
  }
}
