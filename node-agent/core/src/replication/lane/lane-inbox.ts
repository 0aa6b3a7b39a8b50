/**
 * Takes the messages of one lane of one link (steps 2 and 4 of a message's way): bundles go up to
 * the host, everything else changes what is sent next. Each message is read strictly; a verdict
 * other than undefined ends the session. Nothing is believed but what the host has checked.
 */
import { Lane } from '../../bundle/bundle.ts';
import { bundleLimits } from '../../limits.ts';
import type { DropReason } from '../../receive/drop-reason.ts';
import { BundleDecoder, type IncomingBundle } from '../dictionary/bundle-decoder.ts';
import { dictionarySize } from '../dictionary/dictionary-size.ts';
import { messageLimits, pushLimits } from '../limits.ts';
import type { Mesh, Neighbour, Verdict } from '../mesh.ts';
import {
  decodeAnnounce,
  decodeAnswer,
  decodeIdList,
  type IdListType,
} from '../messages/id-list-message.ts';
import { type IdPrefix, prefixOf } from '../messages/id-prefix.ts';
import { bundleBit, MessageType } from '../messages/message-type.ts';
import { decodeNear, decodeNearAnswer } from '../messages/near-message.ts';
import type { LaneOutbox } from './lane-outbox.ts';
import type { LaneReconcile } from './lane-reconcile.ts';

/**
 * What a node that checks never passes on. The other reasons depend on the receiver's own state or
 * knowledge (its quotas, its epoch, the site policy that it knows), so an honest neighbour can run
 * into them.
 */
const guilty: ReadonlySet<DropReason> = new Set<DropReason>([
  'too-large',
  'malformed',
  'ticket-malformed',
  'ticket-forged',
  'ticket-not-yours',
  'payload-over-role',
  'lifetime-over-role',
  'hops-over-role',
  'lane-over-role',
  'signature-wrong',
]);

export interface LaneInboxParts {
  readonly lane: Lane;
  readonly mesh: Mesh;
  readonly neighbour: Neighbour;
  readonly outbox: LaneOutbox;
  readonly reconcile: LaneReconcile;
}

export class LaneInbox {
  readonly #lane: Lane;
  readonly #mesh: Mesh;
  readonly #neighbour: Neighbour;
  readonly #outbox: LaneOutbox;
  readonly #reconcile: LaneReconcile;
  readonly #live: BundleDecoder;
  readonly #backlog: BundleDecoder;
  /** Offers not answered yet, oldest first. */
  readonly #offers: IdPrefix[][] = [];

  constructor({ lane, mesh, neighbour, outbox, reconcile }: LaneInboxParts) {
    this.#lane = lane;
    this.#mesh = mesh;
    this.#neighbour = neighbour;
    this.#outbox = outbox;
    this.#reconcile = reconcile;
    const options = { lane, sender: neighbour.node, ...dictionarySize(lane) };
    this.#live = new BundleDecoder(mesh.crypto, options);
    this.#backlog = new BundleDecoder(mesh.crypto, options);
  }

