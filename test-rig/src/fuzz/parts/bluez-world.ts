/**
 * BlueZ's half of the Bluetooth transport at a bluetoothd that follows a script, with the bus
 * between them in memory and in virtual time. It plays the bus itself honestly.
 */
import {
  type DBusMessage,
  MessageKind,
  MessageReader,
  openBus,
  type ReceivedMessage,
} from '@muster/adapters/parsers';
import { type BluezHost, createBluezHost } from '@muster/adapters/transport-ble/bluez';
import { FakeClock } from '@muster/core/testing';
import { broken } from '../target.ts';
import type { Step } from './bluez-script.ts';
import { bluezOwner, octetsOf, ownName } from './dbus-octets.ts';
import { ErrorLog } from './error-log.ts';
import { MemorySocket, untilQuiet } from './memory-socket.ts';

const bus = 'org.freedesktop.DBus';
/** Where no file is: the machine says nothing of itself. */
const root = '/nonexistent/';
/** Turns of question and answer; what goes on for longer goes round in circles. */
const turnsMax = 60;

export class BluezWorld {
  readonly clock = new FakeClock();
  readonly log = new ErrorLog();
  readonly host: BluezHost;
  /** One of our objects for GATT, once it is registered. */
  applicationPath = '/muster';
  readonly #answers = new Map<string, Step>();
  #owner = bluezOwner;
  #socket: MemorySocket | undefined;
  #reader: MessageReader | undefined;
  readonly #asked: ReceivedMessage[] = [];

  constructor(steps: readonly Step[]) {
    for (const step of steps) {
      if (step.kind === 'answer' || step.kind === 'error') this.#answers.set(step.names[0]!, step);
    }
    const { clock, log: logger } = this;
    this.host = createBluezHost({
      ...{ clock, logger, root },
      connect: ({ onClose }) => {
        this.#socket = new MemorySocket('');
        this.#reader = undefined;
        return openBus(this.#socket, 1000, { clock, logger, onClose });
      },
    });
  }

  /** Until nobody asks anything any more; time goes on by `stepMs` a turn. */
  async settle(stepMs = 0): Promise<void> {
    for (let turn = 0; turn < turnsMax; turn += 1) {
      const socket = this.#socket;
      if (socket === undefined || socket.destroyed) return;
      await untilQuiet(socket);
      this.clock.advance(stepMs);
      if (!this.#hear(socket) && stepMs === 0) return;
      if (stepMs > 0 && turn >= 8) return;
      for (const call of this.#asked.splice(0)) this.#answer(call);
    }
  }

  /** Says what a signal, a call or a change of owner is. */
  say({ kind, names, signature, body }: Step): void {
    if (kind === 'owner') {
      const [owner = ''] = names;
      this.#say({
        ...{ kind: MessageKind.signal, path: '/org/freedesktop/DBus', interface: bus },
        ...{ member: 'NameOwnerChanged', sender: bus, signature: 'sss' },
        body: ['org.bluez', this.#owner, owner],
      });
      this.#owner = owner;
    }
    if (kind !== 'signal' && kind !== 'call') return;
    const [path = '', name = '', member = ''] = names;
    this.#say({
      ...{ kind: kind === 'call' ? MessageKind.call : MessageKind.signal, sender: this.#owner },
      ...{ path: path.replace('@', this.applicationPath), interface: name, member },
      ...{ signature, body },
    });
  }

  /** True: something was asked. */
  #hear(socket: MemorySocket): boolean {
    const sent = socket.takeSent();
    if (sent.length === 0) return false;
    if (this.#reader === undefined) {
      if (sent.includes('AUTH')) socket.push(Buffer.from('OK 1234deadbeef\r\n'));
      const begin = sent.indexOf('BEGIN\r\n');
      if (begin < 0) return true;
      this.#reader = new MessageReader((message) => void this.#asked.push(message));
      this.#reader.push(sent.subarray(begin + 7));
      return true;
    }
    const fault = this.#reader.push(sent);
    if (fault !== undefined) broken(`we send ${fault}`);
    return true;
  }

  #answer({ kind, member = '', destination, serial: replySerial, body }: ReceivedMessage): void {
    if (kind !== MessageKind.call) return;
    if (destination === bus) {
      const names: Readonly<Record<string, string>> = { Hello: ownName, GetNameOwner: this.#owner };
      const name = names[member];
      const value = name === undefined ? {} : { signature: 's', body: [name] };
      this.#say({ replySerial, sender: bus, ...value });
      return;
    }
    if (member === 'RegisterApplication') this.applicationPath = String(body[0]);
    const step = this.#answers.get(`${member}:${body[0]}`) ?? this.#answers.get(member);
    const sender = this.#owner;
    if (step?.kind === 'error') {
      this.#say({ kind: MessageKind.error, replySerial, sender, errorName: step.names[1] ?? '' });
    } else {
      const value = step ? { signature: step.signature, body: step.body } : {};
      this.#say({ replySerial, sender, ...value });
    }
  }

  /** What no bus would carry is left out. */
  #say(message: Partial<DBusMessage>): void {
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    try {
      socket.push(octetsOf(message));
    } catch {
      if (message.replySerial === undefined) return;
      socket.push(octetsOf({ replySerial: message.replySerial, sender: bluezOwner }));
    }
  }
}
