/**
 * A node, whole: all rules joined over the ports that it is given. Steps 2 to 4 of a message's way
 * run here, in life and in the simulator alike. It opens nothing and measures nothing by itself.
 */

import type { BundleFields, BundleKind, CarriedBundle } from '../bundle/bundle.ts';
import { BundleKind as Kinds } from '../bundle/bundle.ts';
import { equalBytes } from '../bytes/compare.ts';
import type { PolicyFault, SitePolicy } from '../federation/site-policy.ts';
import type { CertificateFault } from '../identity/certificate.ts';
import type { Role } from '../identity/role.ts';
import { admissionFault, verifyTicket } from '../identity/ticket.ts';
import { ExpiredIds } from '../inventory/expired-ids.ts';
import { Inventory } from '../inventory/inventory.ts';
import { storeLimits } from '../limits.ts';
import type { Link } from '../ports/link.ts';
import type { SinceQuery, StoredBundle } from '../ports/store.ts';
import { Authors } from '../receive/authors.ts';
import { ClientQuota } from '../receive/client-quota.ts';
import type { DropReason } from '../receive/drop-reason.ts';
import { GuestQuota } from '../receive/guest-quota.ts';
import type { ReceiveState } from '../receive/receive.ts';
import { TicketBook } from '../receive/ticket-book.ts';
import { Forwarder } from '../replication/forwarder.ts';
import type { NodeNumber } from '../replication/messages/node-links.ts';
import { ok, type Result, refused } from '../result.ts';
import { decodeTick, TickClock } from '../time/tick.ts';
import { type AdoptedDocument, TrustBook, type TrustFault } from '../trust/trust-book.ts';
import type {
  CloneStatus,
  KeptValues,
  NodeApi,
  NodeEvents,
  NodeOptions,
  NodeStatus,
  PutAnswer,
  ReadBundle,
  ReadQuery,
} from './api.ts';
import { ChannelPolicies } from './channel-policies.ts';
import { CloneWatch } from './clone-watch.ts';
import { Entrance } from './entrance.ts';
import { GuestDesk } from './guest-desk.ts';
import { Holders } from './holders.ts';
import { Intake, type TakeOptions } from './intake.ts';
import { Ledger } from './ledger.ts';
import { loadMemory } from './loading.ts';
import { NodeHost } from './node-host.ts';
import { type KnownPolicy, PolicyBook } from './policy-book.ts';
import { Reading } from './reading.ts';
import { SiteDocuments } from './site-documents.ts';
import { Sweeper, tickName } from './sweeper.ts';
import { UplinkQuota } from './uplink-quota.ts';
import { Withdrawal } from './withdrawal.ts';

/** Values of others than the core's own parts. */
const keptPrefix = 'gateway/';

export class MeshNode implements NodeApi {
  readonly #options: NodeOptions;
  readonly #trust: TrustBook;
  readonly #documents: SiteDocuments;
  readonly #clones: CloneWatch;
  readonly #inventory: Inventory;
  readonly #ledger: Ledger;
  readonly #expired = new ExpiredIds();
  readonly #authors = new Authors();
  readonly #holders = new Holders();
  readonly #policies: ChannelPolicies;
  readonly #sitePolicy: PolicyBook;
  readonly #withdrawal: Withdrawal;
  readonly #tickets: TicketBook;
  readonly #reading: Reading;
  readonly #guests: GuestDesk;
  readonly #quota: ClientQuota;
  readonly #ticks: TickClock;
  readonly #host: NodeHost;
  readonly #forwarder: Forwarder;
  readonly #sweeper: Sweeper;
  readonly #intake: Intake;
  readonly #entrance: Entrance;
  #events: NodeEvents | undefined;
  #loaded = false;

