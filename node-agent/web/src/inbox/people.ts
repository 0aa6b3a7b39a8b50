/**
 * Remembers which key used which name, so that a new key under a known name can be shown as what it
 * is: somebody new. Names are labels; only keys identify. Each site has names of its own: people
 * are told apart by authorId, and one name at two sites is no surprise.
 */
import { webLimits } from '../limits.ts';
import type { Database } from '../storage/database.ts';
import type { PersonRecord } from '../storage/records.ts';
import { foldName } from '../text/neutral.ts';

export class People {
  readonly #db: Database;
  readonly #now: () => number;
  readonly #byKey = new Map<string, PersonRecord>();
  /** Folded name at a site → the author that used it first. */
  readonly #firstUse = new Map<string, string>();

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** `self` always counts as the first user of their own name. */
  async load(self: { readonly key: string; readonly name: string }): Promise<void> {
    const pairs = await this.#db.read(['people'], (tx) =>
      tx.range<PersonRecord>('people', { limit: webLimits.peopleMax }),
    );
    this.#byKey.clear();
    this.#firstUse.clear();
    this.#claim(self.name, self.key);
    const oldestFirst = [...pairs].sort((a, b) => a[1].firstSeenMs - b[1].firstSeenMs);
    for (const [key, person] of oldestFirst) {
      this.#byKey.set(key, person);
      this.#claim(person.name, key);
    }
  }

  get(key: string): PersonRecord | undefined {
    return this.#byKey.get(key);
  }

  /** Keys whose name was known from another key before. */
  withTakenNames(): ReadonlySet<string> {
    const keys = new Set<string>();
    for (const [key, person] of this.#byKey) if (person.nameTaken) keys.add(key);
    return keys;
  }

  /** Somebody wrote under this name, or showed their person key. Oldest first, please. */
  async note(
    seen: readonly { readonly key: string; readonly name: string; readonly person?: string }[],
  ): Promise<void> {
    const changed = new Map<string, PersonRecord | undefined>();
    for (const { key, name, person } of seen) {
      const before = this.#byKey.get(key);
      const same = before?.name === name && (person === undefined || before.person === person);
      const now = this.#now();
      if (same && now - before.lastSeenMs < 3_600_000) continue;
      const record: PersonRecord = {
        name,
        person: person ?? before?.person ?? '',
        firstSeenMs: before?.firstSeenMs ?? now,
        lastSeenMs: now,
        nameTaken: this.#isTaken(name, key, person ?? before?.person),
      };
      this.#claim(name, key);
      this.#byKey.set(key, record);
      changed.set(key, record);
    }
    for (const key of this.#excess()) changed.set(key, undefined);
    if (changed.size > 0) await this.#save(changed);
  }

  #isTaken(name: string, key: string, person: string | undefined): boolean {
    const first = this.#firstUse.get(nameAt(name, key));
    if (first === undefined || first === key) return false;
    const samePerson = person !== undefined && person !== '';
    return !(samePerson && this.#byKey.get(first)?.person === person);
  }

  #claim(name: string, key: string): void {
    const claimed = nameAt(name, key);
    if (foldName(name) === '' || this.#firstUse.has(claimed)) return;
    // One key may go through many names: past this bound new names are claimed no more.
    if (this.#firstUse.size < 2 * webLimits.peopleMax) this.#firstUse.set(claimed, key);
  }

  /**
   * Over the maximum the longest unseen go; a name stays claimed until the page is loaded again.
   */
  #excess(): string[] {
    const excess = this.#byKey.size - webLimits.peopleMax;
    if (excess <= 0) return [];
    const longestUnseen = [...this.#byKey].sort((a, b) => a[1].lastSeenMs - b[1].lastSeenMs);
    const keys = longestUnseen.slice(0, excess).map(([key]) => key);
    for (const key of keys) this.#byKey.delete(key);
    return keys;
  }

  #save(changed: ReadonlyMap<string, PersonRecord | undefined>): Promise<void> {
    return this.#db.write(['people'], async (tx) => {
      for (const [key, record] of changed) {
        if (record) tx.put('people', key, record);
        else tx.delete('people', key);
      }
    });
  }
}

/** A name at the site that is in the author's id; nothing for our own. */
function nameAt(name: string, authorId: string): string {
  const at = authorId.indexOf('@');
  return foldName(name) + (at < 0 ? '' : authorId.slice(at));
}
