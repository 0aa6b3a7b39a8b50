/**
 * A small honest ReplicationHost that keeps bundles in maps: tests of replication run it in place
 * of a node (steps 2 and 3 of a message's way, without quotas and roles). It checks size, form,
 * seen before, age, ticket and signature, and stores after a delay as a disk would.
 */
import type { BundleFields, CarriedBundle, Lane } from '../bundle/bundle.ts';
import { decodeBundle } from '../bundle/decode.ts';
import { verifyBundle } from '../bundle/id.ts';
import { concat, equalBytes, toHex } from '../bytes/index.ts';
import { checkCertificate } from '../identity/certificate.ts';
import type { SiteTrust } from '../identity/site.ts';
import { checkTicket, ticketIdOf } from '../identity/ticket.ts';
import type { Clock } from '../ports/clock.ts';
import type { DropReason } from '../receive/drop-reason.ts';
import type {
  ReceiveAnswer,
  ReplicationHost,
  Sendable,
  SiteDocument,
} from '../replication/host.ts';
import type { CloseReason } from '../replication/messages/close-reason.ts';
import { ok, type Result, refused } from '../result.ts';

export interface MemoryHostOptions {
  readonly trust: SiteTrust;
  readonly clock: Clock;
  readonly certificate: Uint8Array;
  /** From checked to on disk. */
  readonly storeDelayMs?: number;
  /** Signature check; many hosts in one process may share what they found. */
  readonly verify?: (bundle: Parameters<typeof verifyBundle>[1]) => boolean;
  /** A bundle new here is on disk. */
  readonly onNew?: (entry: MemoryEntry) => void;
}

export interface MemoryEntry {
  readonly id: Uint8Array;
  readonly fields: BundleFields;
  readonly bundle: CarriedBundle;
  readonly arrivedMs: number;
  /** The neighbour it came from; undefined when it was put here. */
  readonly from: Uint8Array | undefined;
  held: boolean;
  hops: number;
}

export class MemoryReplicationHost implements ReplicationHost {
  readonly certificate: Uint8Array;
  /** In the order of arrival. */
  readonly entries = new Map<string, MemoryEntry>();
  readonly refused: Partial<Record<DropReason, number>> = {};
  /** Calls of onHeldByNeighbour: bundle id and neighbour in hexadecimal. */
  readonly heldBy: { readonly id: string; readonly neighbour: string }[] = [];
  /** Certificates of nodes whose key is in two hands, in hexadecimal. */
  readonly seconds: string[] = [];
  /** What neighbours are told, by any name. */
  readonly documents = new Map<string, SiteDocument>();
  /** A neighbour told a document of the site. */
  learns: (wire: Uint8Array) => void = () => {};
  /** While set, the store takes nothing. */
  storeFails = false;
  readonly #options: MemoryHostOptions;
  readonly #tickets = new Map<string, Uint8Array>();

  constructor(options: MemoryHostOptions) {
    this.#options = options;
    this.certificate = options.certificate;
  }

  /** Takes a bundle as from a client of this node. */
  put(bundle: CarriedBundle): ReceiveAnswer {
    return this.#take(bundle, undefined, () => {});
  }

  /** Ids in hexadecimal of all that is held, sorted. */
  heldIds(): string[] {
    const held = [...this.entries].filter(([, entry]) => entry.held);
    return held.map(([id]) => id).sort();
  }

