/** Which devices bluetoothd is to forget when somebody floods the air with addresses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import { BluezBus } from '../../../src/transport-ble/bluez/bluez-bus.ts';
import { DeviceLedger } from '../../../src/transport-ble/bluez/device-ledger.ts';
import { bluezLimits } from '../../../src/transport-ble/bluez/limits.ts';
import type { DBusCall, DBusConnection } from '../../../src/transport-ble/dbus/index.ts';
import { flag, silentLogger, text } from './fake-objects.ts';

const adapterPath = '/org/bluez/hci0';

function pathOf(index: number): string {
  const hex = index.toString(16).toUpperCase().padStart(6, '0');
  return `${adapterPath}/dev_C0_00_00_${hex.match(/../g)!.join('_')}`;
}

test('whoever invents addresses fills neither our memory nor that of bluetoothd', () => {
  const remembered = new Set<string>();
  const send = ({ member, body }: DBusCall): void => {
    assert.equal(member, 'RemoveDevice');
    remembered.delete(body![0] as string);
  };
  const connection: Partial<DBusConnection> = { send };
  const bus = new BluezBus(connection as DBusConnection, new FakeClock());
  const ledger = new DeviceLedger({ bus, adapterPath, logger: silentLogger });
  const most = 2 * bluezLimits.devicesKnownMax;
  const hear = (index: number, more = {}): void => {
    const path = pathOf(index);
    const address = text(path.slice(-17).replaceAll('_', ':'));
    const properties = { Address: address, AddressType: text('random'), ...more };
    remembered.add(path);
    const event = { kind: 'added', path, interface: 'org.bluez.Device1' } as const;
    assert.ok(ledger.note({ ...event, properties: new Map(Object.entries(properties)) }));
  };
  hear(0, { Connected: flag(true) });
  hear(1, { Paired: flag(true) });
  for (let index = 2; index < 3 * most; index += 1) {
    hear(index);
    assert.ok(remembered.size <= most);
  }
  assert.ok(remembered.has(pathOf(0)) && remembered.has(pathOf(1)), 'none that is in use');
  assert.ok(remembered.has(pathOf(3 * most - 1)), 'the newest stay');
});
