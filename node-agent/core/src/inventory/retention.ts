/**
 * Retention: what goes when something new needs room. A rule only: it names slots and evicts
 * nothing itself. Bounds, in this order: the author's own bytes, the bytes of all guests of one
 * issuer, and the content of the whole store, of which a tenth is kept for the urgent lane. What a
 * higher class holds never goes for a lower one.
 */
import { Lane } from '../bundle/bundle.ts';
import { Role } from '../identity/role.ts';
import { authorEntriesMax, roleLimits, storeLimits, urgentLimits } from '../limits.ts';
import type { StoreEntry } from '../ports/store.ts';
import { authorKeyOf } from './author-key.ts';
import { RetentionClass, retentionClassOf } from './class.ts';
import type { Inventory } from './inventory.ts';

export type Room =
  /** It fits once these slots were evicted. */
  | { readonly fits: true; readonly evict: readonly number[] }
  /** It is older than all that its author may keep here: remember it as seen, without content. */
  | { readonly fits: false; readonly reason: 'author-newer' }
  /** Only what is as important or more important is left. */
  | { readonly fits: false; readonly reason: 'store-full' };

export type Newcomer = Pick<StoreEntry, 'author' | 'issuer' | 'lane' | 'role' | 'seq' | 'bytes'>;

interface Placing {
  readonly newcomer: Newcomer;
  readonly contentBytesMax: number;
}

export function roomFor(inventory: Inventory, newcomer: Newcomer, contentBytesMax: number): Room {
  const evict = new Set<number>();
  if (!makeAuthorRoom(inventory, newcomer, evict)) return { fits: false, reason: 'author-newer' };
  makeIssuerRoom(inventory, { newcomer, contentBytesMax }, evict);
  if (!makeStoreRoom(inventory, { newcomer, contentBytesMax }, evict)) {
    return { fits: false, reason: 'store-full' };
  }
  return { fits: true, evict: [...evict] };
}

/** The author's lowest sequence numbers go: every node that has seen the same keeps the same. */
function makeAuthorRoom(inventory: Inventory, newcomer: Newcomer, evict: Set<number>): boolean {
  const { role, bytes, seq } = newcomer;
  const author = authorKeyOf(newcomer);
  const urgent = newcomer.lane === Lane.urgent;
  const limit = urgent ? urgentLimits.storedBytesMax : roleLimits[role].storedBytesMax;
  let over = inventory.queues.authorBytes(author, urgent) + bytes - limit;
  if (over <= 0) return true;
  for (const slot of inventory.queues.ofAuthor(author, urgent)) {
    if (inventory.seq(slot) > seq) return false;
    evict.add(slot);
    over -= inventory.bytes(slot);
    if (over <= 0) return true;
  }
  return false;
}

function makeIssuerRoom(
  inventory: Inventory,
  { newcomer, contentBytesMax }: Placing,
  evict: Set<number>,
): void {
  if (!sharesBudget(newcomer.role)) return;
  const { guestBytesPerIssuerMax, foreignBytesPerSiteMax } = storeLimits;
  const isGuest = newcomer.role === Role.guest;
  const bytesMax = isGuest ? guestBytesPerIssuerMax : foreignBytesPerSiteMax;
  let over = inventory.queues.issuerBytes(newcomer.issuer) + newcomer.bytes;
  const share = contentBytesMax * storeLimits.sharedShareMax;
  over -= Math.min(bytesMax, Math.max(share, storeLimits.sharedBytesMin));
  // What goes of the author itself makes room here too, or others would go beside it.
  for (const slot of evict) {
    if (inventory.sharesBudgetOf(slot, newcomer.issuer)) over -= inventory.bytes(slot);
  }
  if (over <= 0) return;
  for (const slot of inventory.queues.ofIssuer(newcomer.issuer)) {
    if (!evict.has(slot)) {
      evict.add(slot);
      over -= inventory.bytes(slot);
    }
    if (over <= 0) return;
  }
}

function makeStoreRoom(inventory: Inventory, what: Placing, evict: Set<number>): boolean {
  const own = retentionClassOf(what.newcomer);
  const urgent = own === RetentionClass.urgent;
  const share = urgent ? 1 : 1 - urgentLimits.reservedShare;
  let over = inventory.contentBytes + what.newcomer.bytes - what.contentBytesMax * share;
  for (const slot of evict) over -= inventory.bytes(slot);
  if (over <= 0) return true;
  for (const slot of lowestFirst(inventory, own)) {
    if (!evict.has(slot)) {
      evict.add(slot);
      over -= inventory.bytes(slot);
    }
    if (over <= 0) return true;
  }
  return false;
}

/** Held slots up to a class, lowest class first and oldest arrival first within it. */
export function* lowestFirst(inventory: Inventory, upTo: RetentionClass): Generator<number> {
  for (const retentionClass of Object.values(RetentionClass)) {
    if (retentionClass <= upTo) yield* inventory.queues.ofClass(retentionClass);
  }
}

/**
 * The entry of its own author, or of those who share its budget, that has to be forgotten wholly
 * before one more of them comes in; -1 when none has to.
 */
export function entryBeside(
  inventory: Inventory,
  { issuer, role, ...newcomer }: Pick<StoreEntry, 'author' | 'issuer' | 'role'>,
  contentBytesMax: number,
): number {
  const author = authorKeyOf({ ...newcomer, issuer, role });
  if (inventory.queues.seenOnlyCount(author) >= storeLimits.seenOnlyPerAuthorMax) {
    return inventory.queues.firstSeenOnly(author);
  }
  if (inventory.authorCount(author) >= authorEntriesMax(role)) {
    return inventory.queues.firstOfAuthor(author);
  }
  const { contentBytesPerSharedEntry, sharedEntriesMin } = storeLimits;
  const entriesMax = Math.max(contentBytesMax / contentBytesPerSharedEntry, sharedEntriesMin);
  const isFull = sharesBudget(role) && inventory.issuerCount(issuer) >= entriesMax;
  return isFull ? inventory.queues.firstOfIssuer(issuer) : -1;
}

function sharesBudget(role: Role): boolean {
  return role === Role.guest || role === Role.foreign;
}

/**
 * The entry that is forgotten wholly when there are as many as may be, or -1: one without content
 * first, whatever its class; then what is held up to a class, if one is given.
 */
export function entryToForget(inventory: Inventory, upTo?: RetentionClass): number {
  const seenOnly = inventory.queues.firstSeenOnly();
  if (seenOnly !== -1 || upTo === undefined) return seenOnly;
  for (const slot of lowestFirst(inventory, upTo)) return slot;
  return -1;
}