  checkCertificate(wire: Uint8Array): Result<Uint8Array, CloseReason> {
    const checked = checkCertificate(this.#options.trust, wire);
    return checked.ok ? ok(checked.value.nodeKey) : refused('certificate-refused');
  }

  onSecond(certificate: Uint8Array): void {
    this.seconds.push(toHex(certificate));
  }

  siteDocuments(): readonly SiteDocument[] {
    return [...this.documents.values()];
  }

  adoptSiteDocument(wire: Uint8Array): void {
    this.learns(wire);
  }

  digest(lane: Lane): Uint8Array {
    const digest = new Uint8Array(16);
    const ids = this.liveIds(lane);
    for (let at = 0; at < ids.length; at++) {
      if (at % 32 < 16) digest[at % 32]! ^= ids[at]!;
    }
    return digest;
  }

  liveIds(lane: Lane): Uint8Array {
    const ids: Uint8Array[] = [];
    for (const entry of this.entries.values()) if (entry.fields.lane === lane) ids.push(entry.id);
    return concat(...ids);
  }

  knows(id: Uint8Array): boolean {
    return this.entries.has(toHex(id));
  }

  canSend(id: Uint8Array): boolean {
    const entry = this.entries.get(toHex(id));
    return (
      entry?.held === true &&
      entry.hops < entry.fields.hopLimit &&
      this.#ageMs(entry) < 1000 * entry.fields.lifetimeS
    );
  }

  sizeOf(id: Uint8Array): number {
    const entry = this.entries.get(toHex(id));
    if (!entry?.held) return 0;
    return entry.bundle.signed.length + entry.bundle.signature.length;
  }

  sendable(id: Uint8Array): Sendable | undefined {
    const entry = this.entries.get(toHex(id));
    if (entry === undefined || !this.canSend(id)) return undefined;
    const ticket = this.#tickets.get(toHex(entry.fields.ticket))!;
    const { hops, fields } = entry;
    const ageMs = this.#ageMs(entry);
    return { ...entry.bundle, id: entry.id, lane: fields.lane, ticket, hops, ageMs };
  }

  reach(id: Uint8Array): { readonly hops: number; readonly hopsLeft: number } | undefined {
    const entry = this.entries.get(toHex(id));
    if (!entry?.held) return undefined;
    return { hops: entry.hops, hopsLeft: Math.max(0, entry.fields.hopLimit - entry.hops) };
  }

  nearer(id: Uint8Array, hops: number): boolean {
    const entry = this.entries.get(toHex(id));
    if (entry === undefined || entry.hops <= hops) return false;
    const stuck = !this.canSend(id);
    entry.hops = hops;
    return stuck && this.canSend(id);
  }

  receive(
    bundle: CarriedBundle,
    from: Uint8Array,
    onStored: (held: boolean) => void,
  ): ReceiveAnswer {
    return this.#take(bundle, from, onStored);
  }

  onHeldByNeighbour(id: Uint8Array, neighbour: Uint8Array): void {
    this.heldBy.push({ id: toHex(id), neighbour: toHex(neighbour) });
  }

  #take(
    bundle: CarriedBundle,
    from: Uint8Array | undefined,
    onStored: (held: boolean) => void,
  ): ReceiveAnswer {
    const { trust, clock, verify = (b) => verifyBundle(trust.crypto, b) } = this.#options;
    const decoded = decodeBundle(trust.crypto, bundle.signed, bundle.signature);
    if (!decoded.ok) return this.#refuse(decoded.reason);
    const { id, fields } = decoded.value;
    if (this.knows(id)) return this.#refuse('seen', id);
    if (bundle.ageMs >= 1000 * fields.lifetimeS) return this.#refuse('expired', id);
    const ticketReason = this.#checkTicket(fields, bundle.ticket);
    if (ticketReason !== undefined) return this.#refuse(ticketReason, id);
    if (!verify(decoded.value)) return this.#refuse('signature-wrong', id);
    if (this.storeFails) return this.#refuse('store-full', id);
    const { hops } = bundle;
    const arrivedMs = clock.monotonicMs();
    const entry = { id, fields, bundle, arrivedMs, from, held: false, hops };
    this.entries.set(toHex(id), entry);
    clock.after(this.#options.storeDelayMs ?? 0, () => this.#store(entry, onStored));
    return { ok: true, id };
  }

  #store(entry: MemoryEntry, onStored: (held: boolean) => void): void {
    if (this.storeFails) {
      this.entries.delete(toHex(entry.id));
      onStored(false);
      return;
    }
    entry.held = true;
    onStored(true);
    this.#options.onNew?.(entry);
  }

  #checkTicket(fields: BundleFields, ticket: Uint8Array): DropReason | undefined {
    const name = toHex(fields.ticket);
    if (this.#tickets.has(name)) return undefined;
    if (ticket.length === 0) return 'ticket-missing';
    const { trust } = this.#options;
    if (!equalBytes(ticketIdOf(trust.crypto, ticket), fields.ticket)) return 'ticket-forged';
    const checked = checkTicket(trust, ticket, fields.author);
    if (!checked.ok) return checked.reason;
    this.#tickets.set(name, ticket);
    return undefined;
  }

  #ageMs(entry: MemoryEntry): number {
    return entry.bundle.ageMs + this.#options.clock.monotonicMs() - entry.arrivedMs;
  }

  #refuse(reason: DropReason, id?: Uint8Array): ReceiveAnswer {
    this.refused[reason] = (this.refused[reason] ?? 0) + 1;
    return id === undefined ? { ok: false, reason } : { ok: false, reason, id };
  }
}
