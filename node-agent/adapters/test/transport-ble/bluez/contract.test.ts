import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bleHostContract } from '../../../src/transport-ble/testing/index.ts';
import { startPrivateBus } from '../dbus/private-bus.ts';
import { FakeBluez } from './fake-bluez.ts';
import { Bench } from './hosts.ts';

bleHostContract(
  {
    name: 'BlueZ, played on a real bus',
    async make() {
      const bench = new Bench(await startPrivateBus());
      const bluez = await FakeBluez.start(bench.bus.path, bench.clock, ['hci0', 'hci1']);
      return {
        a: bench.host({ adapters: ['hci0'] }),
        b: bench.host({ adapters: ['hci1'] }),
        until: (isSo) => bench.until(isSo, 20),
        settle: () => bench.settle(),
        async stop() {
          bluez.stop();
          await bench.bus.stop();
        },
      };
    },
  },
  { test, assert },
);
