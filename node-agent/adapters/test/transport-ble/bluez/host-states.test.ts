import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bleUuids } from '../../../src/transport-ble/uuids.ts';
import { Bench, tag } from './hosts.ts';

test('no bus is a state with a mend, and is looked for again', async (t) => {
  const bench = await Bench.open(t);
  const host = bench.host({ busPath: '/nonexistent/bus' });
  await host.start(() => {});
  assert.equal(host.state.kind, 'no-bus');
  assert.match(host.state.mend, /systemctl start dbus/);
  assert.equal((await host.survey()).state.kind, 'no-bus');
});

test('bluetoothd may come, go and come again', async (t) => {
  const bench = await Bench.open(t);
  const host = bench.host();
  let changes = 0;
  await host.start(() => {
    changes += 1;
  });
  assert.equal(host.state.kind, 'no-daemon');
  const first = await bench.bluez('hci0');
  await bench.until(() => host.state.kind === 'ready');
  assert.deepEqual(
    host.adapters.map(({ name }) => name),
    ['hci0'],
  );
  const [adapter] = host.adapters;
  first.stop();
  await bench.until(() => host.state.kind === 'no-daemon');
  assert.equal(host.adapters.length, 0);
  await bench.bluez('hci0');
  await bench.until(() => host.state.kind === 'ready');
  assert.notEqual(host.adapters[0], adapter);
  assert.ok(changes >= 4 && changes < 12, `${changes} changes`);
});

test('a bluetoothd that hangs is told, by whom it is asked too, and so is its end', async (t) => {
  const bench = await Bench.open(t);
  await bench.bluez('hci0');
  const host = bench.host();
  await host.start(() => {});
  await bench.until(() => host.state.kind === 'ready');
  const [adapter] = host.adapters;
  bench.isHung = true;
  await bench.until(() => host.state.kind === 'not-answering', 4_000);
  assert.match(host.state.mend, /systemctl restart bluetooth/);
  assert.equal(host.adapters[0], adapter, 'the kernel may still carry its links');
  const late = bench.host();
  let seen: string | undefined;
  void late.survey().then(({ state }) => {
    seen = state.kind;
  });
  await bench.until(() => bench.connects === 2);
  await bench.until(() => seen !== undefined, 1_000);
  assert.equal(seen, 'not-answering');
  await late.start(() => {});
  await bench.until(() => late.state.kind === 'not-answering', 4_000);
  bench.isHung = false;
  await bench.until(() => [host, late].every(({ state }) => state.kind === 'ready'), 4_000);
});

test('a bus that ends is connected to again', async (t) => {
  const bench = await Bench.open(t);
  await bench.bluez('hci0');
  const host = bench.host();
  await host.start(() => {});
  await bench.until(() => host.state.kind === 'ready');
  await bench.bus.stop();
  await bench.until(() => host.state.kind === 'no-bus');
  assert.equal(host.adapters.length, 0);
});

test('an adapter comes, is switched off by somebody, and on again, and goes', async (t) => {
  const bench = await Bench.open(t);
  const bluez = await bench.bluez();
  const host = bench.host();
  await host.start(() => {});
  await bench.until(() => host.state.kind === 'no-adapter');
  const adapter = bluez.add('hci0', false);
  await bench.until(() => host.state.kind === 'ready');
  assert.deepEqual(adapter.powerCalls, [true]);
  await bench.until(() => adapter.alias === 'Muster');
  adapter.power(false);
  await bench.until(() => host.state.kind === 'powered-off');
  assert.equal(host.adapters.length, 0);
  await bench.settle();
  assert.deepEqual(adapter.powerCalls, [true], 'whoever switched it off is obeyed');
  adapter.power(true);
  await bench.until(() => host.state.kind === 'ready');
  bluez.remove('hci0');
  await bench.until(() => host.state.kind === 'no-adapter');
});

test('what was offered and said before an adapter was off is so no more after', async (t) => {
  const bench = await Bench.open(t);
  const bluez = await bench.bluez('hci0');
  const host = bench.host();
  await host.start(() => {});
  await bench.until(() => host.adapters.length === 1);
  const hci0 = bluez.adapters.get('hci0')!;
  for (let round = 0; round < 3; round++) {
    const { peripheral } = host.adapters[0]!;
    await peripheral.serve(bleUuids.mesh, () => {});
    await peripheral.advertise(tag('one'));
    assert.deepEqual([hci0.applications.size, hci0.advertisements.size], [1, 1]);
    hci0.power(false);
    await bench.until(() => host.adapters.length === 0);
    hci0.power(true);
    await bench.until(() => host.adapters.length === 1);
    await bench.until(() => hci0.applications.size + hci0.advertisements.size === 0);
  }
});

test('an adapter that is on is switched off and on, for an address that nobody saw', async (t) => {
  const bench = await Bench.open(t);
  const bluez = await bench.bluez('hci0');
  await bench.started();
  assert.deepEqual(bluez.adapters.get('hci0')?.powerCalls, [false, true]);
});

