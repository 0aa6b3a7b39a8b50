/**
 * Everything that waits to be sent on one lane of one link (step 4 of a message's way). The frame
 * scheduler pulls messages from it one by one when there is room: short answers first, then live
 * bundles, then what is announced, offered and reconciled; asked-for bundles have a stream of their
 * own. Every queue in it is bounded; what does not fit is found by the next reconciliation.
 */
import { BoundedMap } from '../../bounds/bounded-map.ts';
import { Fifo } from '../../bounds/fifo.ts';
import { Lane } from '../../bundle/bundle.ts';
import { BundleEncoder } from '../dictionary/bundle-encoder.ts';
import { dictionarySize } from '../dictionary/dictionary-size.ts';
import { type Outgoing, outgoing } from '../dictionary/outgoing.ts';
import type { Source } from '../knowledge/missing-bundles.ts';
import {
  frugalLimits,
  memoryLimits,
  messageLimits,
  pushLimits,
  reconcileLimits,
} from '../limits.ts';
import type { Mesh, Neighbour } from '../mesh.ts';
import {
  type Announced,
  encodeAnnounce,
  encodeAnswer,
  encodeIdList,
  type IdListType,
} from '../messages/id-list-message.ts';
import { type IdPrefix, prefixOf } from '../messages/id-prefix.ts';
import { MessageType } from '../messages/message-type.ts';
import { encodeNear, encodeNearAnswer, type Nearness } from '../messages/near-message.ts';
import type { NodeNumber } from '../messages/node-links.ts';
import type { Asker } from '../ways/detours.ts';
import { AskedQueue } from './asked-queue.ts';
import { Branch } from './branch.ts';
import { LiveQueue } from './live-queue.ts';
import { Offers } from './offers.ts';

interface Wanted {
  readonly id: Uint8Array;
  /** Asked for by name: perhaps because its ticket was missing when it came. */
  readonly byName: boolean;
}

/** A bundle of the neighbour's offer, and whether it shall send it. */
export interface Answered {
  readonly prefix: IdPrefix;
  readonly want: boolean;
}

export class LaneOutbox implements Source, Asker {
  /** Set by the inbox. */
  progressMs = Number.NEGATIVE_INFINITY;
  readonly asked = new AskedQueue();
  readonly offers: Offers;
  /**
   * Whether bundles go out unasked. The bulk lane of a frugal link is closed until the neighbour
   * asks for it; what it asks for by name is sent all the same.
   */
  isOpen: boolean;
  readonly #lane: Lane;
  readonly #mesh: Mesh;
  readonly #neighbour: Neighbour;
  readonly #liveEncoder: BundleEncoder;
  readonly #backlogEncoder: BundleEncoder;
  readonly #branch: Branch;
  readonly #live = new LiveQueue();
  readonly #announcing = new Fifo<Announced>(pushLimits.announcePendingMax);
  #announceDue = false;
  readonly #answers: (readonly Answered[])[] = [];
  readonly #grafts = new Fifo<IdPrefix>(pushLimits.asksPendingMax);
  readonly #wants = new Fifo<IdPrefix>(pushLimits.asksPendingMax);
  readonly #held = new Fifo<IdPrefix>(memoryLimits.heldPendingMax);
  readonly #wanted = new Fifo<Wanted>(pushLimits.wantedMax);
  readonly #declined = new BoundedMap<IdPrefix, Uint8Array>(pushLimits.declinedMax);
  readonly #near = new Fifo<Uint8Array>(memoryLimits.nearPendingMax);
  readonly #reconcile = new Fifo<Uint8Array>(reconcileLimits.bodiesWaitingMax);
  /** When an offer was last sent or answered, or a bundle sent that was asked for. */
  #offersMovedMs = Number.NEGATIVE_INFINITY;

  constructor(lane: Lane, mesh: Mesh, neighbour: Neighbour) {
    this.#lane = lane;
    this.#mesh = mesh;
    this.#neighbour = neighbour;
    const { isFrugal } = neighbour;
    this.isOpen = !isFrugal || lane !== Lane.bulk;
    this.offers = new Offers(isFrugal ? (id) => mesh.host.sizeOf(id) : undefined);
    this.#branch = new Branch(lane);
    const size = dictionarySize(lane);
    this.#liveEncoder = new BundleEncoder(size);
    this.#backlogEncoder = new BundleEncoder(size);
  }

  get queuedBytes(): number {
    return this.#live.bytes;
  }

