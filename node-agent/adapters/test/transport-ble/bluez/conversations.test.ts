import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type BleAdapter, BleError } from '../../../src/transport-ble/ble.ts';
import { bluezLimits } from '../../../src/transport-ble/bluez/limits.ts';
import { bleUuids } from '../../../src/transport-ble/uuids.ts';
import type { FakeBluez } from './fake-bluez.ts';
import { Bench, discovered, Ear, tag } from './hosts.ts';

const never = new AbortController().signal;

async function three(t: TestContext): Promise<[Bench, FakeBluez, ...BleAdapter[]]> {
  const bench = await Bench.open(t);
  const names = ['hci0', 'hci1', 'hci2'];
  const bluez = await bench.bluez(...names);
  const adapters = await Promise.all(names.map((name) => bench.started({ adapters: [name] })));
  return [bench, bluez, ...adapters];
}

test('two boxes find each other, talk both ways, and part', async (t) => {
  const [bench, bluez, a, b] = await three(t);
  const ears: Ear[] = [];
  const peer = await discovered(bench, a!, b!, (ear) => ears.push(ear));
  assert.deepEqual(peer, { address: '00:AA:01:00:00:01', addressType: 'public' });
  const ear = new Ear(await a!.central.connect(peer, bleUuids.mesh, never));
  assert.equal(ear.connection.initiator, true);
  assert.equal(ear.connection.gatt.maxPacketBytes, 495);
  ear.say('one');
  await bench.until(() => ears[0]?.packets.length === 1);
  assert.deepEqual(ears[0]!.connection.peer, {
    address: '00:AA:01:00:00:00',
    addressType: 'public',
  });
  assert.equal(ears[0]!.say('two'), true);
  await bench.until(() => ear.packets.length === 1);
  assert.deepEqual([ears[0]!.packets, ear.packets], [['one'], ['two']]);
  ear.connection.close();
  await bench.until(() => ears[0]!.closedReason === 'closed-by-peer');
  assert.equal(ear.closedReason, 'closed');
  await bench.until(() => !bluez.adapters.get('hci0')!.deviceAt(peer.address)!.isConnected);
  const again = new Ear(await a!.central.connect(peer, bleUuids.mesh, never));
  again.say('three');
  await bench.until(() => ears[1]?.packets.length === 1);
});

test('the other end is not asked for silence on a link that ends', async (t) => {
  for (const forgetsServices of [true, false]) {
    const [bench, bluez, a, b] = await three(t);
    const hci0 = bluez.adapters.get('hci0')!;
    hci0.forgetsServices = forgetsServices;
    const peer = await discovered(bench, a!, b!, () => {});
    const ear = new Ear(await a!.central.connect(peer, bleUuids.mesh, never));
    ear.connection.close();
    await bench.until(() => !hci0.deviceAt(peer.address)!.isConnected);
    await bench.settle();
    // What bluetoothd still knows of it would ask for the values again with the next link.
    assert.deepEqual(hci0.notifyStops, forgetsServices ? [] : [{ isConnected: false }]);
  }
});

test('what waited for an adapter that was off meanwhile connects by it no more', async (t) => {
  const [bench, bluez, a, b] = await three(t);
  const peer = await discovered(bench, a!, b!, () => {});
  const hci0 = bluez.adapters.get('hci0')!;
  hci0.power(false);
  hci0.power(true);
  // Heard again by whoever is there now; what came to be by `a` nobody would hear the end of.
  bluez.adapters.get('hci1')!.beHeard();
  await bench.settle();
  const connecting = a!.central.connect(peer, bleUuids.mesh, never);
  await assert.rejects(connecting, (error) => error instanceof BleError && error.code === 'gone');
  await bench.settle();
  assert.ok(!hci0.deviceAt(peer.address)?.isConnected);
});

test('packets of a burst arrive in order, with a pause where bluetoothd is behind', async (t) => {
  const [bench, , a, b] = await three(t);
  const ears: Ear[] = [];
  const peer = await discovered(bench, a!, b!, (ear) => ears.push(ear));
  const ear = new Ear(await a!.central.connect(peer, bleUuids.mesh, never));
  const words = Array.from({ length: 100 }, (_, index) => `packet ${index}`);
  let pauses = 0;
  for (const word of words) {
    const drains = ear.drains;
    if (ear.say(word)) continue;
    pauses += 1;
    await bench.until(() => ear.drains > drains);
  }
  assert.ok(pauses > 0);
  await bench.until(() => ears[0]?.packets.length === words.length);
  for (const word of words) ears[0]!.say(word);
  await bench.until(() => ear.packets.length === words.length);
  assert.deepEqual([ears[0]!.packets, ear.packets], [words, words]);
});

