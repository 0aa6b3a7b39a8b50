/**
 * Fuzz target: the octets of a message bus, cut into messages (below step 4). Input: the stream,
 * then an octet that says where it is cut. Cut anywhere it reads the same, and what was accepted
 * and is written again reads as what it was.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type DBusMessage,
  MessageReader,
  type ReceivedMessage,
  ValueWriter,
  writeMessage,
} from '@muster/adapters/parsers';
import type { DBusValue, DBusVariant } from '@muster/adapters/transport-ble/dbus';
import { concat } from '@muster/core';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { busMessages, messagesIn, octetsOf, withRightLength } from './dbus-octets.ts';
import { wordsOf } from './seeds.ts';

export function createDBusMessageTarget(): FuzzTarget {
  return {
    name: 'dbus-message',
    seeds,
    dictionary: wordsOf('a{sv}', 'v\0', 'ay', '((', 'org.bluez', '/org/bluez/hci0', 'sa{sv}as'),
    run,
    repair(input) {
      const mended = withRightLength(input.subarray(0, -1));
      return mended && concat(mended, input.subarray(-1));
    },
  };
}

function seeds(): Uint8Array[] {
  const each = busMessages.map(octetsOf);
  const all = Buffer.concat(each);
  return [...each, all].map((octets, at) => concat(octets, Uint8Array.of(at * 17)));
}

function read(chunks: readonly Buffer[]) {
  const messages: ReceivedMessage[] = [];
  const reader = new MessageReader((message) => messages.push(message));
  let fault: string | undefined;
  for (const chunk of chunks) fault ??= reader.push(chunk);
  return { messages, fault };
}

function run(input: Uint8Array): FuzzVerdict {
  const stream = Buffer.from(input.subarray(0, -1));
  const cut = Math.floor((stream.length * (input.at(-1) ?? 0)) / 256);
  const whole = read([stream]);
  const inTwo = read([stream.subarray(0, cut), stream.subarray(cut)]);
  if (!isDeepStrictEqual(inTwo, whole)) broken(`cut at ${cut} it reads differently`);
  const octets = messagesIn(stream).messages;
  for (const [at, message] of whole.messages.entries()) mustComeBack(message, octets[at]);
  return whole.fault ?? (whole.messages.length > 0 ? true : 'unfinished');
}

/** Fields that nobody knows and the byte order are lost, values never. */
function mustComeBack(message: ReceivedMessage, octets: Buffer | undefined): void {
  if (message.isTooLarge) return;
  if (octets === undefined) broken('a message that is not all there');
  const { isTooLarge: _left, ...known } = message;
  const written = writeMessage(new ValueWriter(), known satisfies DBusMessage);
  const { messages, fault } = read([written]);
  if (fault !== undefined) broken(`what was read is written as ${fault}`);
  if (!isDeepStrictEqual(messages, [message])) broken('another message comes back');
  if (octets[0] !== written[0]) return;
  const [body, again] = [bodyOf(octets), bodyOf(written)];
  // Of two equal keys one is kept.
  if (again.length < body.length && /[{v]/.test(message.signature)) return;
  if (!again.equals(body) && !message.body.some(hasNaN)) broken('it has a second form');
}

function bodyOf(message: Buffer): Buffer {
  return message.subarray(message.length - message.readUInt32LE(4));
}

/** They have many forms. */
function hasNaN(value: DBusValue): boolean {
  if (typeof value === 'number') return Number.isNaN(value);
  if (typeof value !== 'object' || value instanceof Uint8Array) return false;
  if (value instanceof Map) return [...value].flat().some(hasNaN);
  return Array.isArray(value) ? value.some(hasNaN) : hasNaN((value as DBusVariant).value);
}
