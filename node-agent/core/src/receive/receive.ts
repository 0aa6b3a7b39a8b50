/**
 * Step 2 of a message's way: the receive order, cheapest check first: size, strict parse, site,
 * seen before, ticket, quota, signature; then what only an authentic bundle can run into. It judges
 * and changes nothing: the node carries out what the judgement says.
 */
import {
  type Bundle,
  type BundleFields,
  BundleKind,
  type CarriedBundle,
  Lane,
} from '../bundle/bundle.ts';
import { decodeBundle } from '../bundle/decode.ts';
import { verifyBundle } from '../bundle/id.ts';
import { graceEpochs } from '../identity/epoch.ts';
import { Role } from '../identity/role.ts';
import type { SiteTrust } from '../identity/site.ts';
import { admissionFault, type GenuineTicket, ticketFaultNow } from '../identity/ticket.ts';
import { authorKeyAt } from '../inventory/author-key.ts';
import type { ExpiredIds } from '../inventory/expired-ids.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { bundleLimits, roleLimits, urgentLimits } from '../limits.ts';
import { ok } from '../result.ts';
import type { Authors } from './authors.ts';
import type { DropReason } from './drop-reason.ts';
import type { KnownTicket, TicketBook } from './ticket-book.ts';

export interface ReceiveState {
  readonly trust: SiteTrust;
  readonly inventory: Inventory;
  readonly expired: ExpiredIds;
  readonly authors: Authors;
  readonly tickets: TicketBook;
  /** By whose keys a bundle is judged: ours, a pinned site's, or nobody's. */
  trustFor(fields: BundleFields): SiteTrust | undefined;
  /** Whether the channel's policy, where it is known, lets this author write. */
  mayWrite(bundle: Bundle): boolean;
}

/** Asked between ticket and signature; undefined lets the bundle pass. */
export type QuotaCheck = (bundle: Bundle, ticket: GenuineTicket) => DropReason | undefined;

export interface JudgeOptions {
  readonly quota: QuotaCheck;
  /**
   * From a neighbour, which may know less of epochs and revocation than this node: what has ended
   * or was revoked is remembered as seen. Of clients and uplinks it is refused.
   */
  readonly isNeighbour: boolean;
  /** The id, where this node has computed it from these very bytes already. */
  readonly id?: Uint8Array | undefined;
}

export interface Judged {
  readonly bundle: Bundle;
  readonly known: KnownTicket;
  /** Root key of the pinned site that it is of, 32 bytes; undefined for our own. */
  readonly foreignKey: Uint8Array | undefined;
  /** Age in milliseconds on arrival, clamped. */
  readonly ageMs: number;
  readonly hops: number;
  /**
   * Authentic, but not to be kept or shown: remembered as seen, so that every node that has met it
   * ends with the same set.
   */
  readonly seenOnly: DropReason | undefined;
  /**
   * Slot of another bundle of this author with the same sequence number, or -1. Both are kept and
   * carried on, because the second is what lets every other node freeze the author too.
   */
  readonly forkOf: number;
}

export type Judgement =
  | { readonly ok: true; readonly value: Judged }
  | { readonly ok: false; readonly reason: DropReason; readonly id?: Uint8Array };

export function judge(
  state: ReceiveState,
  carried: CarriedBundle,
  { quota, isNeighbour, id: computed }: JudgeOptions,
): Judgement {
  const cheap = judgeUnsigned(state, carried, { isNeighbour, id: computed });
  if (!cheap.ok) return cheap;
  const { bundle, known, trust } = cheap.value;
  const { id } = bundle;
  const { ticket } = known;
  const over = quota(bundle, ticket);
  if (over) return { ok: false, reason: over, id };
  if (!verifyBundle(state.trust.crypto, bundle)) {
    return { ok: false, reason: 'signature-wrong', id };
  }
  const foreignKey = trust === state.trust ? undefined : trust.siteKey;
  // A device may write at two sites: forks and freezing stay within one.
  const author = authorKeyAt(bundle.fields.author, foreignKey);
  const forkOf = state.inventory.slotOfSeq(author, bundle.fields.seq);
  const ageMs = clampAge(carried.ageMs);
  const hops = clampHops(carried.hops);
  const ended = isNeighbour ? ticketFaultNow(trust, ticket, graceEpochs) : undefined;
  const seenOnly = ended ?? seenOnlyReason(state, { bundle, author, role: ticket.role });
  return ok({ bundle, known, foreignKey, ageMs, hops, seenOnly, forkOf });
}

