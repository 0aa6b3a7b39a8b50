/**
 * The node as replication sees it (ReplicationHost): what it has, what it may send, and where what
 * arrives goes. A view over the node's parts; it decides nothing that they do not.
 */
import type { BundleFields, CarriedBundle, Lane } from '../bundle/bundle.ts';
import { decodeFields } from '../bundle/decode.ts';
import { bytesKey } from '../bytes/key.ts';
import {
  type CertificateFault,
  checkCertificate,
  decodeCertificate,
  verifyCertificate,
} from '../identity/certificate.ts';
import { graceEpochs } from '../identity/epoch.ts';
import { chainFault } from '../identity/issued.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store, StoredBundle } from '../ports/store.ts';
import type { GuestQuota } from '../receive/guest-quota.ts';
import type { TicketBook } from '../receive/ticket-book.ts';
import type {
  ArrivedBundle,
  ReceiveAnswer,
  ReplicationHost,
  Sendable,
  SiteDocument,
} from '../replication/host.ts';
import type { CloseReason } from '../replication/messages/close-reason.ts';
import { ok, type Result, refused } from '../result.ts';
import type { TickClock } from '../time/tick.ts';
import type { TrustBook } from '../trust/trust-book.ts';
import type { CloneWatch } from './clone-watch.ts';
import type { TakeAnswer, TakeOptions } from './intake.ts';

/** Names of neighbours remembered for display; at it the oldest goes. */
const namesMax = 1_024;

export interface NodeHostOptions {
  readonly trust: TrustBook;
  readonly clones: CloneWatch;
  readonly certificate: Uint8Array;
  readonly inventory: Inventory;
  readonly tickets: TicketBook;
  readonly store: Store;
  readonly ticks: TickClock;
  readonly clock: Clock;
  readonly guests: GuestQuota;
  /** Handed to the store and not on disk yet: nobody may be told of it. */
  readonly isPending: (id: Uint8Array) => boolean;
  /** Whether the site policy (still) lets a bundle be here. */
  readonly letsIn: (stored: StoredBundle) => boolean;
  readonly take: (bundle: CarriedBundle, options: TakeOptions) => TakeAnswer;
  readonly adoptSiteDocument: (wire: Uint8Array) => void;
  readonly onHeldByNeighbour: (id: Uint8Array, neighbour: Uint8Array) => void;
}

export class NodeHost implements ReplicationHost {
  readonly #options: NodeHostOptions;
  readonly #names = new Map<string, string>();
  #certificate: Uint8Array;

  constructor(options: NodeHostOptions) {
    this.#options = options;
    this.#certificate = options.certificate;
  }

  get certificate(): Uint8Array {
    return this.#certificate;
  }

  /** One that ends later than the present one, or with it; shown from now on. */
  replaceCertificate(wire: Uint8Array): Result<void, CertificateFault> {
    const { trust } = this.#options;
    const present = decodeCertificate(this.#certificate);
    const checked = checkCertificate(trust, wire, present?.nodeKey);
    if (!checked.ok) return checked;
    if (present && checked.value.epoch < present.epoch) return refused('expired');
    this.#certificate = wire.slice();
    return ok(undefined);
  }

  checkCertificate(wire: Uint8Array): Result<Uint8Array, CloseReason> {
    const { trust, clones } = this.#options;
    const genuine = verifyCertificate(trust, wire);
    if (!genuine.ok) return refused('certificate-refused');
    const { nodeKey, name, chain } = genuine.value;
    this.#remember(nodeKey, name);
    const fault = chainFault(trust, chain, graceEpochs);
    if (fault) return refused(fault === 'revoked' ? 'revoked' : 'certificate-ended');
    return clones.has(nodeKey) ? refused('cloned') : ok(nodeKey);
  }

  onSecond(certificate: Uint8Array): void {
    const nodeKey = decodeCertificate(certificate)?.nodeKey;
    if (nodeKey) this.#options.clones.note({ nodeKey, name: this.nameOf(nodeKey) });
  }

  siteDocuments(): readonly SiteDocument[] {
    return this.#options.trust.known();
  }

  adoptSiteDocument(wire: Uint8Array): void {
    this.#options.adoptSiteDocument(wire);
  }

  #remember(nodeKey: Uint8Array, name: string): void {
    if (this.#names.size >= namesMax) {
      const [oldest] = this.#names.keys();
      if (oldest !== undefined) this.#names.delete(oldest);
    }
    this.#names.set(bytesKey(nodeKey), name);
  }

