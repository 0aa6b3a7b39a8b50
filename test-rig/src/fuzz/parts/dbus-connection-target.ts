/**
 * Fuzz target: a whole D-Bus connection at a hostile bus (below step 4). Input: what the bus says,
 * and from when on as the last line. Whatever it is, everything that waits ends with a value or a
 * typed error, what we send is D-Bus, and a connection that stays open goes on to serve.
 */
import { MessageReader, openBus, type ReceivedMessage } from '@muster/adapters/parsers';
import {
  type DBusConnection,
  DBusError,
  type DBusExport,
} from '@muster/adapters/transport-ble/dbus';
import { FakeClock } from '@muster/core/testing';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import {
  bluezOwner,
  busMessages,
  messagesIn,
  octetsOf,
  ownName,
  withRightLength,
} from './dbus-octets.ts';
import { ErrorLog } from './error-log.ts';
import { MemorySocket, untilQuiet } from './memory-socket.ts';
import { inputOf, splitInput, wordsOf } from './seeds.ts';

/** From the first octet on, or once the client has its name and waits for things. */
const kinds = ['greeting', 'messages'];
const userId = 1000;
/** Longer than anything waits. */
const patienceMs = 60_000;
const bus = 'org.freedesktop.DBus';
const hello = octetsOf({ replySerial: 1, sender: bus, signature: 's', body: [ownName] });

export function createDBusConnectionTarget(): FuzzTarget {
  return {
    name: 'dbus-connection',
    seeds,
    dictionary: wordsOf('OK ', 'REJECTED', 'DATA', '\r\n', 'a{sv}', 'org.bluez', ownName, '/one'),
    async run(input) {
      const [kind, octets] = splitInput(input, kinds);
      return kind === 'greeting' ? await greet(octets) : await talk(octets);
    },
    repair(input) {
      const [kind, octets] = splitInput(input, kinds);
      const mended = kind === 'messages' ? withRightLength(octets) : undefined;
      return mended && inputOf(kind, mended);
    },
  };
}

function seeds(): Uint8Array[] {
  const lines = ['OK 1234deadbeef\r\n', 'REJECTED EXTERNAL\r\n', 'ERROR "no"\r\n', 'DATA\r\n'];
  const each = busMessages.map(octetsOf);
  return [
    ...lines.map((line) => inputOf('greeting', line)),
    ...[...each, Buffer.concat(each)].map((octets) => inputOf('messages', octets)),
  ];
}

class Meeting {
  readonly clock = new FakeClock();
  readonly log = new ErrorLog();
  readonly socket = new MemorySocket('');
  readonly closed: DBusError[] = [];
  readonly opening: Promise<DBusConnection>;
  /** What the client sent after it was let in. */
  readonly heard: ReceivedMessage[] = [];
  #reader: MessageReader | undefined;

  constructor() {
    const { clock, log: logger, socket } = this;
    const onClose = (error: DBusError): void => void this.closed.push(error);
    this.opening = openBus(socket, userId, { clock, logger, onClose });
    this.opening.catch(() => {});
  }

  async say(octets: Uint8Array | string): Promise<void> {
    if (this.socket.destroyed) return;
    this.socket.push(Buffer.from(octets));
    await untilQuiet(this.socket);
  }

  /** Reads what the client sent. */
  hear(): void {
    const sent = this.socket.takeSent();
    const begin = sent.indexOf('BEGIN\r\n');
    if (this.#reader === undefined && begin < 0) return;
    const octets = this.#reader === undefined ? sent.subarray(begin + 7) : sent;
    this.#reader ??= new MessageReader((message) => this.heard.push(message));
    const fault = this.#reader.push(octets);
    if (fault !== undefined) broken(`we send ${fault}`);
  }

  /** Answers what the client has asked the bus, or `destination`, as it would want it. */
  async answer(destination = bus): Promise<void> {
    this.hear();
    const asked = this.heard.splice(0).filter((message) => message.destination === destination);
    for (const { member, serial: replySerial } of asked) {
      const owner = member === 'GetNameOwner' ? { signature: 's', body: [bluezOwner] } : {};
      await this.say(octetsOf({ replySerial, sender: bus, ...owner }));
    }
  }

  end(): void {
    this.log.mustBeCalm();
    if (this.closed.length > 1) broken('it closed twice');
    this.socket.destroy();
  }
}

async function greet(octets: Uint8Array): Promise<FuzzVerdict> {
  const meeting = new Meeting();
  await meeting.say(octets);
  meeting.hear();
  meeting.clock.advance(patienceMs);
  const error = await outcomeOf(meeting.opening);
  meeting.end();
  return error === 'timeout' && meeting.heard.length > 0 ? true : error;
}

async function talk(octets: Uint8Array): Promise<FuzzVerdict> {
  const meeting = new Meeting();
  await meeting.say('OK 1234deadbeef\r\n');
  await meeting.say(hello);
  const connection = await meeting.opening;
  connection.export('/one', exported());
  let signals = 0;
  const onSignal = (): void => {
    signals += 1;
  };
  const call = { destination: 'org.bluez', path: '/', interface: 'org.bluez.Adapter1' };
  const waiting = [
    connection.call({ ...call, member: 'Waits' }),
    connection.subscribe({ sender: 'org.bluez' }, onSignal),
    connection.watchName('org.bluez', onSignal),
    connection.subscribe({ interface: 'org.muster.Types', pathNamespace: '/org' }, onSignal),
  ];
  const outcomes = Promise.all(waiting.map(outcomeOf));
  for (let turn = 0; turn < 4; turn += 1) {
    await untilQuiet(meeting.socket);
    await meeting.answer();
  }
  await meeting.say(octets);
  meeting.hear();
  const answers = meeting.heard.length;
  if (meeting.closed.length === 0) await mustServe(meeting, connection, octets);
  meeting.clock.advance(patienceMs);
  const [first] = await outcomes;
  meeting.end();
  if (meeting.clock.waiting > 0) broken('timers are left');
  const closed = meeting.closed[0];
  if (closed !== undefined) return `closed ${closed.code}`;
  return first === 'value' || signals > 1 || answers > 0 ? true : `nothing, ${first}`;
}

/** An open connection has its next call answered, if no message is left half said. */
async function mustServe(
  meeting: Meeting,
  connection: DBusConnection,
  octets: Uint8Array,
): Promise<void> {
  if (messagesIn(octets).restBytes > 0) return;
  const call = { destination: ':1.99', path: '/', interface: `${bus}.Peer`, member: 'Ping' };
  const outcome = outcomeOf(connection.call(call));
  await untilQuiet(meeting.socket);
  await meeting.answer(':1.99');
  meeting.clock.advance(patienceMs);
  if ((await outcome) !== 'value') broken(`after that a call ends as ${await outcome}`);
}

/** 'value', or the code of the typed error. */
async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'value';
  } catch (error) {
    if (!(error instanceof DBusError)) throw error;
    return error.code;
  }
}

function exported(): DBusExport {
  const characteristic = {
    methods: {
      WriteValue: { in: 'aya{sv}', out: '', run: () => [] },
      StartNotify: { in: '', out: '', run: async () => [] },
    },
  };
  let label = 'one';
  const set = (value: unknown): void => {
    label = value as string;
  };
  const service = { properties: { Label: { signature: 's', get: () => label, set } } };
  return {
    interfaces: {
      'org.bluez.GattCharacteristic1': characteristic,
      'org.bluez.GattService1': service,
    },
  };
}
