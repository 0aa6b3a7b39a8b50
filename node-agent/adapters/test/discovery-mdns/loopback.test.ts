import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createMdnsDiscovery } from '@muster/adapters/discovery-mdns';
import { createSystemRandom } from '@muster/adapters/random-system';
import { peerIdText } from '@muster/adapters/transport-libp2p';
import { createMemoryLogger, discoveryContract } from '@muster/core/testing';
import { freePort, nodeKey } from './loopback-lan.ts';

const random = createSystemRandom();
const clock = createSystemClock();
const logger = createMemoryLogger();

discoveryContract(
  {
    name: 'mDNS between agents of one machine',
    nodeKeys: (count) => Array.from({ length: count }, nodeKey),
    make: async () => {
      const port = await freePort();
      return {
        join: (nodeKey, addresses) =>
          createMdnsDiscovery({
            nodeKey,
            addresses: () => addresses.map((address) => `${address}/p2p/${peerIdText(nodeKey)}`),
            clock,
            random,
            logger,
            port,
            loopback: true,
          }),
        addressesOf: (index) => [`/ip4/127.0.0.1/tcp/${7310 + index}`],
        until: async (condition) => {
          const endMs = performance.now() + 5000;
          while (!condition()) {
            assert.ok(performance.now() < endMs, `not in time: ${condition}`);
            await wait(1);
          }
        },
        settle: () => wait(200),
        stop: async () => {},
      };
    },
  },
  { test, assert },
);
