/**
 * Whom somebody means on the command line: a name that the admin gave, a person's code, a key or
 * its beginning. Names are labels, so one that two bear is asked back.
 */
import {
  type Crypto,
  decodePersonCode,
  equalBytes,
  fromBase64url,
  fromHex,
  MusterError,
  toBase64url,
} from '@muster/core';
import type { SiteBook } from '@muster/provisioning';
import type { SiteView } from '../../admin/site-view.ts';
import type { NodeInfo } from '../../http/api-routes.ts';
import { inert } from '../terminal.ts';

export type PartyKind = 'node' | 'person' | 'admin' | 'unknown';

export interface Party {
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly name: string;
  readonly kind: PartyKind;
}

/** Of a key in base64url: enough to tell those of one site apart. */
const prefixLettersMin = 6;

/** What the node at hand tells. */
export interface Seen {
  readonly view: SiteView;
  readonly node: Pick<NodeInfo, 'nodeKey' | 'name'>;
}

/** All that are known and not revoked, those of the book by the admin's own names first. */
export function partiesOf(book: SiteBook, { view, node }: Seen): Party[] {
  const parties: Party[] = [];
  const add = (party: Party): void => {
    if (!parties.some(({ key }) => equalBytes(key, party.key))) parties.push(party);
  };
  for (const { key, name, revoked } of book.nodes) if (!revoked) add({ key, name, kind: 'node' });
  for (const { key, name, revoked } of book.people) {
    if (!revoked) add({ key, name, kind: 'person' });
  }
  for (const { key, name, revoked } of book.admins) if (!revoked) add({ key, name, kind: 'admin' });
  for (const { key: text, name, revoked } of view.nodes) {
    const key = fromBase64url(text);
    if (key && !revoked) add({ key, name, kind: 'node' });
  }
  // Just started it has not reported yet.
  add({ key: fromBase64url(node.nodeKey) ?? new Uint8Array(0), name: node.name, kind: 'node' });
  for (const { key: text, name, revoked } of view.admins) {
    const key = fromBase64url(text);
    if (key && !revoked) add({ key, name, kind: 'admin' });
  }
  return parties;
}

/** Throws where nobody, or more than one, is meant. A whole key that nobody knows is `unknown`. */
export function findParty(crypto: Crypto, parties: readonly Party[], given: string): Party {
  const key = wholeKey(crypto, given);
  if (key) {
    const known = parties.find((party) => equalBytes(party.key, key));
    return known ?? { key, name: '', kind: 'unknown' };
  }
  const named = parties.filter(({ name }) => name === given);
  const found = named.length > 0 ? named : parties.filter(startsWith(given));
  const [party] = found;
  if (party && found.length === 1) return party;
  throw party ? ambiguous(given, found) : unknown(given, parties);
}

/** 32 bytes out of a person's code, base64url or hex. */
export function wholeKey(crypto: Crypto, given: string): Uint8Array | undefined {
  const person = decodePersonCode(crypto, given);
  if (person) return person.key;
  const bytes = /^[0-9a-f]{64}$/i.test(given) ? fromHex(given.toLowerCase()) : fromBase64url(given);
  return bytes?.length === 32 ? bytes : undefined;
}

function startsWith(given: string): (party: Party) => boolean {
  return ({ key }) => given.length >= prefixLettersMin && toBase64url(key).startsWith(given);
}

function unknown(given: string, parties: readonly Party[]): MusterError {
  const names = parties.slice(0, 8).map(({ name }) => inert(name));
  const mend = names.length > 0 ? `Known are ${names.join(', ')}. Or give the key.` : '';
  return new MusterError(
    'party-unknown',
    `Nobody is known as ${JSON.stringify(inert(given))}`,
    mend || 'Give the key: muster node list and muster ticket list show them.',
  );
}

function ambiguous(given: string, found: readonly Party[]): MusterError {
  const keys = found.map(({ key, kind }) => `${toBase64url(key).slice(0, 12)} (${kind})`);
  return new MusterError(
    'party-ambiguous',
    `${found.length} are known as ${JSON.stringify(inert(given))}`,
    `Say which by the beginning of its key: ${keys.join(', ')}.`,
  );
}
