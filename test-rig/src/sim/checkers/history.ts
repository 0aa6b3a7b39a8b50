/**
 * What really happened: every bundle that anybody wrote, and at which boxes it was shown since. The
 * checkers compare what boxes say with it. Bundles whose memory every box may have lost by now are
 * let go of; only that they were written once is kept.
 */
import {
  bytesKey,
  type CarriedBundle,
  decodeFields,
  decodeTicket,
  type Lane,
  Role,
  type Stamp,
} from '@muster/core';
import type { Wrote } from './events.ts';

/** A message at one box since it was shown there. */
export interface Place {
  readonly message: Message;
  readonly arrivedMs: number;
  /** Age that the box gave it then, milliseconds. */
  readonly claimedMs: number;
  /** By so much it came as younger than it was; negative when as older. */
  readonly youngerMs: number;
  /** How long the box had been off until then, in all. */
  readonly offMs: number;
  /** Nothing that the box was shown since can have displaced it. */
  safe: boolean;
}

export interface Message {
  readonly id: Uint8Array;
  /** The id as a map key; of author and issuer likewise. */
  readonly key: string;
  readonly author: string;
  readonly issuer: string;
  readonly authorKey: Uint8Array;
  readonly role: Role;
  readonly lane: Lane;
  readonly tag: Uint8Array;
  readonly seq: number;
  readonly stamp: Stamp;
  readonly hopLimit: number;
  /** As retention counts it: signed part and signature. */
  readonly bytes: number;
  readonly signature: Uint8Array;
  readonly lifetimeMs: number;
  readonly writtenMs: number;
  /** The box that the writer was at. */
  readonly node: number;
  readonly byLiar: boolean;
  /** By box number. */
  readonly places: (Place | undefined)[];
  /** Boxes that answered *held*. */
  readonly heldBy: number[];
  /** The most that any box took it for older than it was, milliseconds. */
  olderMs: number;
}

/** Bundles that are looked at; at it the oldest are let go of. About a kilobyte each. */
const messagesMax = 300_000;
/** Bundles of which only the number is kept; more than liars remember by far. */
const bygoneMax = 2_000_000;
/** A box remembers three lifetimes; so long after its writing nothing rests on a bundle. */
const lifetimesKept = 5;

export class History {
  readonly #messages = new Map<string, Message>();
  /** The first six bytes of ids as numbers. */
  readonly #bygone = new Set<number>();
  readonly tags = new Map<string, Uint8Array>();
  writtenCount = 0;

  add({ id, carried, node, nowMs, byLiar = false }: Wrote): Message {
    const message = messageOf(id, carried, { node, nowMs, byLiar });
    this.writtenCount++;
    this.#messages.set(message.key, message);
    this.tags.set(bytesKey(message.tag), message.tag);
    if (this.#messages.size > messagesMax) this.#forgetOldest();
    return message;
  }

  find(id: Uint8Array): Message | undefined {
    return this.#messages.get(bytesKey(id));
  }

  /** Written once, and long ago: nothing is said about it any more. */
  isBygone(id: Uint8Array): boolean {
    return this.#bygone.has(numberOf(id));
  }

  /** In the order in which they were written. */
  all(): Iterable<Message> {
    return this.#messages.values();
  }

  /** Lets go of what nothing rests on any more. */
  tidy(nowMs: number): void {
    for (const { writtenMs, lifetimeMs } of this.#messages.values()) {
      if (nowMs - writtenMs < lifetimesKept * lifetimeMs) return;
      this.#forgetOldest();
    }
  }

  #forgetOldest(): void {
    const [first] = this.#messages.values();
    if (!first) return;
    this.#messages.delete(first.key);
    this.#bygone.add(numberOf(first.id));
    if (this.#bygone.size > bygoneMax) this.#bygone.delete(this.#bygone.values().next().value!);
  }
}

function numberOf(id: Uint8Array): number {
  return new DataView(id.buffer, id.byteOffset).getUint32(0) * 2 ** 16 + id[4]! * 256 + id[5]!;
}

function messageOf(
  id: Uint8Array,
  { signed, signature, ticket: wire }: CarriedBundle,
  { node, nowMs, byLiar }: { node: number; nowMs: number; byLiar: boolean },
): Message {
  const decoded = decodeFields(signed);
  const ticket = decodeTicket(wire);
  if (!decoded.ok || !ticket) throw new RangeError('what was written is no bundle with its ticket');
  const { author, lane, tag, seq, stamp, hopLimit, lifetimeS } = decoded.value;
  return {
    id,
    key: bytesKey(id),
    author: bytesKey(author),
    issuer: bytesKey(ticket.issuer),
    authorKey: author,
    role: ticket.role,
    ...{ lane, tag, seq, stamp, hopLimit, signature, node, byLiar },
    bytes: signed.length + signature.length,
    lifetimeMs: lifetimeS * 1000,
    writtenMs: nowMs,
    places: [],
    heldBy: [],
    olderMs: 0,
  };
}

/** Guests share a budget by who admitted them. */
export function isGuest({ role }: Pick<Message, 'role'>): boolean {
  return role === Role.guest;
}
