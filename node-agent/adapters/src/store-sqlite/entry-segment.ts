/**
 * Entries packed for the disk (step 3): fixed records of successive rows under the first row, and a
 * CRC-32 over all. Little-endian: format (1) ‖ records ‖ CRC (4). Works on bytes and touches no
 * table. Whatever comes from the disk is checked here before it is believed.
 */
import { crc32 } from 'node:zlib';
import { BundleKind, Lane, orderKeyBytes, Role, type StoreEntry } from '@muster/core';
import type { Placed } from './order-index.ts';

/** Offsets in a record; `seq` and all times are 6 bytes. */
const at = {
  rowOffset: 0,
  writer: 4,
  id: 8,
  tag: 40,
  orderKey: 56,
  kind: 81,
  /** lane · role << 2 · held << 5 */
  flags: 82,
  hops: 83,
  bytes: 84,
  seq: 88,
  ageMs: 94,
  arrivedTickMs: 100,
  expiresTickMs: 106,
  arrivedUnixMs: 112,
} as const;
export const recordBytes = 118;
const format = 1;
const formatBytes = 1;
const crcBytes = 4;
const heldFlag = 1 << 5;
const idBytes = 32;
const tagBytes = 16;
const longBytes = 6;

export interface Writer {
  readonly author: Uint8Array;
  readonly issuer: Uint8Array;
  /** Empty for an entry that came without its content. */
  readonly ticketId: Uint8Array;
}

export function segmentBytes(records: number): number {
  return formatBytes + records * recordBytes + crcBytes;
}

/** Where a record begins. */
export function recordAt(index: number): number {
  return formatBytes + index * recordBytes;
}

export function recordCount(segment: Buffer): number {
  return (segment.length - formatBytes - crcBytes) / recordBytes;
}

/** Throws a RangeError for what no valid entry has: a mistake of the caller. */
export function writeRecord(
  segment: Buffer,
  index: number,
  from: { readonly entry: StoreEntry; readonly firstRow: number; readonly writerNo: number },
): void {
  const { entry } = from;
  const { id, tag, orderKey } = entry;
  if (id.length !== idBytes || tag.length !== tagBytes || orderKey.length !== orderKeyBytes) {
    throw new RangeError('id, tag or order key of a wrong length');
  }
  const start = recordAt(index);
  segment.writeUInt32LE(entry.row - from.firstRow, start + at.rowOffset);
  segment.writeUInt32LE(from.writerNo, start + at.writer);
  segment.set(id, start + at.id);
  segment.set(tag, start + at.tag);
  segment.set(orderKey, start + at.orderKey);
  segment.writeUInt8(entry.kind, start + at.kind);
  segment[start + at.flags] = entry.lane | (entry.role << 2) | (entry.held ? heldFlag : 0);
  segment.writeUInt8(entry.hops, start + at.hops);
  segment.writeUInt32LE(entry.bytes, start + at.bytes);
  segment.writeUIntLE(entry.seq, start + at.seq, longBytes);
  segment.writeUIntLE(entry.ageMs, start + at.ageMs, longBytes);
  segment.writeUIntLE(entry.arrivedTickMs, start + at.arrivedTickMs, longBytes);
  segment.writeUIntLE(entry.expiresTickMs, start + at.expiresTickMs, longBytes);
  segment.writeUIntLE(entry.arrivedUnixMs, start + at.arrivedUnixMs, longBytes);
}

/** Closes a segment after its records were written or changed. */
export function seal(segment: Buffer): void {
  segment[0] = format;
  const end = segment.length - crcBytes;
  segment.writeUInt32LE(crc32(segment.subarray(0, end)), end);
}

/** False for anything but what `seal` has closed: foreign, cut or damaged. */
export function isIntact(segment: unknown): segment is Buffer {
  if (!Buffer.isBuffer(segment) || segment.length < segmentBytes(1)) return false;
  if (segment[0] !== format || !Number.isInteger(recordCount(segment))) return false;
  const end = segment.length - crcBytes;
  return crc32(segment.subarray(0, end)) === segment.readUInt32LE(end);
}

