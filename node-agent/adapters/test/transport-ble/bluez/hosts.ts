/** A private bus with a fake org.bluez on it, hosts of ours, and a clock that the test moves. */
import type { TestContext } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import type { BleAdapter, BleConnection, BlePeer } from '../../../src/transport-ble/ble.ts';
import {
  type BluezHost,
  type BluezHostOptions,
  createBluezHost,
} from '../../../src/transport-ble/bluez/index.ts';
import {
  connectDBus,
  type DBusConnection,
  type DBusOptions,
} from '../../../src/transport-ble/dbus/index.ts';
import { bleUuids } from '../../../src/transport-ble/uuids.ts';
import { type PrivateBus, startPrivateBus } from '../dbus/private-bus.ts';
import { FakeBluez, neverAnswered } from './fake-bluez.ts';
import { silentLogger } from './fake-objects.ts';

/** Real time that something may take on a busy machine. */
const patienceMs = 20_000;
/** Real time in which a call of a host is answered, unless it is meant not to be. */
const answerMs = 250;

export class Bench {
  readonly clock = new FakeClock();
  readonly bus: PrivateBus;
  readonly #test: TestContext | undefined;
  /** Connections that our hosts made. */
  connects = 0;
  /** bluetoothd keeps its name and answers nothing. */
  isHung = false;
  /** Calls of our hosts that are not answered yet. */
  #calls = 0;

  constructor(bus: PrivateBus, test?: TestContext) {
    this.bus = bus;
    this.#test = test;
  }

  static async open(test: TestContext): Promise<Bench> {
    const bus = await startPrivateBus();
    test.after(() => bus.stop());
    return new Bench(bus, test);
  }

  async bluez(...names: string[]): Promise<FakeBluez> {
    const bluez = await FakeBluez.start(this.bus.path, this.clock, names);
    this.#test?.after(() => bluez.stop());
    return bluez;
  }

  /** Files of the machine: none, unless `root` has some. */
  host(more: Partial<BluezHostOptions> = {}): BluezHost {
    const host = createBluezHost({
      ...{ busPath: this.bus.path, clock: this.clock, logger: silentLogger },
      ...{ root: '/nonexistent', connect: (options) => this.#connect(options), ...more },
    });
    this.#test?.after(() => host.stop());
    return host;
  }

  /** Ready, with its first adapter. */
  async started(more: Partial<BluezHostOptions> = {}): Promise<BleAdapter> {
    const host = this.host(more);
    await host.start(() => {});
    await this.until(() => host.adapters.length > 0);
    return host.adapters[0]!;
  }

  /** Waits in real time for sockets, and in virtual time when told how long a turn is. */
  async until(isSo: () => boolean, msOfTurn = 0): Promise<void> {
    const endMs = performance.now() + patienceMs;
    while (!isSo()) {
      if (performance.now() > endMs) throw new Error(`never: ${isSo}`);
      if (msOfTurn > 0) await this.pass(msOfTurn);
      else await realMs(1);
    }
  }

  /** Lets virtual time pass, and then the calls that this led to be answered. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    const endMs = performance.now() + answerMs;
    let quietTurns = 0;
    while (quietTurns < 4 && performance.now() < endMs) {
      quietTurns = this.#calls === 0 ? quietTurns + 1 : 0;
      await (this.#calls === 0 ? new Promise((resolve) => setImmediate(resolve)) : realMs(1));
    }
  }

  /** Long enough for what should not happen to happen. */
  async settle(): Promise<void> {
    await realMs(40);
    await this.until(() => this.#calls === 0);
  }

  async #connect(options: DBusOptions): Promise<DBusConnection> {
    const connection = await connectDBus(options);
    this.connects += 1;
    const call = connection.call.bind(connection);
    connection.call = async (what) => {
      this.#calls += 1;
      try {
        const isHung = this.isHung && what.destination === 'org.bluez';
        return await call(isHung ? { ...what, ...neverAnswered } : what);
      } finally {
        this.#calls -= 1;
      }
    };
    return connection;
  }
}

function realMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export class Ear {
  readonly connection: BleConnection;
  readonly packets: string[] = [];
  closedReason: string | undefined;
  drains = 0;

  constructor(connection: BleConnection) {
    this.connection = connection;
    connection.gatt.start({
      onPacket: (packet) => this.packets.push(Buffer.from(packet).toString('latin1')),
      onDrain: () => {
        this.drains += 1;
      },
      onClose: (reason) => {
        this.closedReason = reason;
      },
    });
  }

  say(text: string): boolean {
    return this.connection.gatt.send(Buffer.from(text, 'latin1'));
  }
}

export const tag = (text: string) => ({
  service: bleUuids.mesh,
  data: Buffer.from(text.padEnd(10, '.'), 'latin1'),
});

/** `to` serves and advertises, `from` hears it. */
export async function discovered(
  bench: Bench,
  from: BleAdapter,
  to: BleAdapter,
  onConnection: (ear: Ear) => void,
): Promise<BlePeer> {
  await to.peripheral.serve(bleUuids.mesh, (connection) => onConnection(new Ear(connection)));
  await to.peripheral.advertise(tag('to'));
  let peer: BlePeer | undefined;
  await from.scanner.start([bleUuids.mesh], (report) => {
    peer = report.peer;
  });
  await bench.until(() => peer !== undefined, 100);
  return peer!;
}
