/**
 * The ready-made credential that `muster start` prints, so that a newcomer sees messages over MQTT
 * at once. Its password lies in the data folder (it must be shown again at the next start); once
 * revoked it never comes back. Only `muster start` makes it, never a daemon.
 */
import { join } from 'node:path';
import { readRecord, writeRecord } from '@muster/provisioning';
import type { ClientBook } from './clients/client-book.ts';
import type { GrantLists } from './clients/grants.ts';

export const tryName = 'try';
const recordKind = 'mqtt-try';

export interface TryClient {
  readonly name: string;
  readonly password: string;
}

export function openTryClient(
  folder: string,
  book: ClientBook,
  grants: GrantLists,
): TryClient | undefined {
  const path = join(folder, 'mqtt-try.json');
  const known = readRecord(path, recordKind);
  if (known) {
    const password = known.text('password');
    return book.member(tryName) ? { name: tryName, password } : undefined;
  }
  if (book.member(tryName)) return undefined;
  const password = book.add(tryName, grants);
  writeRecord(path, recordKind, { members: { password } });
  return { name: tryName, password };
}
