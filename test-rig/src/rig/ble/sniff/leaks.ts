/**
 * Leaks, planted into a trace that has none: by each the judge of such traces shows that it would
 * notice. Each changes one controller's commands and leaves all else as it was.
 */
import { commandHeadBytes, commands, opcodeOf } from './commands.ts';
import type { Fault } from './judge.ts';
import type { TracePacket } from './trace.ts';

interface Leak {
  readonly fault: Fault;
  plant(trace: readonly TracePacket[]): readonly TracePacket[];
}

/** How strongly it is sent: 0 dBm. */
const txPower = [2, 0x0a, 0];

export const leaks: Readonly<Record<string, Leak>> = {
  'a tag that goes on under a new address': {
    fault: 'tag-goes-on',
    plant: (trace) => repeated(trace, commands.data),
  },
  'an address that goes on with a new tag': {
    fault: 'address-goes-on',
    plant: (trace) => repeated(trace, commands.address),
  },
  'an address that never changes': {
    fault: 'not-private',
    plant: (trace) => changed(trace, commands.shape, (told) => told.with(5, 0)),
  },
  'an address that never changes, of scans': {
    fault: 'not-private',
    plant: (trace) => changed(trace, commands.scanShape, (told) => told.with(5, 0)),
  },
  'a strength of sending': {
    fault: 'says-more',
    plant: (trace) => changed(trace, commands.data, withPower),
  },
  'a name': {
    fault: 'says-more',
    plant: (trace) =>
      trace.flatMap((packet) => (isOf(packet, commands.data) ? named(packet) : packet)),
  },
  'an interval of its own': {
    fault: 'says-more',
    plant: (trace) => changed(trace, commands.shape, (told) => told.with(0, told[0]! ^ 1)),
  },
};

/** The last command of the kind that says something new says what the one before it said. */
function repeated(trace: readonly TracePacket[], opcode: number): readonly TracePacket[] {
  const all = trace.filter((packet) => isOf(packet, opcode));
  const beforeOf = (last: TracePacket): TracePacket | undefined =>
    all
      .slice(0, all.indexOf(last))
      .findLast((one) => one.controller === last.controller && differs(one, last));
  const last = all.findLast((one) => beforeOf(one) !== undefined)!;
  const { bytes } = beforeOf(last)!;
  return trace.map((one) => (isOf(one, opcode) && !differs(one, last) ? { ...one, bytes } : one));
}

/** All commands of the kind, of the controller that said the last of them. */
function changed(
  trace: readonly TracePacket[],
  opcode: number,
  change: (told: Uint8Array) => Uint8Array,
): readonly TracePacket[] {
  const { controller } = trace.findLast((packet) => isOf(packet, opcode))!;
  return trace.map((packet) => {
    if (packet.controller !== controller || !isOf(packet, opcode)) return packet;
    const head = packet.bytes.subarray(0, commandHeadBytes);
    const told = change(packet.bytes.subarray(commandHeadBytes));
    return { ...packet, bytes: Uint8Array.of(...head, ...told) };
  });
}

function isOf({ kind, bytes }: TracePacket, opcode: number): boolean {
  return kind === 'command' && opcodeOf(bytes) === opcode;
}

function differs(one: TracePacket, other: TracePacket): boolean {
  return Buffer.compare(one.bytes, other.bytes) !== 0;
}

/** Instead of the flags; the first octet says how many of those behind it count. */
function withPower(told: Uint8Array): Uint8Array {
  const at = Buffer.from(told).indexOf(Buffer.from([2, 1, 6]), 1);
  const more = told.slice();
  more.set(txPower, at);
  return more;
}

/** What scanners are answered, set and taken before the data. */
function named(packet: TracePacket): readonly TracePacket[] {
  const [low, high] = [commands.answer & 0xff, commands.answer >> 8];
  const name = [...Buffer.from('box')];
  const told = [name.length + 2, name.length + 1, 0x09, ...name];
  const { controller, atMs } = packet;
  const command = Uint8Array.of(low, high, told.length, ...told);
  const done = Uint8Array.of(0x0e, 4, 1, low, high, 0);
  return [
    { atMs, controller, kind: 'command', bytes: command },
    { atMs, controller, kind: 'event', bytes: done },
    packet,
  ];
}