  /** The name in a neighbour's certificate. */
  nameOf(nodeKey: Uint8Array | undefined): string {
    return (nodeKey && this.#names.get(bytesKey(nodeKey))) ?? '';
  }

  liveIds(lane: Lane): Uint8Array {
    return this.#options.inventory.liveIds(lane);
  }

  digest(lane: Lane): Uint8Array {
    return this.#options.inventory.digest(lane);
  }

  canSend(id: Uint8Array): boolean {
    const { inventory, ticks, isPending } = this.#options;
    const slot = inventory.slotOf(id);
    if (slot === -1 || !inventory.isHeld(slot) || isPending(id)) return false;
    return inventory.expiresTickMs(slot) > ticks.nowMs() && this.#hopsLeft(slot) > 0;
  }

  sizeOf(id: Uint8Array): number {
    const { inventory } = this.#options;
    const slot = inventory.slotOf(id);
    return slot === -1 || !inventory.isHeld(slot) ? 0 : inventory.bytes(slot);
  }

  sendable(id: Uint8Array): Sendable | undefined {
    const { inventory, store } = this.#options;
    const slot = inventory.slotOf(id);
    const stored = slot === -1 ? undefined : store.get(inventory.row(slot));
    return stored && this.sendableForm(stored);
  }

  /** As `sendable`, for a bundle that is at hand already, perhaps with its fields. */
  sendableForm(stored: StoredBundle, fields?: BundleFields): Sendable | undefined {
    const { id, lane, signed, signature } = stored;
    if (!this.canSend(id) || !this.#options.letsIn(stored)) return undefined;
    const ticket = this.#options.tickets.wireOf(stored.ticketId);
    if (!ticket) return undefined;
    const { inventory, ticks } = this.#options;
    const slot = inventory.slotOf(id);
    const ageMs = inventory.ageMsAt(slot, ticks.nowMs());
    return { id, lane, signed, signature, ageMs, hops: inventory.hops(slot), ticket, fields };
  }

  nearer(id: Uint8Array, hops: number): boolean {
    const { inventory } = this.#options;
    const slot = inventory.slotOf(id);
    if (slot === -1 || !inventory.isHeld(slot) || inventory.hops(slot) <= hops) return false;
    const hadHopsLeft = this.#hopsLeft(slot) > 0;
    inventory.setHops(slot, hops);
    return !hadHopsLeft && this.#hopsLeft(slot) > 0;
  }

  reach(id: Uint8Array): { readonly hops: number; readonly hopsLeft: number } | undefined {
    const { inventory } = this.#options;
    const slot = inventory.slotOf(id);
    if (slot === -1 || !inventory.isHeld(slot)) return undefined;
    return { hops: inventory.hops(slot), hopsLeft: this.#hopsLeft(slot) };
  }

  /** The limit is in the signed content: read once, then kept in the inventory. */
  #hopsLeft(slot: number): number {
    const { inventory, store } = this.#options;
    let hopLimit = inventory.hopLimit(slot);
    if (hopLimit === undefined) {
      const stored = store.get(inventory.row(slot));
      const fields = stored && decodeFields(stored.signed);
      hopLimit = fields?.ok ? fields.value.hopLimit : 0;
      inventory.setHopLimit(slot, hopLimit);
    }
    return Math.max(0, hopLimit - inventory.hops(slot));
  }

  receive(
    bundle: ArrivedBundle,
    from: Uint8Array,
    onStored: (held: boolean) => void,
  ): ReceiveAnswer {
    const { inventory, take, guests, clock } = this.#options;
    const answer = take(bundle, {
      quota: (_, ticket) => guests.check(ticket, clock.monotonicMs()),
      onJudged: ({ known }) => guests.take(known.ticket, clock.monotonicMs()),
      onSettled: (failure) => {
        // A newer policy may have withdrawn it on its way to disk.
        onStored(failure === undefined && answer.ok && inventory.slotOf(answer.id) !== -1);
      },
      from,
      id: bundle.id,
      wantHeld: false,
    });
    return answer;
  }

  onHeldByNeighbour(id: Uint8Array, neighbour: Uint8Array): void {
    this.#options.onHeldByNeighbour(id, neighbour);
  }
}
