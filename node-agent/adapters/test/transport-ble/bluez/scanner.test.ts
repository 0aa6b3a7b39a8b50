import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BleReport } from '../../../src/transport-ble/ble.ts';
import { bluezLimits } from '../../../src/transport-ble/bluez/limits.ts';
import type { DBusVariant } from '../../../src/transport-ble/dbus/index.ts';
import { bleUuids } from '../../../src/transport-ble/uuids.ts';
import { octets } from './fake-objects.ts';
import { Bench } from './hosts.ts';

const dataOf = (uuid: string, text: string): DBusVariant => ({
  signature: 'a{sv}',
  value: new Map([[uuid, octets(Buffer.from(text))]]),
});

const addressOf = (index: number): string => {
  const hex = index.toString(16).toUpperCase().padStart(4, '0');
  return `C0:00:00:00:${hex.slice(0, 2)}:${hex.slice(2)}`;
};

test('only what was asked for is reported, again and again, with its strength', async (t) => {
  const bench = await Bench.open(t);
  const bluez = await bench.bluez('hci0');
  const adapter = await bench.started();
  const hci0 = bluez.adapters.get('hci0')!;
  const reports: BleReport[] = [];
  await adapter.scanner.start([bleUuids.mesh], (report) => reports.push(report));
  const phones = '0000fd6f-0000-1000-8000-00805f9b34fb';
  hci0.hearProperties(addressOf(1), 'random', dataOf(phones, 'a phone'));
  hci0.hearProperties(addressOf(2), 'random', dataOf(bleUuids.mesh, 'our tag'));
  hci0.rssi = -40;
  hci0.hearProperties(addressOf(2), 'random', dataOf(bleUuids.mesh, 'our tag'));
  hci0.hearProperties(addressOf(3), 'shaky', dataOf(bleUuids.mesh, 'no address type'));
  await bench.until(() => reports.length === 2);
  await bench.settle();
  assert.deepEqual(
    reports.map(({ peer, rssiDbm, data }) => [peer.address, rssiDbm, Buffer.from(data).toString()]),
    [
      [addressOf(2), -60, 'our tag'],
      [addressOf(2), -40, 'our tag'],
    ],
  );
});

test('it scans in windows, also when one fails, and stops', async (t) => {
  const bench = await Bench.open(t);
  const bluez = await bench.bluez('hci0');
  const adapter = await bench.started();
  const hci0 = bluez.adapters.get('hci0')!;
  hci0.answers.set('StartDiscovery', () => {
    hci0.answers.clear();
    throw new Error('not now');
  });
  await adapter.scanner.start([bleUuids.mesh], () => {});
  assert.equal(hci0.isDiscovering, false);
  await bench.until(() => hci0.discoveries === 3, 50);
  assert.ok(bench.clock.monotonicMs() > 2 * bluezLimits.scanWindowMsFirst);
  await adapter.scanner.stop();
  assert.equal(hci0.isDiscovering, false);
  const { discoveries } = hci0;
  bench.clock.advance(60_000);
  await bench.settle();
  assert.equal(hci0.discoveries, discoveries);
});

test('devices known before, and those of a crowd, are forgotten when they have left', async (t) => {
  const bench = await Bench.open(t);
  const bluez = await bench.bluez('hci0');
  const hci0 = bluez.adapters.get('hci0')!;
  const adapter = await bench.started();
  const none = dataOf(bleUuids.mesh, 'x');
  hci0.hearProperties(addressOf(1), 'random', none);
  const yes = { signature: 'b', value: true };
  const paired = hci0.hearProperties(addressOf(2), 'random', none);
  paired.change({ Paired: yes });
  await bench.settle();
  const reports: string[] = [];
  await adapter.scanner.start([bleUuids.mesh], ({ peer }) => reports.push(peer.address));
  hci0.hearProperties(addressOf(1), 'random', none);
  await bench.until(() => reports.length === 1);
  for (let index = 10; index < 60; index += 1) {
    hci0.hearProperties(addressOf(index), 'random', none);
  }
  await bench.settle();
  await bench.until(() => hci0.devices.size === 1, 100);
  assert.deepEqual([...hci0.devices.values()], [paired]);
  assert.ok(bench.clock.monotonicMs() >= bluezLimits.deviceKeptMs);
});
