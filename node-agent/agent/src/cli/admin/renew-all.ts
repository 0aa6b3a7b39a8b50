/**
 * Issues anew what this admin answers for, as grants through the mesh: the certificate of every
 * node that is known and not revoked, and the tickets of the people in the book. So an epoch can
 * end, or an admin key, and nobody who belongs here falls out with it.
 */
import {
  BundleKind,
  encodeGrant,
  equalBytes,
  fromBase64url,
  GrantKind,
  grantTag,
  Role,
  signTicket,
} from '@muster/core';
import { type BookPerson, endsEpochOf, renewNodes, SiteBook } from '@muster/provisioning';
import type { SiteView } from '../../admin/site-view.ts';
import { inert } from '../terminal.ts';
import { changeBook } from './change-book.ts';
import { requireHeld } from './say-act.ts';
import type { AdminAtWork } from './with-admin.ts';

/** A few hops, each within a second. */
const aheadMs = 3_000;
/** Nodes report every ten minutes at least. */
const heardMsMax = 11 * 60_000;

export interface Renewed {
  /** Names. */
  readonly nodes: readonly string[];
  readonly people: readonly string[];
}

/** Valid up to the epoch after this one. */
export async function renewAll(
  work: AdminAtWork,
  { view, epoch }: { readonly view: SiteView; readonly epoch: number },
): Promise<Renewed> {
  await noteSeenNodes(work, view);
  const { crypto, site, authority, clock } = work;
  const { issuer } = authority;
  const { unixMs } = clock.wall();
  const certificates = await changeBook(work, (book) =>
    renewNodes(book, { crypto, siteKey: site.siteKey, issuer, epoch, unixMs }),
  );
  for (const { nodeKey, certificate } of certificates) {
    await grant(work, nodeKey, { kind: GrantKind.certificate, content: certificate });
  }
  const people = await renewPeople(work, epoch);
  return { nodes: certificates.map(({ name }) => name), people };
}

/**
 * As `renewAll`, before an admin key ends: waits until the grants have gone ahead of the list, for
 * a node whose certificate fell with that key links with nobody who could hand it a new one.
 */
export async function renewAhead(
  work: AdminAtWork,
  given: { readonly view: SiteView; readonly epoch: number },
): Promise<Renewed> {
  const renewed = await renewAll(work, given);
  await new Promise<void>((resolve) => work.clock.after(aheadMs, resolve));
  return renewed;
}

/** Names of nodes that would not hear of new papers now. */
export function awayIn({ nodes, self }: SiteView): string[] {
  return nodes
    .filter(({ key, revoked, ageMs }) => key !== self && !revoked && !(ageMs < heardMsMax))
    .map(({ name }) => name);
}

/** Said in a question: what ending an admin key means for those that are away. */
export function awayText(names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, 8).map(inert).join(', ');
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  return ` Not heard of lately: ${shown}${more}. What the ended key certified of these is out.`;
}

/** What was issued to one key travels to it under its own tag. */
export async function grant(
  { admin, crypto, siteId }: AdminAtWork,
  key: Uint8Array,
  given: { readonly kind: number; readonly content: Uint8Array },
): Promise<void> {
  const tag = grantTag(crypto, siteId, key);
  requireHeld(await admin.put({ kind: BundleKind.grant, tag, payload: encodeGrant(given) }));
}

/** Nodes that another admin claimed belong here too. */
async function noteSeenNodes(work: AdminAtWork, view: SiteView): Promise<void> {
  const issuedUnixMs = work.clock.wall().unixMs;
  await changeBook(work, (book) => {
    const seen = view.nodes.flatMap(({ key: text, name, report, revoked }) => {
      const key = fromBase64url(text);
      const isKnown = key && book.nodes.some((one) => equalBytes(one.key, key));
      if (!key || isKnown || revoked || !report) return [];
      const { certificateEpoch: endsEpoch, role } = report;
      return [{ key, name, role, endsEpoch, issuedUnixMs }];
    });
    book.noteNodes(seen);
  });
}

async function renewPeople(work: AdminAtWork, epoch: number): Promise<string[]> {
  const names: string[] = [];
  for (const person of SiteBook.open(work.folder).people) {
    if (person.revoked) continue;
    await grantTicket(work, { ...person, epoch });
    names.push(person.name);
  }
  return names;
}

/** A ticket good up to the epoch after this one, granted and noted in the book. */
export async function grantTicket(
  work: AdminAtWork,
  person: {
    readonly key: Uint8Array;
    readonly name: string;
    readonly role: BookPerson['role'];
    readonly epoch: number;
  },
): Promise<void> {
  const { crypto, siteId: site, authority, clock } = work;
  const { key, name, role, epoch } = person;
  const endsEpoch = endsEpochOf(epoch);
  const issuedUnixMs = clock.wall().unixMs;
  const serial = await changeBook(work, (book) => {
    const next = book.nextSerial();
    book.notePerson({ key, name, role, serial: next, endsEpoch, issuedUnixMs });
    return next;
  });
  const ticket = { site, subject: key, role: Role[role], serial, epoch: endsEpoch };
  const content = signTicket(crypto, ticket, authority.issuer);
  await grant(work, key, { kind: GrantKind.ticket, content });
}