test('each of two centrals hears its own packets alone', async (t) => {
  const [bench, , a, b, c] = await three(t);
  const ears: Ear[] = [];
  const peer = await discovered(bench, a!, b!, (ear) => ears.push(ear));
  await c!.scanner.start([bleUuids.mesh], () => {});
  const first = new Ear(await a!.central.connect(peer, bleUuids.mesh, never));
  first.say('from a');
  await bench.until(() => ears.length === 1);
  const second = new Ear(await c!.central.connect(peer, bleUuids.mesh, never));
  second.say('from c');
  await bench.until(() => ears.length === 2);
  ears[0]!.say('to a');
  ears[1]!.say('to c');
  await bench.until(() => first.packets.length + second.packets.length === 2);
  await bench.settle();
  assert.deepEqual([first.packets, second.packets], [['to a'], ['to c']]);
});

test('one link carries both roles, and the end of one leaves the other', async (t) => {
  const [bench, bluez, a, b] = await three(t);
  const [atA, atB]: [Ear[], Ear[]] = [[], []];
  const peerB = await discovered(bench, a!, b!, (ear) => atB.push(ear));
  const peerA = await discovered(bench, b!, a!, (ear) => atA.push(ear));
  const fromA = new Ear(await a!.central.connect(peerB, bleUuids.mesh, never));
  fromA.say('there');
  const fromB = new Ear(await b!.central.connect(peerA, bleUuids.mesh, never));
  fromB.say('and back');
  await bench.until(() => atA.length === 1 && atB.length === 1);
  fromB.connection.close();
  await bench.until(() => atA[0]!.closedReason === 'closed-by-peer');
  await bench.settle();
  assert.deepEqual(bluez.adapters.get('hci1')!.notifyStops, [{ isConnected: true }]);
  fromA.say('still');
  await bench.until(() => atB[0]!.packets.length === 2);
  bluez.adapters.get('hci0')!.deviceAt(peerB.address)!.disconnect();
  await bench.until(() => fromA.closedReason !== undefined);
  await bench.until(() => atB[0]!.closedReason !== undefined);
  assert.deepEqual(
    [fromA.closedReason, atB[0]!.closedReason],
    ['connection-lost', 'connection-lost'],
  );
});

test('a lost adapter, or bluetoothd, ends every connection', async (t) => {
  const [bench, bluez, a, b] = await three(t);
  const ears: Ear[] = [];
  const peer = await discovered(bench, a!, b!, (ear) => ears.push(ear));
  const ear = new Ear(await a!.central.connect(peer, bleUuids.mesh, never));
  ear.say('one');
  await bench.until(() => ears.length === 1);
  bluez.stop();
  await bench.until(() => ear.closedReason !== undefined && ears[0]!.closedReason !== undefined);
  await assert.rejects(a!.central.connect(peer, bleUuids.mesh, never), BleError);
});

test('connects that fail say why and leave nothing behind', async (t) => {
  const [bench, bluez, a, b] = await three(t);
  const peer = await discovered(bench, a!, b!, () => {});
  const hci0 = bluez.adapters.get('hci0')!;
  const failing = async (signal: AbortSignal = never): Promise<string> => {
    const result = await a!.central.connect(peer, bleUuids.mesh, signal).catch((error) => error);
    assert.ok(result instanceof BleError, `${result}`);
    return result.code;
  };
  const unknown = { address: 'C0:11:22:33:44:55', addressType: 'random' } as const;
  await assert.rejects(
    a!.central.connect(unknown, bleUuids.mesh, never),
    (error: BleError) => error.code === 'not-found',
  );
  const aborted = new AbortController();
  hci0.answers.set('Connect', () => {
    aborted.abort();
    return new Promise(() => {});
  });
  assert.equal(await failing(aborted.signal), 'aborted');
  hci0.answers.clear();
  await assert.rejects(
    a!.central.connect(peer, bleUuids.claim, never),
    (error: BleError) => error.code === 'refused' || error.code === 'not-found',
  );
  await bench.until(() => !hci0.deviceAt(peer.address)!.isConnected);
});

test('a peripheral that answers nothing is given up in time', async (t) => {
  const [bench, bluez, a, b] = await three(t);
  const peer = await discovered(bench, a!, b!, () => {});
  bluez.adapters.get('hci0')!.answers.set('ReadValue', () => new Promise(() => {}));
  let code = '';
  a!.central.connect(peer, bleUuids.mesh, never).catch((error) => {
    code = error.code;
  });
  await bench.until(() => code !== '', 1_000);
  assert.equal(code, 'timeout');
});