  constructor(options: NodeOptions) {
    const { crypto, clock, random, store, key, siteKey } = options;
    this.#options = options;
    this.#trust = new TrustBook(crypto, siteKey);
    this.#inventory = new Inventory(random);
    this.#ledger = new Ledger(store, this.#authors);
    this.#clones = new CloneWatch(this.#ledger, (clone) => this.#onClone(clone));
    this.#policies = new ChannelPolicies(crypto);
    this.#sitePolicy = new PolicyBook(this.#trust);
    this.#documents = new SiteDocuments({
      ...{ trust: this.#trust, policies: this.#sitePolicy, ledger: this.#ledger, store },
      onTrust: (adopted) => this.#onTrust(adopted),
      onPolicy: (policy) => this.#onPolicy(policy),
    });
    this.#tickets = new TicketBook(store);
    this.#guests = new GuestDesk({
      ...{ trust: this.#trust, key, clock, random },
      certificate: () => this.#host.certificate,
    });
    this.#quota = new ClientQuota(
      clock.monotonicMs(),
      () => this.#trust.rules.guestBundlesPerMinute,
    );
    this.#withdrawal = new Withdrawal({
      ...{ store, clock, inventory: this.#inventory, ledger: this.#ledger },
      policies: this.#sitePolicy,
      onForget: (id) => this.#forwarder.forget(id),
    });
    this.#ticks = new TickClock(clock, decodeTick(store.value(tickName)));
    this.#reading = new Reading({
      ...{ store, ticks: this.#ticks, tickets: this.#tickets },
      ...{ holders: this.#holders, policies: this.#sitePolicy },
      firstPendingRow: () => this.#intake.firstPendingRow,
    });
    this.#intake = this.#newIntake();
    this.#entrance = new Entrance({
      ...{ clock, ticks: this.#ticks, intake: this.#intake, inventory: this.#inventory },
      ...{ holders: this.#holders, clients: this.#quota, uplinks: new UplinkQuota(clock) },
    });
    this.#host = this.#newHost();
    this.#forwarder = new Forwarder({
      host: this.#host,
      clock,
      random,
      crypto,
      logger: options.logger.child('replication'),
      ...(options.bulkOverRadio && { bulkOverRadio: true }),
      onNeighbours: () => this.#events?.onNeighbours(),
    });
    this.#sweeper = this.#newSweeper();
  }

  start(events: NodeEvents): void {
    if (this.#events) return;
    this.#events = events;
    this.#load();
    this.#withdrawal.start();
    this.#sweeper.start();
    if (this.#clones.has(this.#options.key.publicKey)) this.#forwarder.quarantine();
    this.#forwarder.start();
  }

  stop(): void {
    if (!this.#events) return;
    this.#forwarder.stop();
    this.#withdrawal.stop();
    this.#sweeper.stop();
    this.#events = undefined;
  }

  addLink(link: Link): void {
    this.#forwarder.addLink(link);
  }

  reachable(): ReadonlySet<NodeNumber> | undefined {
    return this.#forwarder.reachable();
  }

  isBridge(nodeKey: Uint8Array): boolean {
    return this.#forwarder.isBridge(nodeKey);
  }

  put(bundle: CarriedBundle, onAnswer: (answer: PutAnswer) => void): void {
    this.#entrance.fromClient(bundle, onAnswer);
  }

  admitGuest(device: Uint8Array): Result<Uint8Array, 'guests-full'> {
    return this.#guests.admit(device);
  }

  checkTicket(wire: Uint8Array, device: Uint8Array): Result<Role, DropReason> {
    const genuine = verifyTicket(this.#trust, wire, device);
    if (!genuine.ok) return genuine;
    const fault = admissionFault(this.#trust, genuine.value);
    return fault ? refused(fault) : ok(genuine.value.role);
  }

  author(device: Uint8Array): { readonly seqMax: number; readonly frozen: boolean } {
    return { seqMax: this.#authors.seqMax(device), frozen: this.#authors.isFrozen(device) };
  }

  page(query: ReadQuery): ReadBundle[] {
    return this.#reading.page(query);
  }

  ofKind(kind: BundleKind, limit: number): ReadBundle[] {
    return this.#reading.ofKind(kind, limit);
  }

  since(query: SinceQuery): ReadBundle[] {
    return this.#reading.since(query);
  }

  carried(id: Uint8Array): CarriedBundle | undefined {
    return this.#host.sendable(id);
  }

  ticket(id: Uint8Array): Uint8Array | undefined {
    return this.#tickets.wireOf(id);
  }

  knows(id: Uint8Array): boolean {
    return this.#inventory.slotOf(id) !== -1 || this.#expired.has(id);
  }

  takeFromUplink(bundle: CarriedBundle, onAnswer: (answer: PutAnswer) => void): void {
    this.#entrance.fromUplink(bundle, onAnswer);
  }

  value(name: string): Uint8Array | undefined {
    return this.#options.store.value(name);
  }

  keep(values: KeptValues, onDurable: (isKept: boolean) => void): void {
    const wrong = values.find(([name]) => !name.startsWith(keptPrefix));
    if (wrong) throw new RangeError(`the name ${wrong[0]} does not begin with ${keptPrefix}`);
    this.#ledger.commit({ values }, ({ ok: isKept }) => onDurable(isKept));
  }

  policy(): KnownPolicy | undefined {
    return this.#sitePolicy.newest;
  }

  adoptPolicy(wire: Uint8Array): Result<SitePolicy, PolicyFault> {
    // What the store has counts too, and has its places there.
    this.#load();
    return this.#documents.adoptPolicy(wire);
  }

  trust(): TrustBook {
    return this.#trust;
  }

  adoptTrust(wire: Uint8Array): Result<AdoptedDocument, TrustFault> {
    this.#load();
    return this.#documents.adoptTrust(wire);
  }

  replaceCertificate(wire: Uint8Array): Result<void, CertificateFault> {
    return this.#host.replaceCertificate(wire);
  }

  status(): NodeStatus {
    const { stopping: _, ...linksRefused } = this.#forwarder.closed;
    return {
      liveEntries: this.#inventory.size,
      heldBundles: this.#inventory.heldCount,
      contentBytes: this.#inventory.contentBytes,
      contentBytesMax: this.#contentBytesMax,
      frozenAuthors: this.#authors.frozenCount,
      guestTickets: this.#guests.count,
      boots: this.#ticks.boots,
      dropped: this.#intake.dropped,
      neighbours: this.#forwarder
        .neighbours()
        .map((neighbour) => ({ ...neighbour, name: this.#host.nameOf(neighbour.nodeKey) })),
      linksRefused,
      epoch: this.#trust.epoch,
      revokedKeys: this.#trust.revokedCount,
      clones: this.#clones.all(),
    };
  }

  get #contentBytesMax(): number {
    return this.#options.contentBytesMax ?? storeLimits.contentBytesMax;
  }

  /** Once: what comes later is in memory before it is in the store. */
  #load(): void {
    if (this.#loaded) return;
    this.#loaded = true;
    const { store } = this.#options;
    this.#clones.load(store, (ticketId) => this.#tickets.roleOf(ticketId));
    const { rowMax, arrivedTickMsMax } = loadMemory(store, {
      ...{ inventory: this.#inventory, authors: this.#authors, expired: this.#expired },
    });
    for (const stored of store.ofKind(Kinds.channelDescription, storeLimits.channelsMax)) {
      this.#policies.learn(stored);
    }
    this.#ledger.continueAfter(rowMax, store);
    this.#ticks.atLeast(arrivedTickMsMax);
    this.#documents.load();
  }

  #newHost(): NodeHost {
    const { clock, store, certificate } = this.#options;
    return new NodeHost({
      inventory: this.#inventory,
      tickets: this.#tickets,
      trust: this.#trust,
      clones: this.#clones,
      certificate,
      store,
      clock,
      ticks: this.#ticks,
      guests: new GuestQuota(),
      isPending: (id) => this.#intake.isPending(id),
      letsIn: (stored) => this.#sitePolicy.letsIn(stored),
      take: (bundle, takeOptions) => this.#intake.take(bundle, takeOptions),
      adoptSiteDocument: (wire) => this.#documents.adoptTrust(wire),
      onHeldByNeighbour: (id, neighbour) => this.#onHeldByNeighbour(id, neighbour),
    });
  }

  #newSweeper(): Sweeper {
    const { clock } = this.#options;
    return new Sweeper({
      inventory: this.#inventory,
      expired: this.#expired,
      clock,
      ledger: this.#ledger,
      ticks: this.#ticks,
      authors: this.#authors,
      onSweep: () => {
        this.#quota.sweep(clock.monotonicMs());
        this.#documents.writeOwed();
      },
    });
  }

  #newIntake(): Intake {
    const state: ReceiveState = {
      trust: this.#trust,
      inventory: this.#inventory,
      expired: this.#expired,
      authors: this.#authors,
      tickets: this.#tickets,
      trustFor: (fields) => this.#sitePolicy.trustFor(fields),
      mayWrite: (bundle) => this.#policies.mayWrite(bundle),
    };
    return new Intake({
      state,
      store: this.#options.store,
      ledger: this.#ledger,
      clock: this.#options.clock,
      ticks: this.#ticks,
      contentBytesMax: this.#contentBytesMax,
      onStored: (stored, fields, options) => this.#onStored(stored, fields, options),
      onNodeFork: (nodeKey) => this.#clones.note({ nodeKey, name: this.#host.nameOf(nodeKey) }),
    });
  }

  /** Step 4 begins: a bundle is on disk, so it is shown here and sent on. */
  #onStored(stored: StoredBundle, fields: BundleFields, { from, wantHeld }: TakeOptions): void {
    // Withdrawn while it was on its way to disk.
    if (!this.#sitePolicy.letsIn(stored)) return;
    this.#policies.learn(stored);
    if (stored.kind === Kinds.sitePolicy) this.#documents.learnPolicy(stored);
    // In force before anybody is told of the act.
    const act = this.#documents.learnAct(stored);
    if (!this.#events) return;
    const read = this.#reading.form(stored);
    this.#events.onBundle(read);
    if (act) this.#events.onAct?.(act, read);
    const sendable = this.#host.sendableForm(stored, fields);
    if (sendable) this.#forwarder.offer(sendable, { wantHeld, ...(from ? { from } : {}) });
  }

  #onTrust(adopted: AdoptedDocument): void {
    // First the links to whom is believed no more; they need not hear of it.
    this.#forwarder.judgeAgain();
    this.#forwarder.tellDocument(adopted);
    this.#events?.onTrust?.();
  }

  #onPolicy(policy: SitePolicy | undefined): void {
    this.#withdrawal.begin();
    if (policy) this.#events?.onPolicy(policy);
  }

  /** Whoever else has the key may have written in the node's name: none of it counts any more. */
  #onClone(clone: CloneStatus): void {
    this.#ledger.commit({ authors: [this.#authors.freeze(clone.nodeKey)] });
    if (equalBytes(clone.nodeKey, this.#options.key.publicKey)) this.#forwarder.quarantine();
    else this.#forwarder.judgeAgain();
    this.#events?.onClone?.(clone);
  }

  #onHeldByNeighbour(id: Uint8Array, neighbour: Uint8Array): void {
    const nodes = this.#holders.add(id, neighbour);
    if (nodes !== undefined) this.#events?.onHeld(id, nodes);
  }
}
