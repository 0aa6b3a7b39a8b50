/**
 * The packets of the stream (docs/protocol/ble.md): one head byte, its low half the kind, then the
 * fields of the kind. Below step 4 of a message's way. What strangers send is read here: a packet
 * has one form, everything else is `malformed`; nothing is copied.
 */
import { ok, type Result, refused } from '@muster/core';
import { tokenBytes } from './limits.ts';

export type StreamPurpose = 'mesh' | 'claim';

const purposes: readonly (StreamPurpose | undefined)[] = [undefined, 'mesh', 'claim'];

export interface Greeting {
  readonly kind: 'greeting';
  /** The highest that is spoken; the lower of both ends' is used. */
  readonly version: number;
  readonly purpose: StreamPurpose;
  /** 0: no channels here. */
  readonly psm: number;
  /** What the first packet of a channel must show. */
  readonly token: Uint8Array;
}

/** Why an end gives up a stream, told to the other end where that is possible. */
export const streamFaults = ['malformed', 'window', 'acknowledged-unsent', 'misplaced'] as const;
export type StreamFault = (typeof streamFaults)[number];

export type StreamPacket =
  | Greeting
  | {
      readonly kind: 'data';
      /** Of its first byte, on the wire. */
      readonly offset: number;
      readonly acknowledged: number | undefined;
      /** Nothing follows behind these bytes. */
      readonly isLast: boolean;
      /** To be acknowledged at once. */
      readonly isUrgent: boolean;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'ack'; readonly acknowledged: number }
  | { readonly kind: 'ask'; readonly number: number }
  | { readonly kind: 'answer'; readonly number: number }
  | { readonly kind: 'join'; readonly token: Uint8Array }
  | { readonly kind: 'leave' }
  | { readonly kind: 'abort'; readonly fault: StreamFault | 'other' };

export type StreamPacketKind = StreamPacket['kind'];

const kinds: readonly (StreamPacketKind | undefined)[] = [
  undefined,
  'greeting',
  'data',
  'ack',
  'ask',
  'answer',
  'join',
  'leave',
  'abort',
];

const ackFlag = 0x10;
const lastFlag = 0x20;
const urgentFlag = 0x40;
const offsetBytes = 3;
const greetingBytes = 4 + tokenBytes;

/** Bytes of a data packet in front of its payload. */
export function dataHeadBytes(withAck: boolean): number {
  return 1 + offsetBytes + (withAck ? offsetBytes : 0);
}

export function decodePacket(packet: Uint8Array): Result<StreamPacket, 'malformed'> {
  const head = packet[0] ?? 0;
  const kind = kinds[head & 0x0f];
  if (kind === 'data') return decodeData(packet, head);
  if (kind === undefined || head > 0x0f) return refused('malformed');
  const decoded = decodeControl(kind, packet);
  return decoded === undefined ? refused('malformed') : ok(decoded);
}

function decodeData(packet: Uint8Array, head: number): Result<StreamPacket, 'malformed'> {
  const hasAck = (head & ackFlag) !== 0;
  const isLast = (head & lastFlag) !== 0;
  const at = dataHeadBytes(hasAck);
  if (head > 0x7f || packet.length < at + (isLast ? 0 : 1)) return refused('malformed');
  return ok({
    kind: 'data',
    offset: readOffset(packet, 1),
    acknowledged: hasAck ? readOffset(packet, 1 + offsetBytes) : undefined,
    isLast,
    isUrgent: (head & urgentFlag) !== 0,
    bytes: packet.subarray(at),
  });
}

function decodeControl(kind: StreamPacketKind, packet: Uint8Array): StreamPacket | undefined {
  const { length } = packet;
  if (kind === 'greeting') return decodeGreeting(packet);
  if (kind === 'ack' && length === 1 + offsetBytes) {
    return { kind, acknowledged: readOffset(packet, 1) };
  }
  if (kind === 'join' && length === 1 + tokenBytes) return { kind, token: packet.subarray(1) };
  if (kind === 'leave' && length === 1) return { kind };
  if (length !== 2) return undefined;
  const value = packet[1]!;
  if (kind === 'ask' || kind === 'answer') return { kind, number: value };
  if (kind === 'abort') return { kind, fault: streamFaults[value - 1] ?? 'other' };
  return undefined;
}

/** Behind the fields of version 1 there may be others where the version is higher. */
function decodeGreeting(packet: Uint8Array): Greeting | undefined {
  const [, version = 0, purposeAt = 0, psm = 0] = packet;
  const purpose = purposes[purposeAt];
  const isLong = version > 1 && packet.length > greetingBytes;
  if (packet.length !== greetingBytes && !isLong) return undefined;
  if (version === 0 || purpose === undefined || !isPsm(psm)) return undefined;
  return { kind: 'greeting', version, purpose, psm, token: packet.slice(4, greetingBytes) };
}

/** 0 for none, and the dynamic range (Bluetooth Core 5.4, vol 3 part A, 4.22). */
function isPsm(value: number): boolean {
  return value === 0 || value >= 0x80;
}

/** Every packet but data, which is written in place by `writeDataHead`. */
export function encodePacket(packet: Exclude<StreamPacket, { kind: 'data' }>): Uint8Array {
  const head = kinds.indexOf(packet.kind);
  switch (packet.kind) {
    case 'greeting': {
      const purpose = purposes.indexOf(packet.purpose);
      return Uint8Array.of(head, packet.version, purpose, packet.psm, ...packet.token);
    }
    case 'ack': {
      const bytes = Uint8Array.of(head, 0, 0, 0);
      writeOffset(bytes, 1, packet.acknowledged);
      return bytes;
    }
    case 'join':
      return Uint8Array.of(head, ...packet.token);
    case 'leave':
      return Uint8Array.of(head);
    case 'abort':
      return Uint8Array.of(head, packet.fault === 'other' ? 0 : faultNumber(packet.fault));
    default:
      return Uint8Array.of(head, packet.number);
  }
}

function faultNumber(fault: StreamFault): number {
  return streamFaults.indexOf(fault) + 1;
}

export interface DataHead {
  readonly offset: number;
  readonly acknowledged: number | undefined;
  readonly isLast: boolean;
  readonly isUrgent: boolean;
}

/** Fills the first bytes of a packet; the payload follows from `dataHeadBytes` on. */
export function writeDataHead(packet: Uint8Array, head: DataHead): void {
  const { acknowledged } = head;
  packet[0] =
    kinds.indexOf('data') |
    (acknowledged === undefined ? 0 : ackFlag) |
    (head.isLast ? lastFlag : 0) |
    (head.isUrgent ? urgentFlag : 0);
  writeOffset(packet, 1, head.offset);
  if (acknowledged !== undefined) writeOffset(packet, 1 + offsetBytes, acknowledged);
}

function readOffset(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 0x10000 + bytes[at + 1]! * 0x100 + bytes[at + 2]!;
}

function writeOffset(bytes: Uint8Array, at: number, offset: number): void {
  bytes[at] = offset >>> 16;
  bytes[at + 1] = offset >>> 8;
  bytes[at + 2] = offset;
}