  /** A message of the lane's live stream. */
  onLive(message: Uint8Array): Verdict {
    const type = message[0]!;
    if (type >= bundleBit || type === MessageType.rawBundle) {
      return this.#onBundle(message, this.#live, true);
    }
    // A reconciliation has bounds of its own.
    if (type === MessageType.reconcile) return this.#reconcile.onBody(message.subarray(1));
    const { budget } = this.#neighbour;
    if (!budget.spendControl(message.length, this.#mesh.clock.monotonicMs())) return 'misbehaving';
    switch (type) {
      case MessageType.digest:
        return this.#reconcile.onDigest(message.subarray(1));
      case MessageType.digestAnswer:
        return this.#reconcile.onDigestAnswer(message.subarray(1));
      case MessageType.announce:
        return this.#onAnnounce(message);
      case MessageType.near:
        return this.#onNear(message);
      case MessageType.nearAnswer:
        return this.#onNearAnswer(message);
      case MessageType.graft:
        return this.#onList(MessageType.graft, message, (prefix) => this.#outbox.onGraft(prefix));
      case MessageType.prune:
        return this.#onPrune(message);
      case MessageType.offer:
        return this.#onOffer(message);
      case MessageType.answer:
        return this.#onAnswer(message);
      case MessageType.want:
        return this.#onList(MessageType.want, message, (prefix) => this.#outbox.onWant(prefix));
      case MessageType.held:
        return this.#onList(MessageType.held, message, (prefix) => this.#has(prefix));
      default:
        return 'malformed';
    }
  }

  /** A message of the lane's backlog stream, which holds nothing but bundles asked for. */
  onBacklog(message: Uint8Array): Verdict {
    return this.#onBundle(message, this.#backlog, false);
  }

  /** Answers the offers that wait, as far as this node can take more now. */
  answerOffers(): void {
    while (this.#offers.length > 0) {
      const nowMs = this.#mesh.clock.monotonicMs();
      const ahead = this.#mesh.missing.askedCountOf(this.#outbox);
      if (ahead >= pushLimits.askAheadMax) return;
      if (!this.#mesh.canAsk() || !this.#neighbour.budget.hasRoom(this.#lane, nowMs)) {
        this.#mesh.lookSoon();
        return;
      }
      const offer = this.#offers.shift()!;
      this.#outbox.answer(offer.map((prefix) => ({ prefix, want: this.#wants(prefix, nowMs) })));
      this.#mesh.lookSoon();
    }
  }

  #wants(prefix: IdPrefix, nowMs: number): boolean {
    this.#has(prefix);
    if (this.#mesh.recent.has(prefix)) return false;
    return this.#mesh.missing.offered(prefix, this.#outbox, nowMs);
  }

  /** The neighbour has it on disk. */
  #has(prefix: IdPrefix): void {
    const { knowledge } = this.#neighbour;
    const known = knowledge.hasShown(prefix);
    knowledge.shown(prefix, this.#mesh.clock.monotonicMs());
    if (!known) this.#mesh.holds(prefix, this.#neighbour);
  }

  #onAnnounce(message: Uint8Array): Verdict {
    const announced = decodeAnnounce(message);
    // Urgent bundles are pushed over every link: that lane has no tree.
    if (announced === undefined || this.#lane === Lane.urgent) return 'malformed';
    for (const { prefix, hops } of announced) {
      this.#has(prefix);
      // No links from its author: that node counts who holds it, and our own announcement, which
      // would say so, is spared now.
      if (hops === 0) this.#mesh.recent.whenStored(prefix, () => this.#outbox.tellHeld(prefix));
      const id = this.#mesh.recent.idOf(prefix);
      if (id === undefined) {
        this.#mesh.missing.announced(prefix, this.#outbox, this.#mesh.clock.monotonicMs());
        this.#mesh.lookSoon();
      } else if (this.#mesh.host.nearer(id, hops + 1)) {
        this.#mesh.passOn(id);
      }
    }
    return undefined;
  }

  #onNear(message: Uint8Array): Verdict {
    const ids = decodeNear(message);
    if (ids === undefined) return 'malformed';
    for (const id of ids) this.#mesh.detours.onAsked(id, this.#outbox);
    return undefined;
  }

  #onNearAnswer(message: Uint8Array): Verdict {
    const nearness = decodeNearAnswer(message);
    if (nearness === undefined) return 'malformed';
    this.#mesh.detours.onTold(nearness);
    return undefined;
  }

  #onList(type: IdListType, message: Uint8Array, each: (prefix: IdPrefix) => void): Verdict {
    if (type === MessageType.graft && this.#lane === Lane.urgent) return 'malformed';
    const prefixes = decodeIdList(type, message);
    if (prefixes === undefined) return 'malformed';
    for (const prefix of prefixes) each(prefix);
    return undefined;
  }

  #onPrune(message: Uint8Array): Verdict {
    if (message.length !== 1 || this.#lane === Lane.urgent) return 'malformed';
    this.#outbox.onPrune();
    return undefined;
  }

