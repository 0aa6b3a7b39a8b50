/**
 * The admin's book, `site-book.json`: whom this admin certified, which invites are out and who came
 * with them, and how far the own lists are. It proves nothing to anybody and holds no key; it is
 * what makes renewal, revocation by name and one-time codes possible. Every change is on disk
 * before its call returns.
 */
import { join } from 'node:path';
import { equalBytes, MusterError, toBase64url } from '@muster/core';
import type { FileCalls } from '../durable-file.ts';
import { bookLimits } from '../limits.ts';
import { damaged, readRecord, writeRecord } from '../record.ts';
import {
  adminForm,
  type BookAdmin,
  type BookInvite,
  type BookNode,
  type BookPerson,
  type EntryForm,
  inviteForm,
  isCount,
  isJson,
  type Json,
  nodeForm,
  personForm,
} from './book-entries.ts';

/** What became of a code when somebody came with it. `second`: key of who came first. */
export type Burnt = 'first' | 'same' | 'unknown' | 'burned' | { readonly second: Uint8Array };

/** What a caller says; whoever is noted anew is not revoked. */
type Noted<T> = Omit<T, 'revoked'> & { readonly revoked?: boolean };

/** An entry, and all that stands in the file for it. */
interface Row<T> {
  readonly entry: T;
  readonly json: Json;
}

interface Content {
  readonly nodes: readonly Row<BookNode>[];
  readonly people: readonly Row<BookPerson>[];
  readonly admins: readonly Row<BookAdmin>[];
  readonly invites: readonly Row<BookInvite>[];
  /** Revision of the newest list of each issuer (key, base64url). */
  readonly listRevisions: Readonly<Record<string, number>>;
  readonly rulesRevision: number;
  readonly lastSerial: number;
}

const kind = 'site-book';

export class SiteBook {
  readonly #path: string;
  readonly #calls: FileCalls | undefined;
  /** What a newer version wrote beside what is known here. */
  readonly #more: Json;
  #content: Content;

  private constructor(path: string, at: { content: Content; more: Json; calls?: FileCalls }) {
    this.#path = path;
    this.#content = at.content;
    this.#more = at.more;
    this.#calls = at.calls;
  }

  /** An empty book where there is none yet; a MusterError for a damaged one. */
  static open(folder: string, options: { readonly calls?: FileCalls } = {}): SiteBook {
    const path = join(folder, 'site-book.json');
    const record = readRecord(path, kind, bookLimits.fileBytesMax);
    const more = record?.members ?? {};
    return new SiteBook(path, { content: readContent(path, more), more, ...options });
  }

  get nodes(): readonly BookNode[] {
    return this.#content.nodes.map(({ entry }) => entry);
  }

  get people(): readonly BookPerson[] {
    return this.#content.people.map(({ entry }) => entry);
  }

  get admins(): readonly BookAdmin[] {
    return this.#content.admins.map(({ entry }) => entry);
  }

  get invites(): readonly BookInvite[] {
    return this.#content.invites.map(({ entry }) => entry);
  }