/** Index of the record of a row, or -1. */
export function findRecord(segment: Buffer, rowOffset: number): number {
  let low = 0;
  let high = recordCount(segment);
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = segment.readUInt32LE(recordAt(middle) + at.rowOffset);
    if (found === rowOffset) return middle;
    if (found < rowOffset) low = middle + 1;
    else high = middle;
  }
  return -1;
}

export function rowOffsetOf(segment: Buffer, index: number): number {
  return segment.readUInt32LE(recordAt(index) + at.rowOffset);
}

export function laneOf(segment: Buffer, index: number): Lane {
  return (segment[recordAt(index) + at.flags]! & 3) as Lane;
}

export function writerNoOf(segment: Buffer, index: number): number {
  return segment.readUInt32LE(recordAt(index) + at.writer);
}

export function isHeld(segment: Buffer, index: number): boolean {
  return (segment[recordAt(index) + at.flags]! & heldFlag) !== 0;
}

export function clearHeld(segment: Buffer, index: number): void {
  segment[recordAt(index) + at.flags]! &= ~heldFlag;
}

/** Bytes of content of the held records. */
export function heldBytes(segment: Buffer): number {
  let bytes = 0;
  for (let i = recordCount(segment) - 1; i >= 0; i--) {
    if (isHeld(segment, i)) bytes += segment.readUInt32LE(recordAt(i) + at.bytes);
  }
  return bytes;
}

/** What the order index needs of a record; the arrays are views into the segment. */
export function placedOf(segment: Buffer, index: number, firstRow: number): Placed {
  const start = recordAt(index);
  return {
    tag: segment.subarray(start + at.tag, start + at.tag + tagBytes),
    orderKey: segment.subarray(start + at.orderKey, start + at.orderKey + orderKeyBytes),
    row: firstRow + rowOffsetOf(segment, index),
    kind: segment[start + at.kind]!,
  };
}

/** The same segment with only those records; sealed. */
export function keepRecords(segment: Buffer, indexes: readonly number[]): Buffer {
  const kept = Buffer.allocUnsafe(segmentBytes(indexes.length));
  for (const [i, index] of indexes.entries()) {
    segment.copy(kept, recordAt(i), recordAt(index), recordAt(index + 1));
  }
  seal(kept);
  return kept;
}

/** The entry of a record; undefined when its values are none that an entry can have. */
export function readEntry(
  segment: Buffer,
  index: number,
  from: { readonly firstRow: number; readonly writer: Writer },
): StoreEntry | undefined {
  const start = recordAt(index);
  const flags = segment[start + at.flags]!;
  const lane = (flags & 3) as Lane;
  const role = ((flags >> 2) & 7) as Role;
  const kind = segment[start + at.kind] as BundleKind;
  if (lane > Lane.bulk || role > Role.foreign || kind < BundleKind.message) return undefined;
  return {
    row: from.firstRow + segment.readUInt32LE(start + at.rowOffset),
    id: copy(segment, start + at.id, idBytes),
    author: from.writer.author,
    issuer: from.writer.issuer,
    tag: copy(segment, start + at.tag, tagBytes),
    kind,
    lane,
    role,
    seq: segment.readUIntLE(start + at.seq, longBytes),
    bytes: segment.readUInt32LE(start + at.bytes),
    hops: segment[start + at.hops]!,
    ageMs: segment.readUIntLE(start + at.ageMs, longBytes),
    arrivedTickMs: segment.readUIntLE(start + at.arrivedTickMs, longBytes),
    expiresTickMs: segment.readUIntLE(start + at.expiresTickMs, longBytes),
    arrivedUnixMs: segment.readUIntLE(start + at.arrivedUnixMs, longBytes),
    orderKey: copy(segment, start + at.orderKey, orderKeyBytes),
    held: (flags & heldFlag) !== 0,
  };
}

/** A plain array of its own: callers keep it, and it must not hold the segment in memory. */
function copy(segment: Buffer, start: number, length: number): Uint8Array {
  return new Uint8Array(segment.buffer, segment.byteOffset + start, length).slice();
}
