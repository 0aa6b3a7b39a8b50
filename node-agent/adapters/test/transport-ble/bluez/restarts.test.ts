/** What is left of a bluetoothd that restarts many times, with links and connects under way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BluezHost } from '../../../src/transport-ble/bluez/index.ts';
import { connectDBus, type DBusConnection } from '../../../src/transport-ble/dbus/index.ts';
import { bleUuids } from '../../../src/transport-ble/uuids.ts';
import { silentLogger } from './fake-objects.ts';
import { Bench, Ear, tag } from './hosts.ts';

const never = new AbortController().signal;
const rounds = 12;

interface Watched {
  readonly host: BluezHost;
  readonly connections: DBusConnection[];
}

async function watched(bench: Bench, adapter: string): Promise<Watched> {
  const connections: DBusConnection[] = [];
  const host = bench.host({
    adapters: [adapter],
    connect: async (options) => {
      const connection = await connectDBus(options);
      connections.push(connection);
      return connection;
    },
  });
  await host.start(() => {});
  return { host, connections };
}

/** One life of bluetoothd: served, said, heard, connected or connecting, and killed. */
async function life(bench: Bench, [a, b]: Watched[], hangs: boolean): Promise<void> {
  const bluez = await bench.bluez('hci0', 'hci1');
  await bench.until(() => [a!, b!].every(({ host }) => host.adapters.length > 0));
  const [one, other] = [a!.host.adapters[0]!, b!.host.adapters[0]!];
  await one.peripheral.serve(bleUuids.mesh, (connection) => new Ear(connection));
  await one.peripheral.advertise(tag('one'));
  let isHeard = false;
  await other.scanner.start([bleUuids.mesh], () => {
    isHeard = true;
  });
  await bench.until(() => isHeard);
  const { address } = bluez.adapters.get('hci0')!;
  const peer = { address, addressType: 'public' } as const;
  const hanging = Promise.withResolvers<never>();
  if (hangs) bluez.adapters.get('hci1')!.answers.set('Connect', () => hanging.promise);
  const connecting = other.central.connect(peer, bleUuids.mesh, never);
  if (hangs) {
    await bench.settle();
    bluez.stop();
    await assert.rejects(connecting);
  } else {
    const ear = new Ear(await connecting);
    bluez.stop();
    await bench.until(() => ear.closedReason !== undefined);
  }
  await bench.until(() => [a!, b!].every(({ host }) => host.adapters.length === 0));
}

test('bluetoothd that restarts again and again leaves nothing behind', async (t) => {
  const bench = await Bench.open(t);
  const both = [await watched(bench, 'hci0'), await watched(bench, 'hci1')];
  const probe = await connectDBus({
    ...{ path: bench.bus.path, clock: bench.clock, logger: silentLogger, onClose() {} },
  });
  t.after(() => probe.close());
  const left = async () => {
    await bench.settle();
    const counts = both.map(async ({ connections }) => {
      assert.equal(connections.length, 1, 'one connection to the bus');
      const destination = connections[0]!.uniqueName;
      const manager = { interface: 'org.freedesktop.DBus.ObjectManager' };
      const objects = { ...manager, member: 'GetManagedObjects' };
      // What has nothing of ours below it is no object.
      await assert.rejects(probe.call({ destination, path: '/muster', ...objects }), {
        errorName: 'org.freedesktop.DBus.Error.UnknownObject',
      });
      const stats = { interface: 'org.freedesktop.DBus.Debug.Stats' };
      const [numbers] = await probe.call({
        ...{ destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', ...stats },
        ...{ member: 'GetConnectionStats', signature: 's', body: [destination] },
      });
      const rules = numbers as ReadonlyMap<string, { readonly value: unknown }>;
      return rules.get('MatchRules')?.value;
    });
    return { timers: bench.clock.waiting, rules: await Promise.all(counts) };
  };
  await life(bench, both, false);
  const first = await left();
  for (let round = 0; round < rounds; round++) await life(bench, both, round % 2 === 0);
  assert.deepEqual(await left(), first);
  assert.ok(
    first.rules.every((count) => Number(count) > 0),
    'the bus counts them',
  );
});