test('slots are few: one central too many is refused, an unused slot given away', async (t) => {
  const bench = await Bench.open(t);
  const names = Array.from({ length: bluezLimits.slots + 2 }, (_, index) => `hci${index}`);
  const bluez = await bench.bluez(...names);
  const [a, ...others] = await Promise.all(
    names.map((name) => bench.started({ adapters: [name] })),
  );
  const ears: Ear[] = [];
  await discovered(bench, others[0]!, a!, (ear) => ears.push(ear));
  const peer = { address: bluez.adapters.get('hci0')!.address, addressType: 'public' } as const;
  const connect = async (index: number): Promise<Ear> => {
    await others[index]!.scanner.start([bleUuids.mesh], () => {});
    return new Ear(await others[index]!.central.connect(peer, bleUuids.mesh, never));
  };
  for (let index = 0; index < bluezLimits.slots - 1; index += 1) await connect(index);
  await bench.until(() => ears.length === bluezLimits.slots - 1);
  // One asks for its slot and does no more.
  const idle = bluez.adapters.get(`hci${bluezLimits.slots}`)!;
  idle.answers.set('StartNotify', () => Promise.reject(new Error('not now')));
  await assert.rejects(connect(bluezLimits.slots - 1), BleError);
  await assert.rejects(connect(bluezLimits.slots), (error: BleError) => error.code === 'refused');
  bench.clock.advance(bluezLimits.slotReservedMs);
  await connect(bluezLimits.slots);
  await bench.until(() => ears.length === bluezLimits.slots);
});

test('whoever connects and says nothing is cut, but not a bonded device', async (t) => {
  const [bench, bluez, a] = await three(t);
  await a!.peripheral.serve(bleUuids.mesh, () => {});
  const hci0 = bluez.adapters.get('hci0')!;
  const data = { signature: 'a{sv}', value: new Map() };
  const stranger = hci0.hearProperties('C0:00:00:00:00:01', 'random', data);
  const keyboard = hci0.hearProperties('C0:00:00:00:00:02', 'random', data);
  const pairing = hci0.hearProperties('C0:00:00:00:00:03', 'random', data);
  const yes = { signature: 'b', value: true };
  stranger.change({ Connected: yes });
  keyboard.change({ Connected: yes, Paired: yes, Bonded: yes });
  pairing.change({ Connected: yes, Paired: yes });
  await bench.settle();
  bench.clock.advance(bluezLimits.idleLinkMs);
  await bench.until(() => !stranger.isConnected && !pairing.isConnected);
  await bench.settle();
  assert.equal(keyboard.isConnected, true);
});

test('whoever ends its conversation by asking anew, and falls silent, is cut', async (t) => {
  const [bench, bluez, a, b] = await three(t);
  const ears: Ear[] = [];
  const peer = await discovered(bench, b!, a!, (ear) => ears.push(ear));
  new Ear(await b!.central.connect(peer, bleUuids.mesh, never)).say('hello');
  await bench.until(() => ears.length === 1);
  const device = bluez.adapters.get('hci1')!.deviceAt(peer.address)!;
  const read = { interface: 'org.bluez.GattCharacteristic1', member: 'ReadValue' };
  const call = { destination: 'org.bluez', ...read, signature: 'a{sv}', body: [new Map()] };
  for (let handle = 0x43; ears[0]!.closedReason === undefined; handle += 3) {
    assert.ok(handle < 0x80, 'one of them can be read');
    const path = `${device.path}/service/char00${handle.toString(16)}`;
    await bluez.bus.call({ ...call, path }).catch(() => {});
  }
  assert.equal(ears[0]!.closedReason, 'replaced');
  assert.equal(device.isConnected, true);
  await bench.settle();
  bench.clock.advance(bluezLimits.idleLinkMs);
  await bench.until(() => !device.isConnected);
});

test('serving twice is refused, and advertising nothing is silence', async (t) => {
  const [, bluez, a] = await three(t);
  await a!.peripheral.serve(bleUuids.mesh, () => {});
  await assert.rejects(
    a!.peripheral.serve(bleUuids.mesh, () => {}),
    BleError,
  );
  await a!.peripheral.advertise(tag('one'));
  assert.equal(bluez.adapters.get('hci0')!.data, 'one.......');
  await a!.peripheral.advertise(undefined);
  assert.equal(bluez.adapters.get('hci0')!.data, undefined);
});
