/**
 * One site's bundles on a relay (step 6 of a message's way): a node of that site without links, so
 * that what is kept here is judged, aged, bounded and forgotten by the same rules as everywhere. It
 * has no ticket and no certificate: it can write nothing.
 */
import {
  type BundleFields,
  bytesKey,
  type CarriedBundle,
  type Clock,
  type Crypto,
  decodeBundle,
  equalBytes,
  type KeyPair,
  type Lane,
  type Logger,
  MeshNode,
  Meter,
  type NodeApi,
  type PutAnswer,
  type Random,
  type ReadBundle,
  Scope,
  type SitePolicy,
  type SiteTrust,
  type Store,
  siteIdOf,
  ticketIdOf,
  verifyBundle,
  verifyTicket,
} from '@muster/core';
import { OfferState } from '../relay-link/message.ts';
import { budgetLimits } from './limits.ts';

const incarnationBytes = 16;

export interface SiteHomeOptions {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The relay's own key. */
  readonly key: KeyPair;
  readonly siteKey: Uint8Array;
  readonly store: Store;
  readonly bytesMax: number;
  /** A bundle is on disk. */
  onStored(): void;
}

export class SiteHome {
  readonly siteKey: Uint8Array;
  readonly trust: SiteTrust;
  readonly bytesMax: number;
  readonly #options: SiteHomeOptions;
  readonly #node: NodeApi;
  /** Handed to the store and not synced: nobody may be told of them. */
  readonly #pending = new Set<string>();
  readonly #bundles: Meter;
  readonly #bytes: Meter;
  /**
   * Fresh at each start: after one, a store may give numbers of rows again whose bundles expired,
   * and a reader's place must never mean others than it was given for. 16 bytes.
   */
  readonly incarnation: Uint8Array;

  constructor(options: SiteHomeOptions) {
    const { crypto, clock, siteKey, bytesMax } = options;
    this.#options = options;
    this.siteKey = siteKey;
    this.bytesMax = bytesMax;
    this.trust = { crypto, siteKey, site: siteIdOf(crypto, siteKey), epoch: 0 };
    this.#node = new MeshNode({
      ...options,
      certificate: new Uint8Array(0),
      contentBytesMax: bytesMax,
    });
    this.incarnation = options.random.bytes(incarnationBytes);
    const nowMs = clock.monotonicMs();
    const { bundlesPerMinute, bundlesBurst, bytesPerMinute, bytesBurst } = budgetLimits;
    this.#bundles = new Meter({ perSecond: bundlesPerMinute / 60, burst: bundlesBurst }, nowMs);
    this.#bytes = new Meter({ perSecond: bytesPerMinute / 60, burst: bytesBurst }, nowMs);
  }

  get site(): Uint8Array {
    return this.trust.site;
  }

  get bytesUsed(): number {
    return this.#node.status().contentBytes;
  }

  get policy(): { readonly policy: SitePolicy; readonly wire: Uint8Array } | undefined {
    return this.#node.policy();
  }

  start(): void {
    this.#node.start({
      onBundle: () => {},
      onHeld: () => {},
      onNeighbours: () => {},
      onPolicy: () => {},
    });
  }

  async stop(): Promise<void> {
    this.#node.stop();
    await this.#options.store.close();
  }

  /** True when it is genuine and newer than the one known. */
  adoptPolicy(wire: Uint8Array): boolean {
    return this.#node.adoptPolicy(wire).ok;
  }

  /** What to say of a bundle that a gateway of this site offers. */
  stateOf(id: Uint8Array): OfferState {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#node.knows(id)) return this.#knownState(id);
    if (!this.#bundles.isOpen(nowMs) || !this.#bytes.isOpen(nowMs)) return OfferState.later;
    return OfferState.send;
  }

  /** What it says, when the bytes are a bundle of this site that may leave it and has this id. */
  admissible(bundle: CarriedBundle, id: Uint8Array): BundleFields | undefined {
    const decoded = decodeBundle(this.#options.crypto, bundle.signed, bundle.signature);
    if (!decoded.ok || !equalBytes(decoded.value.id, id)) return undefined;
    const { fields } = decoded.value;
    const may = equalBytes(fields.site, this.site) && fields.scope === Scope.anywhere;
    return may ? fields : undefined;
  }

  /** Signature and ticket hold, at which nobody looks in a bundle that was here before. */
  isGenuine({ signed, signature, ticket }: CarriedBundle): boolean {
    const { crypto } = this.#options;
    const decoded = decodeBundle(crypto, signed, signature);
    if (!decoded.ok || !verifyBundle(crypto, decoded.value)) return false;
    const { author, ticket: ticketId } = decoded.value.fields;
    if (!equalBytes(ticketIdOf(crypto, ticket), ticketId)) return false;
    return verifyTicket(this.trust, ticket, author).ok;
  }

  /** An admissible bundle with its id. */
  take(bundle: CarriedBundle, id: Uint8Array, onAnswer: (answer: PutAnswer) => void): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#bundles.spend(1, nowMs);
    this.#bytes.spend(bundle.signed.length, nowMs);
    const key = bytesKey(id);
    this.#pending.add(key);
    this.#node.takeFromUplink(bundle, (answer) => {
      this.#pending.delete(key);
      onAnswer(answer);
      if (answer.ok) this.#options.onStored();
    });
  }

  /** Synced bundles of a lane that arrived after `row`, oldest first. */
  after(row: number, lane: Lane, limit: number): readonly ReadBundle[] {
    const read = this.#node.since({ row, lane, limit });
    const pending = read.findIndex(({ id }) => this.#pending.has(bytesKey(id)));
    return pending === -1 ? read : read.slice(0, pending);
  }

  carried(id: Uint8Array): CarriedBundle | undefined {
    return this.#pending.has(bytesKey(id)) ? undefined : this.#node.carried(id);
  }

  #knownState(id: Uint8Array): OfferState {
    // Another gateway's copy is being synced: its own copy waits for that too.
    if (this.#pending.has(bytesKey(id))) return OfferState.send;
    return this.#node.carried(id) ? OfferState.held : OfferState.seen;
  }
}
