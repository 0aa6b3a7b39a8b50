/**
 * ble-stream.json: packets of the byte stream over Bluetooth LE, right and wrong, and the numbers
 * of bytes on the wire. docs/protocol/ble.md says what they are for.
 */
import {
  dataHeadBytes,
  encodePacket,
  fromWireOffset,
  type StreamPacket,
  writeDataHead,
} from '@muster/adapters/parsers';
import { fromHex, utf8 } from '@muster/core';
import type { Vector } from './json.ts';

const token = Uint8Array.from({ length: 8 }, (_, at) => 0xa0 + at);

export function bleStreamVectors(): Vector {
  return {
    about:
      'Packets of the byte stream over Bluetooth LE; docs/protocol/ble.md says how. `packet` is ' +
      'what `wire` says; an end that gets one of `invalid` gives up the stream as malformed. ' +
      '`offsets`: `full` is what the number `wire` means where `near` is expected; a negative ' +
      'one does not exist. All bytes are hex.',
    valid: validPackets().map((packet) => ({
      name: packet.kind,
      packet: { ...packet } as Vector,
      wire: wireOf(packet),
    })),
    invalid: invalidPackets.map(([why, wire]) => ({ why, wire: fromHex(wire)! })),
    offsets: offsets.map(([near, wire]) => ({ near, wire, full: fromWireOffset(wire, near) })),
  };
}

function wireOf(packet: StreamPacket): Uint8Array {
  if (packet.kind !== 'data') return encodePacket(packet);
  const at = dataHeadBytes(packet.acknowledged !== undefined);
  const wire = new Uint8Array(at + packet.bytes.length);
  writeDataHead(wire, packet);
  wire.set(packet.bytes, at);
  return wire;
}

function validPackets(): StreamPacket[] {
  const data = {
    kind: 'data',
    offset: 0,
    acknowledged: undefined,
    isLast: false,
    isUrgent: false,
    bytes: utf8('hello'),
  } as const;
  return [
    { kind: 'greeting', version: 1, purpose: 'mesh', psm: 0, token },
    { kind: 'greeting', version: 1, purpose: 'claim', psm: 0x80, token },
    data,
    { ...data, offset: 0x010203, acknowledged: 0xfffefd },
    { ...data, isLast: true },
    { ...data, offset: 5, isLast: true, bytes: new Uint8Array(0) },
    { ...data, acknowledged: 0, isUrgent: true },
    { ...data, offset: 7, acknowledged: 9, isLast: true, isUrgent: true },
    { kind: 'ack', acknowledged: 0x010203 },
    { kind: 'ask', number: 255 },
    { kind: 'answer', number: 0 },
    { kind: 'join', token },
    { kind: 'leave' },
    { kind: 'abort', fault: 'malformed' },
    { kind: 'abort', fault: 'window' },
    { kind: 'abort', fault: 'acknowledged-unsent' },
    { kind: 'abort', fault: 'misplaced' },
    { kind: 'abort', fault: 'other' },
  ];
}

const invalidPackets: readonly (readonly [why: string, wire: string])[] = [
  ['No bytes.', ''],
  ['Kind 0.', '00'],
  ['A kind that is not known.', '0901'],
  ['Flags where there are none.', '1400'],
  ['A greeting that is cut off.', '01010100a0a1a2a3a4a5a6'],
  ['A greeting of version 1 with a byte too many.', '01010100a0a1a2a3a4a5a6a700'],
  ['A greeting of version 0.', '01000100a0a1a2a3a4a5a6a7'],
  ['A purpose that is none.', '01010300a0a1a2a3a4a5a6a7'],
  ['A PSM that is none.', '0101017fa0a1a2a3a4a5a6a7'],
  ['Data with the highest bit of the head.', '8200000061'],
  ['Data of no bytes.', '02000000'],
  ['Data that ends within its offset.', '020000'],
  ['Data that ends within what it acknowledges.', '120000000000'],
  ['Data with an acknowledgement, and of no bytes.', '12000000000000'],
  ['An acknowledgement that is cut off.', '030000'],
  ['An acknowledgement with a byte too many.', '0300000000'],
  ['A question without a number.', '04'],
  ['An answer with a byte too many.', '050000'],
  ['A join that is cut off.', '06a0a1a2a3a4a5a6'],
  ['A leave with a byte too many.', '0700'],
  ['An abort without a reason.', '08'],
];

const offsets: readonly (readonly [near: number, wire: number])[] = [
  [0, 0],
  [0, 0x7fffff],
  [0, 0xffffff],
  [0xffffff, 0],
  [0x1000000, 0xffffff],
  [0x1000000, 5],
  [0x37fffff, 0x7ffffe],
  [0x3800000, 0x000001],
];
