/**
 * Which people an admin can choose from: those whom any admin gave a role, by the verified trail,
 * and those who are at our node now. What a revocation says beats both. Pure.
 */
import { fromBase64url, fromHex, type SiteTrust, toHex } from '@muster/core';
import type { Present } from '../../connection/wire.ts';
import { viewLimits } from '../parts/limits.ts';
import type { ActEntry } from '../session/admin-session.ts';
import { paramsOf } from '../trail/act-words.ts';

export interface KnownPerson {
  /** Device key in hex. */
  readonly key: string;
  readonly name: string;
  /** `user`, `staff`, `admin` or `revoked`; empty where nothing is known. */
  readonly role: string;
  readonly isSelf: boolean;
}

export interface PeopleInput {
  readonly book: SiteTrust;
  /** Newest first. */
  readonly acts: readonly ActEntry[];
  readonly present: readonly Present[];
  readonly self: { readonly key: string } | undefined;
  /** What the ticket of somebody here proves, `guest` where nothing. */
  provenRole(person: Present): string;
}

export function knownPeople({ book, acts, present, self, provenRole }: PeopleInput): {
  readonly granted: readonly KnownPerson[];
  readonly here: readonly KnownPerson[];
} {
  const isRevoked = (key: string) => book.revoked?.has(fromHex(key)!) === true;
  const granted = new Map<string, KnownPerson>();
  for (const entry of acts) {
    if (entry.act.command !== 'person.ticket') continue;
    const { key: wire, name, role } = paramsOf(entry);
    const bytes = typeof wire === 'string' ? fromBase64url(wire) : undefined;
    const key = bytes?.length === 32 ? toHex(bytes) : undefined;
    if (key === undefined || granted.has(key)) continue;
    const given = role === 'staff' ? 'staff' : 'user';
    granted.set(key, {
      key,
      name: typeof name === 'string' ? name : '',
      role: isRevoked(key) ? 'revoked' : given,
      isSelf: key === self?.key,
    });
  }
  const here = present.slice(0, viewLimits.peopleShownMax).map((person) => {
    const key = toHex(person.device);
    const proven = provenRole(person);
    const known = proven === 'guest' ? (granted.get(key)?.role ?? '') : proven;
    const role = isRevoked(key) ? 'revoked' : known;
    return { key, name: person.name, role, isSelf: key === self?.key };
  });
  return { granted: [...granted.values()].slice(0, viewLimits.peopleShownMax), here };
}