  #onOffer(message: Uint8Array): Verdict {
    const prefixes = decodeIdList(MessageType.offer, message);
    if (prefixes === undefined) return 'malformed';
    if (this.#offers.length >= messageLimits.offersUnansweredMax) return 'misbehaving';
    this.#offers.push(prefixes);
    this.answerOffers();
    return undefined;
  }

  #onAnswer(message: Uint8Array): Verdict {
    const { offers } = this.#outbox;
    if (offers.awaitedCount === 0) return 'malformed';
    const wanted = decodeAnswer(message, offers.awaitedCount);
    if (wanted === undefined) return 'malformed';
    this.#outbox.onAnswer(offers.answered(), wanted);
    return undefined;
  }

  #onBundle(message: Uint8Array, decoder: BundleDecoder, live: boolean): Verdict {
    const raw = message[0] === MessageType.rawBundle;
    const bundle = raw ? decoder.decodeRaw(message) : decoder.decode(message);
    if (bundle === undefined) return 'malformed';
    const nowMs = this.#mesh.clock.monotonicMs();
    const { budget, traffic } = this.#neighbour;
    traffic.bundlesReceived += 1;
    this.#outbox.progressMs = nowMs;
    if (live && !budget.hasRoom(this.#lane, nowMs)) {
      this.#mesh.countRefused('quota-neighbour');
      this.#has(prefixOf(bundle.id));
      return undefined;
    }
    budget.spend(message.length, nowMs);
    if (!live) {
      const skipped = this.#outbox.asked.arrived(prefixOf(bundle.id));
      // A flood of what nobody asked for ends here, before any check that costs something.
      if (skipped === undefined) return 'misbehaving';
      for (const prefix of skipped) this.#mesh.missing.failed(prefix, this.#outbox, nowMs);
      traffic.moved = true;
    }
    const verdict = this.#handUp(bundle, live);
    this.answerOffers();
    return verdict;
  }

  #handUp(bundle: IncomingBundle, live: boolean): Verdict {
    const { recent, missing, host, clock } = this.#mesh;
    const { key, knowledge } = this.#neighbour;
    const prefix = prefixOf(bundle.id);
    const settle = recent.receiving(prefix, bundle.id, { live, mark: bundle.mark });
    const { id, signed, signature, ageMs, ticket } = bundle;
    const hops = Math.min(bundle.hops + 1, bundleLimits.hopLimitMax);
    const answer = host.receive({ id, signed, signature, ageMs, hops, ticket }, key, settle);
    const nowMs = clock.monotonicMs();
    if (answer.ok) {
      missing.resolve(prefix);
      knowledge.shown(prefix, nowMs);
      if (bundle.wantHeld) recent.whenStored(prefix, () => this.#outbox.tellHeld(prefix));
      return undefined;
    }
    const { reason } = answer;
    settle(false);
    if (reason === 'seen' || reason === 'expired-known') {
      this.#onKnown(bundle, prefix);
      // Another branch was quicker: this one is not needed (Plumtree's prune).
      if (live && reason === 'seen') this.#outbox.onDuplicate(bundle.mark);
      return undefined;
    }
    if (reason === 'ticket-missing' && ticket.length === 0) {
      // It came with a bundle that was not taken; asked for by name it comes again.
      missing.resolve(prefix);
      this.#outbox.ask(prefix, false);
      return undefined;
    }
    if (!guilty.has(reason)) {
      // Nobody else's copy would fare better now; the next reconciliation comes back to it.
      missing.resolve(prefix);
      knowledge.shown(prefix, nowMs);
      return undefined;
    }
    missing.failed(prefix, this.#outbox, nowMs);
    this.#mesh.lookSoon();
    return this.#neighbour.budget.spendFaults(1, nowMs) ? undefined : 'misbehaving';
  }

  #onKnown(bundle: IncomingBundle, prefix: IdPrefix): void {
    const { recent, missing, host } = this.#mesh;
    this.#neighbour.traffic.duplicatesReceived += 1;
    missing.resolve(prefix);
    this.#has(prefix);
    if (!recent.has(prefix)) recent.known(prefix, bundle.id, host.canSend(bundle.id));
    if (bundle.wantHeld) recent.whenStored(prefix, () => this.#outbox.tellHeld(prefix));
  }
}