/** Everything that costs no cryptography beyond one hash (and a new ticket's own check). */
function judgeUnsigned(
  state: ReceiveState,
  carried: CarriedBundle,
  { isNeighbour, id: computed }: Omit<JudgeOptions, 'quota'>,
):
  | { readonly ok: true; readonly value: { bundle: Bundle; known: KnownTicket; trust: SiteTrust } }
  | { readonly ok: false; readonly reason: DropReason; readonly id?: Uint8Array } {
  const { signed, signature } = carried;
  const decoded = decodeBundle(state.trust.crypto, signed, signature, computed);
  if (!decoded.ok) return decoded;
  const bundle = decoded.value;
  const { id, fields } = bundle;
  const drop = (reason: DropReason) => ({ ok: false, reason, id }) as const;
  const trust = state.trustFor(fields);
  if (!trust) return drop('site-foreign');
  if (state.inventory.slotOf(id) !== -1) return drop('seen');
  if (state.expired.has(id)) return drop('expired-known');
  if (clampAge(carried.ageMs) >= fields.lifetimeS * 1000) return drop('expired');
  const named = { id: fields.ticket, author: fields.author };
  const known = state.tickets.find(named, carried.ticket, trust);
  if (!known.ok) return drop(known.reason);
  const { ticket } = known.value;
  const ended = isNeighbour ? undefined : admissionFault(trust, ticket);
  const beyond = ended ?? beyondRole(bundle, ticket.role);
  return beyond ? drop(beyond) : ok({ bundle, known: known.value, trust });
}

/** What this role's ticket does not allow in this bundle, or undefined. */
export function beyondRole(bundle: Bundle, role: Role): DropReason | undefined {
  const { fields } = bundle;
  const urgent = fields.lane === Lane.urgent;
  if (urgent && !mayBeUrgent(role)) return 'lane-over-role';
  const limits = urgent ? urgentLimits : roleLimits[role];
  if (fields.payload.length > limits.payloadBytesMax) return 'payload-over-role';
  if (fields.lifetimeS > limits.lifetimeSMax) return 'lifetime-over-role';
  return fields.hopLimit > limits.hopsMax ? 'hops-over-role' : undefined;
}

/** Whether this role may use the urgent lane. */
export function mayBeUrgent(role: Role): boolean {
  return role !== Role.guest && role !== Role.user;
}

function seenOnlyReason(
  state: ReceiveState,
  { bundle, author, role }: { bundle: Bundle; author: Uint8Array; role: Role },
): DropReason | undefined {
  if (state.authors.isFrozen(author)) return 'author-frozen';
  if (!mayWriteKind(bundle.fields.kind, role)) return 'not-a-writer';
  return state.mayWrite(bundle) ? undefined : 'not-a-writer';
}

/** The trail of acts is the admins', and a report a node's own, or anybody could fill them. */
function mayWriteKind(kind: BundleKind, role: Role): boolean {
  if (kind === BundleKind.adminAct) return role === Role.admin;
  return kind !== BundleKind.nodeReport || role === Role.node;
}

/** Ages are unsigned and come from strangers: negative or absurd values count as none or as old. */
function clampAge(ageMs: number): number {
  return Number.isFinite(ageMs) ? Math.max(0, Math.floor(ageMs)) : Number.MAX_SAFE_INTEGER;
}

function clampHops(hops: number): number {
  if (!Number.isFinite(hops)) return bundleLimits.hopLimitMax;
  return Math.min(Math.max(0, Math.floor(hops)), bundleLimits.hopLimitMax);
}
