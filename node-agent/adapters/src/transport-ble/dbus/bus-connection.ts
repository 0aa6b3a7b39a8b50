/**
 * A connection to a message bus over any stream of octets: calls and their answers, signals, names,
 * and objects of our own. Below step 4 of a message's way. It never throws for what the bus said;
 * what a caller here got wrong is a DBusError `malformed`.
 */
import type { Duplex } from 'node:stream';
import type { Clock, Logger } from '@muster/core';
import { BusStream } from './bus-stream.ts';
import { CallServer } from './call-server.ts';
import { DBusError } from './error.ts';
import {
  type DBusMessage,
  MessageFlag,
  MessageKind,
  type ReceivedMessage,
  writeMessage,
} from './message.ts';
import { MessageOrder } from './message-order.ts';
import { NameWatch } from './name-watch.ts';
import { ObjectTree } from './object-tree.ts';
import { PendingCalls } from './pending-calls.ts';
import { isWellKnown, Subscriptions } from './subscriptions.ts';
import type { DBusCall, DBusConnection, DBusExport, DBusMatch, DBusSignal } from './types.ts';
import { ValueWriter } from './value-writer.ts';
import type { DBusValue, DBusVariant } from './values.ts';

const bus = 'org.freedesktop.DBus';

export interface BusConnectionOptions {
  /** Who we are to the kernel. */
  readonly userId: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onReady: () => void;
  readonly onClose: (error: DBusError) => void;
}

export class BusConnection implements DBusConnection {
  uniqueName = '';
  readonly #logger: Logger;
  readonly #stream: BusStream;
  readonly #calls: PendingCalls;
  readonly #names: NameWatch;
  readonly #subscriptions: Subscriptions;
  readonly #tree = new ObjectTree();
  readonly #server: CallServer;
  readonly #writer = new ValueWriter();
  readonly #order = new MessageOrder((message) => this.#onMessage(message));
  readonly #drains = new Set<() => void>();
  #ended: DBusError | undefined;

  constructor(stream: Duplex, options: BusConnectionOptions) {
    const { userId, clock, logger, onReady, onClose } = options;
    this.#logger = logger;
    this.#calls = new PendingCalls(clock);
    const callBus = (member: string, arg: string) => this.#callBus(member, [arg]);
    this.#subscriptions = new Subscriptions(callBus, (name) => this.#names.ownerOf(name), logger);
    const subscribe = this.#subscriptions.add.bind(this.#subscriptions);
    this.#names = new NameWatch({ subscribe, callBus }, logger);
    this.#server = new CallServer(this.#tree, (answer) => this.#send(answer), logger);
    this.#stream = new BusStream(stream, userId, {
      onReady,
      onMessage: (message) => this.#order.push(message),
      onDrain: () => this.#onDrain(),
      onClose: (error) => {
        this.#end(error);
        onClose(error);
      },
    });
  }

  /** Begins to authenticate; `onReady` says that the bus lets us in. */
  start(): void {
    this.#stream.start();
  }

  /** Has the bus give us our name; before that it takes nothing else. */
  async hello(): Promise<void> {
    const [name] = await this.#callBus('Hello', []);
    this.uniqueName = name as string;
  }

  call(call: DBusCall): Promise<readonly DBusValue[]> {
    if (this.#ended !== undefined) return Promise.reject(this.#closedError());
    return this.#calls.begin(call, (serial) => this.#write({ ...messageOf(call), serial }));
  }

  send(call: DBusCall): void {
    const { noReply, noAutoStart } = MessageFlag;
    this.#send({ ...messageOf(call), flags: noReply | noAutoStart });
  }

  async subscribe(match: DBusMatch, run: (signal: DBusSignal) => void): Promise<() => void> {
    this.#mustBeOpen();
    const { sender } = match;
    if (sender === undefined || !isWellKnown(sender)) return this.#subscriptions.add(match, run);
    // Signals come under the unique name of the owner, so it has to be known.
    const unwatch = await this.#names.watch(sender, () => {});
    try {
      const end = await this.#subscriptions.add(match, run);
      return () => {
        end();
        unwatch();
      };
    } catch (error) {
      unwatch();
      throw error;
    }
  }

  async watchName(name: string, run: (owner: string | undefined) => void): Promise<() => void> {
    this.#mustBeOpen();
    return await this.#names.watch(name, run);
  }

  export(path: string, object: DBusExport): () => void {
    return this.#tree.add(path, object);
  }

  emit(
    path: string,
    interface_: string,
    member: string,
    signature: string,
    body: readonly DBusValue[],
  ): void {
    const what = { path, interface: interface_, member, signature, body };
    this.#send({ kind: MessageKind.signal, flags: 0, ...what });
  }

  emitPropertiesChanged(
    path: string,
    interface_: string,
    changed: Readonly<Record<string, DBusVariant>>,
  ): void {
    const body = [interface_, new Map(Object.entries(changed)), []];
    this.emit(path, 'org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', body);
  }

  get writeBufferLength(): number {
    return this.#stream.writeBufferLength;
  }

  get isBehind(): boolean {
    return this.#stream.isBehind;
  }

  onDrain(run: () => void): () => void {
    const own = (): void => run();
    this.#drains.add(own);
    return () => this.#drains.delete(own);
  }

  close(): void {
    this.#stream.close();
    this.#end(new DBusError('closed', 'the connection was closed'));
  }

  #callBus(member: string, body: readonly DBusValue[]): Promise<readonly DBusValue[]> {
    const path = '/org/freedesktop/DBus';
    const signature = 's'.repeat(body.length);
    return this.call({ destination: bus, path, interface: bus, member, signature, body });
  }

  #send(message: Omit<DBusMessage, 'serial'>): void {
    if (this.#ended === undefined) this.#write({ ...message, serial: this.#calls.nextSerial() });
  }

  #write(message: DBusMessage): void {
    this.#stream.send(writeMessage(this.#writer, message));
  }

  #onMessage(message: ReceivedMessage): void {
    const { kind } = message;
    if (kind === MessageKind.reply || kind === MessageKind.error) this.#calls.onAnswer(message);
    else if (kind === MessageKind.call) this.#server.onCall(message);
    else if (kind === MessageKind.signal) this.#onSignal(message);
  }

  #onSignal(message: ReceivedMessage): void {
    if (message.isTooLarge) {
      this.#logger.warn('dbus-signal-too-large');
      return;
    }
    const { sender = '', path, member, signature, body } = message;
    const what = { path: path!, interface: message.interface!, member: member! };
    this.#subscriptions.onSignal({ sender, ...what, signature, body });
  }

  #onDrain(): void {
    for (const run of this.#drains) run();
  }

  #mustBeOpen(): void {
    if (this.#ended !== undefined) throw this.#closedError();
  }

  #closedError(): DBusError {
    return new DBusError('closed', this.#ended?.message ?? '', { cause: this.#ended });
  }

  #end(error: DBusError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#order.stop();
    this.#subscriptions.clear();
    this.#names.clear();
    this.#drains.clear();
    this.#calls.failAll(error);
  }
}

function messageOf(call: DBusCall): Omit<DBusMessage, 'serial'> {
  const { destination, path, member, signature = '', body = [] } = call;
  const [kind, flags] = [MessageKind.call, MessageFlag.noAutoStart];
  return { kind, flags, destination, path, interface: call.interface, member, signature, body };
}
