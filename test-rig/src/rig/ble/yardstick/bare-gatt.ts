/**
 * What GATT does on this machine when nobody asks more of it than values, one after the other: the
 * yardstick of our byte stream over GATT. Both ends in this process, as the stream has them.
 */
import { createSystemClock } from '@muster/adapters/clock-system';
import { connectDBus, type DBusConnection } from '@muster/adapters/transport-ble/dbus';
import type { Report } from '../inside/event.ts';
import { silentLogger } from '../inside/silent-logger.ts';
import { startBareCentral } from './bare-central.ts';
import { startBarePeripheral } from './bare-peripheral.ts';

export interface BareGatt {
  readonly writeBytesPerS: number;
  readonly notifyBytesPerS: number;
}

const valueBytes = 495;
const values = 300;
/** As many as our own layer has (bluez/limits.ts). */
const outstandingMax = 4;
const roundTrips = 20;
const arrivedMsMax = 30_000;

export async function measureBareGatt(
  [central, peripheral]: readonly [string, string],
  report: Report,
): Promise<BareGatt> {
  const buses = [await bus(), await bus()] as const;
  const there = await startBarePeripheral(buses[1], peripheral);
  const here = await startBareCentral(buses[0], central);
  const { foundMs, connectedMs, readyMs } = here;
  for (const [name, value] of Object.entries({ foundMs, connectedMs, readyMs })) {
    report.figure(`bare${name[0]!.toUpperCase()}${name.slice(1)}`, value);
  }
  const written = new Counter();
  there.onWrite = () => written.add();
  const writeMs = await written.timed(values, async () => {
    const lane = async (): Promise<void> => {
      for (let i = 0; i < values / outstandingMax; i++) await here.write(value());
    };
    await Promise.all(Array.from({ length: outstandingMax }, lane));
  });
  const notified = new Counter();
  here.onNotify = () => notified.add();
  const notifyMs = await notified.timed(values, async () => {
    for (let i = 0; i < values; i++) {
      there.notify(value());
      // The bus is a socket: what it has not taken waits in this process.
      if (buses[1].writeBufferLength > 0) await new Promise<void>(setImmediate);
    }
  });
  const echo = new Counter();
  here.onNotify = () => echo.add();
  there.onWrite = (said) => there.notify(said);
  const tripsMs = await echo.timed(roundTrips, async () => {
    for (let i = 1; i <= roundTrips; i++) {
      await here.write(Uint8Array.of(i));
      await echo.reached(i);
    }
  });
  report.figure('bareRoundTripMs', tripsMs / roundTrips);
  await here.stop();
  await there.stop();
  for (const one of buses) one.close();
  const perS = (ms: number): number => (values * valueBytes * 1_000) / ms;
  const measured = { writeBytesPerS: perS(writeMs), notifyBytesPerS: perS(notifyMs) };
  report.figure('bareWriteBytesPerS', measured.writeBytesPerS);
  report.figure('bareNotifyBytesPerS', measured.notifyBytesPerS);
  return measured;
}

function bus(): Promise<DBusConnection> {
  const fail = (error: Error): void => {
    throw error;
  };
  return connectDBus({ clock: createSystemClock(), logger: silentLogger, onClose: fail });
}

function value(): Uint8Array {
  return new Uint8Array(valueBytes).fill(0x55);
}

class Counter {
  #count = 0;
  #waiting: { readonly count: number; resolve(): void } | undefined;

  add(): void {
    this.#count++;
    if (this.#waiting && this.#count >= this.#waiting.count) this.#waiting.resolve();
  }

  async reached(count: number): Promise<void> {
    if (this.#count >= count) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting = { count, resolve };
    const late = setTimeout(() => reject(new Error(`${this.#count} of ${count}`)), arrivedMsMax);
    await promise.finally(() => clearTimeout(late));
  }

  /** Milliseconds from its beginning until that many were counted. */
  async timed(count: number, run: () => Promise<void>): Promise<number> {
    const beginMs = performance.now();
    await run();
    await this.reached(count);
    return performance.now() - beginMs;
  }
}