  /** Passes a bundle on that is new here, unless the neighbour has it. */
  forward(item: Outgoing, live: boolean): void {
    const { knowledge, isFrugal } = this.#neighbour;
    if (!this.isOpen || knowledge.has(item.prefix)) return;
    const onWay = this.#mesh.ways.leadsOver(item.mark, this.#neighbour);
    const isUrgent = this.#lane === Lane.urgent;
    const { pushBytesMax } = isFrugal && !isUrgent ? frugalLimits : pushLimits;
    if (!live || item.bundle.signed.length > pushBytesMax) {
      this.#offer(item.bundle.id);
    } else if (this.#branch.pushes(onWay, this.#nowMs())) {
      this.#push(item);
    } else if (this.#announcing.push({ prefix: item.prefix, hops: item.bundle.hops })) {
      this.#mesh.announceSoon();
    }
  }

  /** The link's place in the base tree is known; `left` when it was in it until now. */
  place(left: boolean): void {
    this.#branch.place();
    if (left) this.#branch.graft(this.#nowMs());
  }

  onPrune(): void {
    this.#branch.prune();
  }

  /** The ids gathered so far may be announced now. */
  announce(): void {
    if (this.#announcing.length === 0) return;
    this.#announceDue = true;
    this.#wake();
  }

  /** The neighbour pushed what was here already. */
  onDuplicate(mark: NodeNumber): void {
    const onWay = this.#mesh.ways.comesOver(mark, this.#neighbour);
    this.#branch.onDuplicate(onWay, this.#nowMs());
    if (this.#branch.pruneDue) this.#wake();
  }

  ask(prefix: IdPrefix, graft: boolean): void {
    if (graft && this.#lane !== Lane.urgent) {
      this.#branch.graft(this.#nowMs());
      this.#grafts.push(prefix);
    } else {
      this.#wants.push(prefix);
    }
    this.#wake();
  }

  /** Answers the neighbour's oldest offer. */
  answer(offer: readonly Answered[]): void {
    this.#answers.push(offer);
    this.#wake();
  }

  tellHeld(prefix: IdPrefix): void {
    if (this.#held.length >= memoryLimits.heldPendingMax) this.#held.shift();
    this.#held.push(prefix);
    this.#wake();
  }

  /** The neighbour heard of a bundle and did not get it: it is pushed, as all that follow. */
  onGraft(prefix: IdPrefix): void {
    this.#branch.graft(this.#nowMs());
    const id = this.#mesh.recent.idOf(prefix);
    const bundle = id && this.#mesh.host.sendable(id);
    if (bundle !== undefined && bundle.signed.length <= pushLimits.pushBytesMax) {
      this.#push(outgoing(bundle, this.#mesh.recent.markOf(prefix)));
    }
  }

  /** The neighbour wants a bundle that it knows of from here. */
  onWant(prefix: IdPrefix): void {
    const id = this.#declined.get(prefix) ?? this.#mesh.recent.idOf(prefix);
    if (id !== undefined) this.#send({ id, byName: true });
  }

  /** The neighbour answered the oldest offer, of which `ids` were. */
  onAnswer(ids: readonly Uint8Array[], wanted: readonly boolean[]): void {
    const nowMs = this.#nowMs();
    this.#offersMovedMs = nowMs;
    ids.forEach((id, i) => {
      if (wanted[i]) {
        this.#send({ id, byName: false });
        return;
      }
      // It has it, or gets it from another; should that one fail, it asks here.
      this.#neighbour.knowledge.shown(prefixOf(id), nowMs);
      this.#declined.set(prefixOf(id), id);
    });
    this.#wake();
  }

  /** Bodies of a reconciliation, to be sent in order, behind all that is live. */
  reconcile(bodies: readonly Uint8Array[]): void {
    for (const body of bodies) this.compare(MessageType.reconcile, body);
  }

  /** A message by which two sets are compared, to be sent behind all that is live. */
  compare(type: MessageType, body: Uint8Array): void {
    const message = new Uint8Array(1 + body.length);
    message[0] = type;
    message.set(body, 1);
    this.#reconcile.push(message);
    this.#wake();
  }

  /** Bodies that were not sent yet. */
  get reconcileWaiting(): number {
    return this.#reconcile.length;
  }

  /** An offer waits for its answer, and nothing that it asked for was sent, for too long. */
  get isStalled(): boolean {
    const movedMs = this.#offersMovedMs;
    return this.offers.awaitedCount > 0 && this.#nowMs() - movedMs > reconcileLimits.lostMs;
  }

  /** Asks how far a bundle has come to the neighbour. */
  askNear(id: Uint8Array): void {
    if (this.#near.push(encodeNear([id]))) this.#wake();
  }

  tellNear(nearness: Nearness): void {
    if (this.#near.push(encodeNearAnswer(nearness))) this.#wake();
  }

  offerDifference(ids: Uint8Array): void {
    if (!this.isOpen) return;
    this.offers.setBacklog(ids);
    this.#wake();
  }

  /** The next message of the lane's live stream. */
  pullLive(): Uint8Array | undefined {
    if (this.#branch.pruneDue) {
      this.#branch.pruneDue = false;
      return Uint8Array.of(MessageType.prune);
    }
    return (
      this.#pullAnswer() ??
      pullList(MessageType.graft, this.#grafts) ??
      this.#pullWant() ??
      pullList(MessageType.held, this.#held) ??
      this.#pullPush() ??
      this.#pullAnnounce() ??
      this.#pullOffer() ??
      this.#near.shift() ??
      this.#reconcile.shift()
    );
  }

  /** The next message of the lane's backlog stream. */
  pullBacklog(): Uint8Array | undefined {
    for (;;) {
      const wanted = this.#wanted.shift();
      if (wanted === undefined) return undefined;
      const bundle = this.#mesh.host.sendable(wanted.id);
      if (bundle === undefined) continue;
      const how = { ageMs: bundle.ageMs, tellTicket: wanted.byName };
      this.#offersMovedMs = this.#nowMs();
      return this.#encode(this.#backlogEncoder, outgoing(bundle), how);
    }
  }

  #push(item: Outgoing): void {
    const nowMs = this.#nowMs();
    if (!this.#live.push({ item, sinceMs: nowMs })) {
      this.#offer(item.bundle.id);
      return;
    }
    this.#neighbour.knowledge.sent(item.prefix, nowMs);
    this.#wake();
  }

  #offer(id: Uint8Array): void {
    if (this.offers.add(id)) this.#wake();
  }

  #send(wanted: Wanted): void {
    if (!this.#wanted.push(wanted)) return;
    this.#neighbour.knowledge.sent(prefixOf(wanted.id), this.#nowMs());
    this.#neighbour.traffic.moved = true;
    this.#wake();
  }

  #pullAnswer(): Uint8Array | undefined {
    const offer = this.#answers.shift();
    if (offer === undefined) return undefined;
    return encodeAnswer(offer.map(({ prefix, want }) => want && this.asked.push(prefix)));
  }

  #pullWant(): Uint8Array | undefined {
    const waiting = this.#wants.take(messageLimits.idsMax);
    const prefixes = waiting.filter((prefix) => this.asked.push(prefix));
    return prefixes.length > 0 ? encodeIdList(MessageType.want, prefixes) : undefined;
  }

  #pullPush(): Uint8Array | undefined {
    for (;;) {
      const live = this.#live.shift();
      if (live === undefined) return undefined;
      // While it waited here the neighbour may have got it from another.
      if (this.#neighbour.knowledge.hasShown(live.item.prefix)) continue;
      const waitedMs = this.#nowMs() - live.sinceMs;
      const how = { ageMs: live.item.bundle.ageMs + waitedMs, tellTicket: false };
      return this.#encode(this.#liveEncoder, live.item, how);
    }
  }

  #pullAnnounce(): Uint8Array | undefined {
    if (!this.#announceDue) return undefined;
    const lacking: Announced[] = [];
    while (lacking.length < messageLimits.idsMax && this.#announcing.length > 0) {
      const announced = this.#announcing.shift()!;
      if (!this.#neighbour.knowledge.has(announced.prefix)) lacking.push(announced);
    }
    this.#announceDue = this.#announcing.length > 0;
    return lacking.length > 0 ? encodeAnnounce(lacking) : undefined;
  }

  #pullOffer(): Uint8Array | undefined {
    const { knowledge } = this.#neighbour;
    const { host } = this.#mesh;
    const ids = this.offers.next((id) => !knowledge.has(prefixOf(id)) && host.canSend(id));
    if (ids === undefined) return undefined;
    this.#offersMovedMs = this.#nowMs();
    return encodeIdList(MessageType.offer, ids);
  }

  #encode(
    encoder: BundleEncoder,
    item: Outgoing,
    how: { readonly ageMs: number; readonly tellTicket: boolean },
  ): Uint8Array {
    this.#neighbour.traffic.bundlesSent += 1;
    const wantHeld = this.#mesh.isWatched(item.prefix);
    const { hops } = item.bundle;
    return encoder.encode(item, { ...how, wantHeld, hops, mark: item.mark });
  }

  #nowMs(): number {
    return this.#mesh.clock.monotonicMs();
  }

  #wake(): void {
    this.#neighbour.wake(this.#lane, this.#lane === Lane.urgent);
  }
}

function pullList(type: IdListType, prefixes: Fifo<IdPrefix>): Uint8Array | undefined {
  if (prefixes.length === 0) return undefined;
  return encodeIdList(type, prefixes.take(messageLimits.idsMax));
}
