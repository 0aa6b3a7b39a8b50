/**
 * The named credentials of the site's MQTT devices with what each may read and write, kept in one
 * file of the data folder. Asked at every CONNECT. Never keeps a password, only its hash, and
 * never looks a name from outside up in an object.
 */
import { type Crypto, fromBase64url, MusterError, type Random, toBase64url } from '@muster/core';
import { readIfThere, writeDurably } from '@muster/provisioning';
import { mqttLimits } from '../limits.ts';
import { type GrantLists, Grants, isReserved } from './grants.ts';
import { createPassword, hashPassword, isPassword, type PasswordHash } from './password.ts';
import { isTopicFilter } from './topic-filter.ts';

/** One credential: the device, or the program, that holds its password. */
export interface Member {
  readonly name: string;
  readonly grants: Grants;
}

interface Entry extends Member {
  readonly password: PasswordHash;
}

export interface ClientBookOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  /** The file, such as `mqtt-clients.json` in the data folder. Made at the first `add`. */
  readonly path: string;
}

const kind = 'mqtt-clients';
const version = 1;
const { clientsMax, grantsPerClientMax, nameCharsMax } = mqttLimits;

export class ClientBook {
  readonly #options: ClientBookOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #onRevoked = new Set<(name: string) => void>();

  constructor(options: ClientBookOptions) {
    this.#options = options;
  }

  /** Reads the file; a book without one is empty. Damage is a MusterError that names the file. */
  load(): void {
    const text = readIfThere(this.#options.path);
    this.#entries.clear();
    if (text === undefined) return;
    for (const entry of parseBook(text, this.#options.path)) this.#entries.set(entry.name, entry);
  }

  /** Makes a credential and answers its password, which nobody can see again. */
  add(name: string, lists: GrantLists): string {
    requireName(name);
    requireFilters(lists.read);
    requireFilters(lists.write);
    if (this.#entries.has(name)) throw taken(name);
    if (this.#entries.size >= clientsMax) throw full();
    const { crypto, random } = this.#options;
    const password = createPassword(random);
    const entry = {
      name,
      grants: new Grants({ read: [...lists.read], write: [...lists.write] }),
      password: hashPassword(crypto, random, password),
    };
    this.#write([...this.#entries.values(), entry]);
    this.#entries.set(name, entry);
    return password;
  }

  /** Its connections end at once. False when there is no such credential. */
  revoke(name: string): boolean {
    if (!this.#entries.has(name)) return false;
    this.#write([...this.#entries.values()].filter((entry) => entry.name !== name));
    this.#entries.delete(name);
    for (const tell of this.#onRevoked) tell(name);
    return true;
  }

  /** By name, without secrets. */
  list(): readonly (GrantLists & { readonly name: string })[] {
    const shown = [...this.#entries.values()].map(({ name, grants }) => ({
      name,
      ...grants.lists,
    }));
    return shown.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  member(name: string): Member | undefined {
    return this.#entries.get(name);
  }

  /** The member behind a CONNECT's user name and password. */
  admit(name: string | undefined, password: Uint8Array | undefined): Member | undefined {
    const entry = name === undefined ? undefined : this.#entries.get(name);
    if (!entry || !password) return undefined;
    return isPassword(this.#options.crypto, entry.password, password) ? entry : undefined;
  }

  /** Tells of every revoked name; the answer ends it. */
  onRevoked(tell: (name: string) => void): () => void {
    this.#onRevoked.add(tell);
    return () => this.#onRevoked.delete(tell);
  }

  #write(entries: readonly Entry[]): void {
    const clients = entries.map(({ name, grants, password }) => ({
      name,
      ...grants.lists,
      salt: toBase64url(password.salt),
      hash: toBase64url(password.hash),
    }));
    const record = { muster: kind, version, clients };
    writeDurably(this.#options.path, `${JSON.stringify(record, null, 2)}\n`);
  }
}

function requireName(name: string): void {
  if (name.length <= nameCharsMax && /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) return;
  throw new MusterError(
    'mqtt-name',
    `${JSON.stringify(name.slice(0, nameCharsMax))} cannot name an MQTT client`,
    `Use 1 to ${nameCharsMax} letters, digits, dots, dashes and underscores.`,
  );
}

function requireFilters(filters: readonly string[]): void {
  if (filters.length > grantsPerClientMax) {
    const mend = `Use wildcards, or at most ${grantsPerClientMax} filters.`;
    throw new MusterError('mqtt-grants', 'These are too many topic filters', mend);
  }
  const wrong = filters.find((filter) => !isTopicFilter(filter) || isReserved(filter));
  if (wrong === undefined) return;
  throw new MusterError(
    'mqtt-grants',
    `${JSON.stringify(wrong.slice(0, 64))} is no topic filter that can be granted`,
    'Write levels between slashes; + stands for one level, # for the rest; $SYS is for nobody.',
  );
}

function taken(name: string): MusterError {
  const mend = 'Choose another name, or revoke the old client first.';
  return new MusterError('mqtt-name-taken', `There is an MQTT client ${name} already`, mend);
}

function full(): MusterError {
  const mend = 'Revoke clients that are not used any more.';
  return new MusterError('mqtt-clients-full', `There are ${clientsMax} MQTT clients`, mend);
}

function parseBook(text: string, path: string): Entry[] {
  const entries: Entry[] = [];
  try {
    const record = JSON.parse(text);
    if (record.muster !== kind || record.version !== version) throw new Error('another format');
    for (const client of record.clients) entries.push(parseEntry(client));
  } catch {
    throw new MusterError(
      'record-damaged',
      `${path} is damaged, or of another version of Muster`,
      'Put back a backup of it; without one, move it away and add the MQTT clients anew.',
    );
  }
  return entries;
}

/** Throws for whatever `add` would not have written. */
function parseEntry(client: Readonly<Record<string, unknown>>): Entry {
  const name = String(client.name);
  const lists = { read: textsOf(client.read), write: textsOf(client.write) };
  requireName(name);
  requireFilters(lists.read);
  requireFilters(lists.write);
  const salt = fromBase64url(String(client.salt));
  const hash = fromBase64url(String(client.hash));
  if (salt?.length !== 16 || hash?.length !== 32) throw new Error('no hash');
  return { name, grants: new Grants(lists), password: { salt, hash } };
}

function textsOf(value: unknown): string[] {
  if (!Array.isArray(value)) throw new Error('no list');
  return value.map(String);
}
