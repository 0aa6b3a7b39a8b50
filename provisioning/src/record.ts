/**
 * A record: one small versioned JSON object in a file of the data folder. Reading is strict; what
 * is damaged or too new becomes a MusterError that names the file and the mend, never a half-read
 * record. The content of a record never gets into an error.
 */
import { readFileSync } from 'node:fs';
import { fromBase64url, MusterError, toBase64url } from '@muster/core';
import { type FileCalls, writeDurably } from './durable-file.ts';

const version = 1;

/** Members of a record: texts, and bytes of a fixed or greatest length. */
export class FileRecord {
  readonly path: string;
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(path: string, members: Readonly<Record<string, unknown>>) {
    this.path = path;
    this.#members = members;
  }

  text(name: string): string {
    const value = this.#members[name];
    if (typeof value !== 'string') throw damaged(this.path);
    return value;
  }

  /** A whole number from 0 to `max`. */
  integer(name: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#members[name];
    if (!Number.isSafeInteger(value)) throw damaged(this.path);
    if ((value as number) < 0 || (value as number) > max) throw damaged(this.path);
    return value as number;
  }

  /** As it stands, for whoever checks it. */
  value(name: string): unknown {
    return this.#members[name];
  }

  /** All that stands there: what a newer version added is to be kept. */
  get members(): Readonly<Record<string, unknown>> {
    return this.#members;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name);
  }

  /** `length` bytes, or any number of them. */
  bytes(name: string, length?: number): Uint8Array {
    const bytes = fromBase64url(this.text(name));
    if (!bytes || (length !== undefined && bytes.length !== length)) throw damaged(this.path);
    return bytes;
  }
}

/** Undefined when there is no such file. */
export function readRecord(
  path: string,
  kind: string,
  bytesMax = 1024 * 1024,
): FileRecord | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const members = text.length <= bytesMax ? parse(text) : undefined;
  if (members?.muster !== kind) throw damaged(path);
  const found = members.version;
  if (!Number.isSafeInteger(found)) throw damaged(path);
  if (found !== version) {
    throw new MusterError(
      'record-too-new',
      `${path} was written by another version of Muster (format ${found as number})`,
      'Start the version that wrote it, or a newer one.',
    );
  }
  return new FileRecord(path, members);
}

export function writeRecord(
  path: string,
  kind: string,
  options: {
    /** JSON values; bytes become base64url. */
    readonly members: Readonly<Record<string, unknown>>;
    readonly mode?: number;
    readonly calls?: FileCalls | undefined;
  },
): void {
  const members = Object.entries(options.members).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? toBase64url(value) : value,
  ]);
  const record = { muster: kind, version, ...Object.fromEntries(members) };
  const { mode = 0o600, calls } = options;
  writeDurably(path, `${JSON.stringify(record, null, 2)}\n`, { mode, calls });
}

export function damaged(
  path: string,
  mend = 'Put back a backup of it; without one, move it away: Muster then makes a new one.',
): MusterError {
  return new MusterError('record-damaged', `${path} is damaged`, mend);
}

/** The text of a file, undefined where there is none; a MusterError when it cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const mend = `Make it readable for the user that runs Muster (${code}).`;
    throw new MusterError('record-unreadable', `${path} cannot be read`, mend);
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
