/**
 * The entries of the inventory, a typed array for each field and a slot for each entry (about 80
 * bytes; steps 2 to 4 of a message's way). Only what stands in a slot: who is where in which order
 * is the matter of the indexes and queues beside it.
 */
import type { Lane } from '../bundle/bundle.ts';
import { Role } from '../identity/role.ts';
import { type RetentionClass, retentionClassOf } from './class.ts';

export const idBytes = 32;
const capacityFirst = 1024;
export const hopLimitUnknown = 255;

/** In `flags`: used (1) · held (2) · lane << 2 · role << 4. */
const usedFlag = 1;
const heldFlag = 2;

export class EntryColumns {
  ids = new Uint8Array(0);
  rows = new Float64Array(0);
  seqs = new Float64Array(0);
  arrived = new Float64Array(0);
  ages = new Float64Array(0);
  /** Numbers of authors and of issuers. */
  authors = new Int32Array(0);
  issuers = new Int32Array(0);
  bytes = new Uint32Array(0);
  hops = new Uint8Array(0);
  hopLimits = new Uint8Array(0);
  flags = new Uint8Array(0);
  capacity = 0;

  /** Doubles the room. */
  grow(): void {
    const capacity = Math.max(capacityFirst, this.capacity * 2);
    this.ids = enlarge(this.ids, new Uint8Array(capacity * idBytes));
    this.rows = enlarge(this.rows, new Float64Array(capacity));
    this.seqs = enlarge(this.seqs, new Float64Array(capacity));
    this.arrived = enlarge(this.arrived, new Float64Array(capacity));
    this.ages = enlarge(this.ages, new Float64Array(capacity));
    this.authors = enlarge(this.authors, new Int32Array(capacity));
    this.issuers = enlarge(this.issuers, new Int32Array(capacity));
    this.bytes = enlarge(this.bytes, new Uint32Array(capacity));
    this.hops = enlarge(this.hops, new Uint8Array(capacity));
    this.hopLimits = enlarge(this.hopLimits, new Uint8Array(capacity));
    this.flags = enlarge(this.flags, new Uint8Array(capacity));
    this.capacity = capacity;
  }

  /** A slot comes into use, without content. */
  use(slot: number, lane: Lane, role: Role): void {
    this.flags[slot] = usedFlag | (lane << 2) | (role << 4);
  }

  setHeld(slot: number, isHeld: boolean): void {
    this.flags[slot] = (this.flags[slot]! & ~heldFlag) | (isHeld ? heldFlag : 0);
  }

  /** Whether it is used by an entry of this lane. */
  isOfLane(slot: number, lane: Lane): boolean {
    return (this.flags[slot]! & 0b1101) === (usedFlag | (lane << 2));
  }

  isUsed(slot: number): boolean {
    return (this.flags[slot]! & usedFlag) !== 0;
  }

  isHeld(slot: number): boolean {
    return (this.flags[slot]! & heldFlag) !== 0;
  }

  isSeenOnly(slot: number): boolean {
    return (this.flags[slot]! & (usedFlag | heldFlag)) === usedFlag;
  }

  lane(slot: number): Lane {
    return ((this.flags[slot]! >> 2) & 3) as Lane;
  }

  role(slot: number): Role {
    return (this.flags[slot]! >> 4) as Role;
  }

  classOf(slot: number): RetentionClass {
    return retentionClassOf({ lane: this.lane(slot), role: this.role(slot) });
  }

  /** Counted in a budget that many authors share: an issuer's guests, or a foreign site. */
  isShared(slot: number): boolean {
    const role = this.role(slot);
    return role === Role.guest || role === Role.foreign;
  }

  /** A view, valid until the inventory changes. */
  id(slot: number): Uint8Array {
    return this.ids.subarray(slot * idBytes, (slot + 1) * idBytes);
  }

  hasId(slot: number, id: Uint8Array): boolean {
    const start = slot * idBytes;
    for (let i = 0; i < idBytes; i++) if (this.ids[start + i] !== id[i]) return false;
    return true;
  }
}

function enlarge<T extends { set(from: T): void }>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