test('an adapter gets back the name that it had', async (t) => {
  const bench = await Bench.open(t);
  const bluez = await bench.bluez('hci0', 'hci1');
  const [own, left] = ['hci0', 'hci1'].map((name) => bluez.adapters.get(name)!);
  // As a process that was killed leaves it.
  left!.alias = 'Muster';
  const host = bench.host();
  await host.start(() => {});
  await bench.until(() => own!.alias === 'Muster' && host.adapters.length === 2);
  await host.stop();
  await bench.until(() => own!.alias === 'the host name' && left!.alias === '');
});

test('only adapters that are allowed are touched', async (t) => {
  const bench = await Bench.open(t);
  const bluez = await bench.bluez('hci0', 'hci1');
  const adapter = await bench.started({ adapters: ['hci1'] });
  assert.equal(adapter.name, 'hci1');
  assert.deepEqual(bluez.adapters.get('hci0')?.powerCalls, []);
});

test('a radio switch and a bus that forbids are told apart from off', async (t) => {
  const bench = await Bench.open(t);
  const root = mkdtempSync(join(tmpdir(), 'muster-bluez-'));
  t.after(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'sys/class/bluetooth/hci0/rfkill3');
  mkdirSync(folder, { recursive: true });
  const bluez = await bench.bluez();
  const adapter = bluez.add('hci0', false);
  adapter.powerError = 'Blocked';
  const host = bench.host({ root });
  await host.start(() => {});
  await bench.until(() => host.state.kind === 'powered-off');
  writeFileSync(join(folder, 'soft'), '1\n');
  const blocked = bench.host({ root });
  await blocked.start(() => {});
  await bench.until(() => blocked.state.kind === 'blocked');
  assert.match(blocked.state.mend, /rfkill unblock/);
  assert.equal((await blocked.survey()).state.kind, 'blocked');
});

test('an adapter that could not be switched on is tried again until it is on', async (t) => {
  const bench = await Bench.open(t);
  const root = mkdtempSync(join(tmpdir(), 'muster-bluez-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'etc/bluetooth'), { recursive: true });
  writeFileSync(join(root, 'etc/bluetooth/main.conf'), '[General]\nPrivacy = device\n');
  const bluez = await bench.bluez();
  // On, so that it is switched off for a fresh address; and then it does not come up at once.
  const adapter = bluez.add('hci0', true);
  adapter.powerError = 'Busy';
  const host = bench.host({ root });
  await host.start(() => {});
  await bench.until(() => adapter.powerCalls.length === 2);
  await bench.until(() => host.state.kind === 'powered-off');
  assert.deepEqual(adapter.powerCalls, [false, true]);
  adapter.powerError = undefined;
  await bench.until(() => host.state.kind === 'ready', 200);
  assert.deepEqual(adapter.powerCalls, [false, true, true]);
  // Who switches it off now is obeyed.
  adapter.power(false);
  await bench.until(() => host.state.kind === 'powered-off');
  await bench.pass(120_000);
  assert.deepEqual(adapter.powerCalls, [false, true, true]);
});

test('who only listens leaves an adapter that is on as it is', async (t) => {
  const bench = await Bench.open(t);
  const root = mkdtempSync(join(tmpdir(), 'muster-bluez-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'etc/bluetooth'), { recursive: true });
  writeFileSync(join(root, 'etc/bluetooth/main.conf'), '[General]\nPrivacy = device\n');
  const bluez = await bench.bluez('hci0');
  const adapter = bluez.adapters.get('hci0')!;
  const host = bench.host({ root, isListener: true });
  await host.start(() => {});
  await bench.until(() => host.state.kind === 'ready');
  await host.adapters[0]!.scanner.start([bleUuids.mesh], () => {});
  await bench.until(() => adapter.isDiscovering, 100);
  await host.stop();
  assert.ok(!adapter.powerCalls.includes(false));
  assert.equal(adapter.alias, 'the host name');
});

test('the survey tells versions, roles and settings', async (t) => {
  const bench = await Bench.open(t);
  const root = mkdtempSync(join(tmpdir(), 'muster-bluez-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'etc/bluetooth'), { recursive: true });
  const settings =
    '# text\n[General]\nPrivacy = device\n#Name = x\nTemporaryTimeout=0\n[GATT]\nCache = no\n';
  writeFileSync(join(root, 'etc/bluetooth/main.conf'), settings);
  await bench.bluez('hci0');
  const survey = await bench.host({ root }).survey();
  assert.equal(survey.state.kind, 'ready');
  assert.equal(survey.daemonVersion, '5.66');
  assert.deepEqual(survey.settings, {
    ...{ file: '/etc/bluetooth/main.conf', privacy: 'device', cache: 'no' },
    temporaryTimeout: '0',
  });
  const [adapter] = survey.adapters;
  assert.equal(adapter?.privacy, 'on');
  assert.equal(adapter.advertisementsMax, 5);
  assert.deepEqual(adapter.roles, ['central', 'peripheral']);
  assert.equal(adapter.isPowered, true);
});

test('stop without start, and twice', async (t) => {
  const bench = await Bench.open(t);
  await bench.bluez('hci0');
  const host = bench.host();
  await host.stop();
  await host.start(() => {});
  await host.stop();
  await host.stop();
  assert.equal(host.adapters.length, 0);
});