  /** Also of one that is noted already: what is said now counts, the later end stays. */
  noteNodes(nodes: readonly Noted<BookNode>[]): void {
    const noted = note(this.#content.nodes, nodes, nodeForm);
    this.#change({ nodes: bounded(this.#path, noted, bookLimits.nodesMax) });
  }

  notePerson(person: Noted<BookPerson>): void {
    const noted = note(this.#content.people, [person], personForm);
    this.#change({ people: bounded(this.#path, noted, bookLimits.peopleMax) });
  }

  noteAdmin(admin: Noted<BookAdmin>): void {
    const noted = note(this.#content.admins, [admin], adminForm);
    this.#change({ admins: bounded(this.#path, noted, bookLimits.adminsMax) });
  }

  /** Of whatever kind the key is; one that nobody noted is passed over. */
  markRevoked(key: Uint8Array): void {
    const mark = <T extends { key: Uint8Array; revoked: boolean }>(rows: readonly Row<T>[]) =>
      rows.map((row) =>
        equalBytes(row.entry.key, key) ? { ...row, entry: { ...row.entry, revoked: true } } : row,
      );
    const { nodes, people, admins } = this.#content;
    this.#change({ nodes: mark(nodes), people: mark(people), admins: mark(admins) });
  }

  /** A serial that no earlier ticket of this admin had; counted before it is used. */
  nextSerial(): number {
    const lastSerial = this.#content.lastSerial + 1;
    this.#change({ lastSerial });
    return lastSerial;
  }

  /** At the maximum the oldest that are no longer open are forgotten. */
  addInvites(invites: readonly BookInvite[]): void {
    const rows = note(this.#content.invites, invites, inviteForm);
    let over = rows.length - bookLimits.invitesMax;
    const kept = rows.filter(({ entry }) => entry.state === 'open' || over-- <= 0);
    this.#change({ invites: bounded(this.#path, kept, bookLimits.invitesMax) });
  }

  /** Somebody came with a code and proved its secret and a key (32 bytes). */
  burnInvite(id: string, claimant: Uint8Array, unixMs: number): Burnt {
    const invite = this.invites.find((one) => one.id === id);
    if (!invite) return 'unknown';
    if (invite.state === 'burned') return 'burned';
    const { claimants } = invite;
    const [first] = claimants;
    const isKnown = claimants.some(({ key }) => equalBytes(key, claimant));
    if (!isKnown && claimants.length < bookLimits.claimantsPerInviteMax) {
      const { code: _spent, ...used } = invite;
      const came = [...claimants, { key: claimant.slice(), unixMs }];
      this.addInvites([{ ...used, state: 'used', claimants: came }]);
    }
    if (!first) return 'first';
    return equalBytes(first.key, claimant) ? 'same' : { second: first.key };
  }

  /** Nobody gets in with it any more. */
  withdrawInvite(id: string): void {
    const invite = this.invites.find((one) => one.id === id);
    if (!invite) return;
    const { code: _spent, ...burned } = invite;
    this.addInvites([{ ...burned, state: 'burned' }]);
  }

  /** Of the newest trust list that this issuer (32 bytes) signed by this book; 0: none. */
  revisionOf(issuer: Uint8Array): number {
    return this.#content.listRevisions[toBase64url(issuer)] ?? 0;
  }

  noteRevision(issuer: Uint8Array, revision: number): void {
    const { listRevisions } = this.#content;
    const highest = Math.max(this.revisionOf(issuer), revision);
    this.#change({ listRevisions: { ...listRevisions, [toBase64url(issuer)]: highest } });
  }

  get rulesRevision(): number {
    return this.#content.rulesRevision;
  }

  noteRulesRevision(revision: number): void {
    this.#change({ rulesRevision: Math.max(this.rulesRevision, revision) });
  }

  #change(change: Partial<Content>): void {
    const content = { ...this.#content, ...change };
    const { nodes, people, admins, invites, ...plain } = content;
    const members = {
      ...this.#more,
      ...plain,
      nodes: jsonOf(nodes, nodeForm),
      people: jsonOf(people, personForm),
      admins: jsonOf(admins, adminForm),
      invites: jsonOf(invites, inviteForm),
    };
    writeRecord(this.#path, kind, { members, calls: this.#calls });
    this.#content = content;
  }
}

function note<T extends object>(
  rows: readonly Row<T>[],
  given: readonly (T | Noted<T & { revoked: boolean }>)[],
  form: EntryForm<T>,
): readonly Row<T>[] {
  const byId = new Map(rows.map((row) => [form.idOf(row.entry), row]));
  for (const one of given) {
    const said = ('endsEpoch' in one ? { revoked: false, ...one } : one) as T;
    const known = byId.get(form.idOf(said));
    const entry = known ? lasting(said, known.entry) : said;
    byId.set(form.idOf(said), { entry, json: known?.json ?? {} });
  }
  return [...byId.values()];
}

/** What was issued earlier may last longer than what is issued now. */
function lasting<T extends object>(entry: T, before: T): T {
  if (!('endsEpoch' in entry) || !('endsEpoch' in before)) return entry;
  const endsEpoch = Math.max(entry.endsEpoch as number, before.endsEpoch as number);
  return { ...entry, endsEpoch };
}

function bounded<T>(path: string, rows: readonly Row<T>[], max: number): readonly Row<T>[] {
  if (rows.length <= max) return rows;
  throw new MusterError(
    'book-full',
    `${path} is full: it holds at most ${max} entries of a kind`,
    'Keep a copy of it, then advance the epoch (muster site epoch advance) and take out by hand ' +
      'what has ended.',
  );
}

function jsonOf<T>(rows: readonly Row<T>[], form: EntryForm<T>): readonly Json[] {
  return rows.map(({ entry, json }) => ({ ...json, ...form.write(entry) }));
}

function readContent(path: string, json: Json): Content {
  const rows = <T>(name: string, form: EntryForm<T>, max: number): readonly Row<T>[] => {
    const list = json[name] ?? [];
    if (!Array.isArray(list) || list.length > max) throw damaged(path, mend);
    return list.map((item: unknown) => {
      const entry = isJson(item) ? form.read(item) : undefined;
      if (!entry) throw damaged(path, mend);
      return { entry, json: item as Json };
    });
  };
  const { listRevisions = {}, rulesRevision = 0, lastSerial = 0 } = json;
  const isRight =
    isJson(listRevisions) &&
    Object.values(listRevisions).every(isCount) &&
    isCount(rulesRevision) &&
    isCount(lastSerial);
  if (!isRight) throw damaged(path, mend);
  return {
    nodes: rows('nodes', nodeForm, bookLimits.nodesMax),
    people: rows('people', personForm, bookLimits.peopleMax),
    admins: rows('admins', adminForm, bookLimits.adminsMax),
    invites: rows('invites', inviteForm, bookLimits.invitesMax),
    listRevisions: listRevisions as Readonly<Record<string, number>>,
    ...{ rulesRevision, lastSerial },
  };
}

const mend =
  'Put back a backup of it. Without one, move it away: the site goes on, nodes are noted again ' +
  'when they are renewed, and invites that are out no longer work.';
