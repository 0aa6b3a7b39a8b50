/** A private bus with a fake org.bluez on it, hosts of ours, and a clock that the test moves. */
import type { TestContext } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import type { BleAdapter, BleConnection, BlePeer } from '../../../src/transport-ble/ble.ts';
import {
  type BluezHost,
  type BluezHostOptions,
  createBluezHost,
} from '../../../src/transport-ble/bluez/index.ts';
import { bleUuids } from '../../../src/transport-ble/uuids.ts';
import { type PrivateBus, startPrivateBus } from '../dbus/private-bus.ts';
import { FakeBluez } from './fake-bluez.ts';
import { silentLogger } from './fake-objects.ts';

/** Turns of the event loop that a test waits at most; each lets sockets speak. */
const turnsMax = 4_000;

export class Bench {
  readonly clock = new FakeClock();
  readonly bus: PrivateBus;
  readonly #test: TestContext;

  private constructor(test: TestContext, bus: PrivateBus) {
    this.#test = test;
    this.bus = bus;
  }

  static async open(test: TestContext): Promise<Bench> {
    const bus = await startPrivateBus();
    test.after(() => bus.stop());
    return new Bench(test, bus);
  }

  async bluez(...names: string[]): Promise<FakeBluez> {
    const bluez = await FakeBluez.start(this.bus.path, this.clock, names);
    this.#test.after(() => bluez.stop());
    return bluez;
  }

  /** Files of the machine: none, unless `root` has some. */
  host(more: Partial<BluezHostOptions> = {}): BluezHost {
    const host = createBluezHost({
      ...{ busPath: this.bus.path, clock: this.clock, logger: silentLogger },
      ...{ root: '/nonexistent', ...more },
    });
    this.#test.after(() => host.stop());
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
    for (let turn = 0; turn < turnsMax; turn += 1) {
      if (isSo()) return;
      if (msOfTurn > 0) this.clock.advance(msOfTurn);
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error(`never: ${isSo}`);
  }

  /** Long enough for what should not happen to happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 200; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
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
  await bench.until(() => peer !== undefined, 10);
  return peer!;
}
