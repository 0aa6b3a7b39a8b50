/**
 * A table with a maximum of rows (step 3): at it a sixteenth goes, first what its rule names first.
 * It counts along, so that the bound costs nothing until it is reached.
 */
import type { Database, Statement } from 'better-sqlite3';

export interface BoundedTableOptions {
  readonly name: string;
  readonly rowsMax: number;
  /** Query for the keys of the rows that go first, in that order. */
  readonly first: string;
  /** The columns of the key, in the form of SQL's row values. */
  readonly key: string;
}

export class BoundedTable {
  readonly #rowsMax: number;
  readonly #count: Statement;
  readonly #remove: Statement;
  #rows: number | undefined;

  constructor(db: Database, options: BoundedTableOptions) {
    const { name, rowsMax, first, key } = options;
    this.#rowsMax = rowsMax;
    this.#count = db.prepare(`SELECT count(*) FROM ${name}`).pluck();
    this.#remove = db.prepare(`DELETE FROM ${name} WHERE ${key} IN (${first} LIMIT ?)`);
  }

  grown(rows: number): void {
    // Counting comes after the first change, so it holds that change.
    if (this.#rows === undefined) this.#rows = this.#count.get() as number;
    else this.#rows += rows;
    if (this.#rows <= this.#rowsMax) return;
    this.#rows -= this.#remove.run(Math.ceil(this.#rowsMax / 16)).changes;
  }

  shrunk(rows: number): void {
    if (this.#rows !== undefined) this.#rows -= rows;
  }

  recount(): void {
    this.#rows = undefined;
  }
}
