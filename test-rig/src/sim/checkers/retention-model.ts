/**
 * What a box may rightly have displaced, worked out from what it was shown (DESIGN sections 5 and
 * 7): over its share an author's lowest numbers go, over an issuer's share the guests that came
 * first, over that of the store the lowest class and in it what came first. Nobody asks the box.
 */
import { Lane, Role, urgentLimits } from '@muster/core';
import { isGuest, type Message, type Place } from './history.ts';
import { authorShare, issuerShare } from './shares.ts';
import { Shelf, type ShelfLimits } from './shelf.ts';

/** Guests, users, staff and nodes, what is urgent: the classes in the order in which they go. */
const classes = [0, 1, 2, 3] as const;

export function classOf({ lane, role }: Pick<Message, 'lane' | 'role'>): number {
  if (lane === Lane.urgent) return 3;
  if (isGuest({ role })) return 0;
  return role === Role.user ? 1 : 2;
}

export class RetentionModel {
  readonly #contentBytesMax: number;
  readonly #mayLive: (place: Place, nowMs: number) => boolean;
  readonly #authors = new Map<string, Shelf>();
  readonly #issuers = new Map<string, Shelf>();
  readonly #classes = classes.map(() => new Shelf());

  constructor(contentBytesMax: number, mayLive: (place: Place, nowMs: number) => boolean) {
    this.#contentBytesMax = contentBytesMax;
    this.#mayLive = mayLive;
  }

  get #bytes(): number {
    return this.#classes.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** A message is new at the box. */
  placed(place: Place, nowMs: number): void {
    const { message } = place;
    const author = this.#author(message);
    author.add(place, (other) => other.message.seq);
    this.#displace(author, authorShare(message), nowMs);
    this.#classes[classOf(message)]!.add(place);
    if (isGuest(message)) {
      const issuer = this.#issuer(message);
      issuer.add(place);
      this.#displace(issuer, issuerShare(this.#contentBytesMax), nowMs);
    }
    this.#displaceForClass(message, nowMs);
  }

  /** Whether the box may rightly not have taken a message, by what it holds already. */
  mayRefuse(message: Message): boolean {
    const shelf = this.#author(message);
    let newerBytes = message.bytes;
    for (const { message: other } of shelf.safe()) {
      if (other.seq > message.seq) newerBytes += other.bytes;
    }
    return newerBytes > authorShare(message).bytesMax || this.#isFullFor(message, message.bytes);
  }

  /** Lets go of all that is dead, so that the model is no larger than the box. */
  tidy(nowMs: number): void {
    for (const shelves of [this.#authors, this.#issuers]) {
      for (const [key, shelf] of shelves) {
        shelf.tidy(nowMs, (place) => this.#letGoIfDead(place, nowMs));
        if (shelf.entries === 0) shelves.delete(key);
      }
    }
    for (const shelf of this.#classes) shelf.tidy(nowMs, (place) => !place.safe);
  }

  #displace(shelf: Shelf, limits: ShelfLimits, nowMs: number): void {
    if (!shelf.isOver(limits)) return;
    shelf.tidy(nowMs, (place) => this.#letGoIfDead(place, nowMs));
    while (shelf.isOver(limits)) {
      const first = shelf.first();
      if (!first) return;
      this.#letGo(first);
    }
  }

  #displaceForClass(message: Message, nowMs: number): void {
    if (!this.#isFullFor(message)) return;
    for (const shelf of this.#classes)
      shelf.tidy(nowMs, (place) => this.#letGoIfDead(place, nowMs));
    for (const shelf of this.#classes.slice(0, classOf(message) + 1)) {
      for (let first = shelf.first(); first && this.#isFullFor(message); first = shelf.first()) {
        this.#letGo(first);
      }
    }
  }

  #isFullFor(message: Message, moreBytes = 0): boolean {
    const share = message.lane === Lane.urgent ? 1 : 1 - urgentLimits.reservedShare;
    return this.#bytes + moreBytes > this.#contentBytesMax * share;
  }

  #letGoIfDead(place: Place, nowMs: number): boolean {
    if (this.#mayLive(place, nowMs)) return false;
    this.#letGo(place);
    return true;
  }

  #letGo(place: Place): void {
    if (!place.safe) return;
    place.safe = false;
    const { message } = place;
    this.#author(message).count(place, -1);
    this.#classes[classOf(message)]!.count(place, -1);
    if (isGuest(message)) this.#issuer(message).count(place, -1);
  }

  #author(message: Message): Shelf {
    const key = `${message.author}${message.lane === Lane.urgent ? '!' : ''}`;
    return shelfOf(this.#authors, key);
  }

  #issuer(message: Message): Shelf {
    return shelfOf(this.#issuers, message.issuer);
  }
}

function shelfOf(shelves: Map<string, Shelf>, key: string): Shelf {
  let shelf = shelves.get(key);
  if (!shelf) {
    shelf = new Shelf();
    shelves.set(key, shelf);
  }
  return shelf;
}
