/**
 * The other end of a connection's octets, played by the test: it lets the client in, names it, and
 * then says what the test wants it to say.
 */
import { type Duplex, duplexPair } from 'node:stream';
import { createMemoryLogger, FakeClock, type MemoryLogger } from '@muster/core/testing';
import { openBus } from '../../../src/transport-ble/dbus/connect.ts';
import type { DBusConnection, DBusError } from '../../../src/transport-ble/dbus/index.ts';
import {
  type DBusMessage,
  MessageKind,
  type ReceivedMessage,
  writeMessage,
} from '../../../src/transport-ble/dbus/message.ts';
import { MessageReader } from '../../../src/transport-ble/dbus/message-reader.ts';
import { ValueWriter } from '../../../src/transport-ble/dbus/value-writer.ts';

export const ownName = ':1.42';
const bus = 'org.freedesktop.DBus';

export interface FakeBus {
  readonly connection: DBusConnection;
  readonly clock: FakeClock;
  readonly logger: MemoryLogger;
  /** What the client sent since it had its name; calls to the bus itself are answered already. */
  readonly received: ReceivedMessage[];
  /** Why the connection ended, if it told. */
  readonly closed: DBusError[];
  /** The bus's end of the octets. */
  readonly stream: Duplex;
  say(message: Partial<DBusMessage>): void;
  /** Resolves once the client has sent so many messages. */
  until(count: number): Promise<void>;
}

export function signal(path: string, interface_: string, member: string): Partial<DBusMessage> {
  return { kind: MessageKind.signal, path, interface: interface_, member, sender: ':1.7' };
}

export async function openFakeBus(): Promise<FakeBus> {
  const [clientEnd, stream] = duplexPair();
  const [clock, logger] = [new FakeClock(), createMemoryLogger()];
  const received: ReceivedMessage[] = [];
  const closed: DBusError[] = [];
  let wake = (): void => {};
  const writer = new ValueWriter();
  let serial = 0;
  const say = (message: Partial<DBusMessage>): void => {
    serial += 1;
    const base = { kind: MessageKind.reply, flags: 0, serial, signature: '', body: [] };
    stream.write(writeMessage(writer, { ...base, ...message }));
  };
  const reader = new MessageReader((message) => {
    const { member, destination, serial: replySerial } = message;
    const answer = { replySerial, sender: bus, destination: ownName };
    if (destination === bus && member === 'Hello') {
      say({ ...answer, signature: 's', body: [ownName] });
      return;
    }
    if (destination === bus && /^(?:Add|Remove)Match$/.test(member ?? '')) say(answer);
    received.push(message);
    wake();
  });
  letIn(stream, (chunk) => reader.push(chunk));
  const options = { clock, logger, onClose: (error: DBusError) => void closed.push(error) };
  const connection = await openBus(clientEnd, 1000, options);
  const until = async (count: number): Promise<void> => {
    while (received.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { connection, clock, logger, received, closed, stream, say, until };
}

/** Answers the authentication; what comes after BEGIN is handed on. */
export function letIn(stream: Duplex, onMessages: (chunk: Buffer) => void): void {
  let said = '';
  let isIn = false;
  stream.on('data', (chunk: Buffer) => {
    if (isIn) return onMessages(chunk);
    said += chunk.toString('latin1');
    if (said.includes('AUTH EXTERNAL 31303030\r\n')) stream.write('OK 1234deadbeef\r\n');
    const begin = said.indexOf('BEGIN\r\n');
    if (begin < 0) {
      said = said.endsWith('\r\n') ? '' : said;
      return;
    }
    isIn = true;
    const rest = Buffer.from(said.slice(begin + 7), 'latin1');
    if (rest.length > 0) onMessages(rest);
  });
}

/** Lets everything that was written arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What a promise rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<DBusError> {
  try {
    await promise;
  } catch (error) {
    return error as DBusError;
  }
  throw new Error('it was fulfilled');
}
