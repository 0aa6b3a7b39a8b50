import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  numberOf,
  objectsOf,
  peerOf,
  rssiOf,
  serviceDataOf,
  textsOf,
} from '../../../src/transport-ble/bluez/properties.ts';
import type { DBusValue } from '../../../src/transport-ble/dbus/index.ts';

const properties = (name: string, signature: string, value: DBusValue) =>
  new Map([[name, { signature, value }]]);

test('numbers are whole, and a signal strength is one that there is', () => {
  for (const value of [Number.NaN, 0.5, Number.POSITIVE_INFINITY]) {
    assert.equal(numberOf(properties('MTU', 'd', value), 'MTU'), undefined);
  }
  for (const value of [-32_768, -128, 21, 127, 0.5]) {
    assert.equal(rssiOf(properties('RSSI', 'n', value)), undefined);
  }
  for (const value of [-127, -70, 0, 20]) {
    assert.equal(rssiOf(properties('RSSI', 'n', value)), value);
  }
});

test('what has another type than it must is not there', () => {
  const bare: ReadonlyMap<DBusValue, DBusValue> = new Map([['RSSI', -70]]);
  assert.equal(rssiOf(bare), undefined);
  assert.equal(rssiOf(properties('RSSI', 's', '-70')), undefined);
  assert.equal(textsOf(properties('Roles', 's', 'central'), 'Roles'), undefined);
  assert.deepEqual(textsOf(properties('Roles', 'av', [1, 'central']), 'Roles'), ['central']);
  assert.equal(serviceDataOf(properties('ServiceData', 'ay', new Uint8Array(1)), 'a'), undefined);
  assert.equal(peerOf(properties('Address', 's', 'C0:11:22:33:44:55')), undefined);
  assert.equal(objectsOf('no map').size, 0);
  assert.equal(objectsOf(new Map([[5, new Map()]])).size, 0);
  assert.deepEqual([...objectsOf(new Map([['/a', 'no map']]))], [['/a', new Map()]]);
});
