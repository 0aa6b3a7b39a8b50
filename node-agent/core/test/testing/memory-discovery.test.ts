import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sighting } from '../../src/ports/discovery.ts';
import { discoveryContract } from '../../src/testing/discovery-contract.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { createMemoryLan } from '../../src/testing/memory-discovery.ts';

function nodeKeys(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => new Uint8Array(32).fill(i + 1));
}

discoveryContract(
  {
    name: 'memory LAN',
    nodeKeys,
    make: async () => {
      const clock = new FakeClock();
      const lan = createMemoryLan(clock);
      return {
        join: (nodeKey, addresses) => lan.join({ nodeKey, addresses }),
        addressesOf: (index) => [`/ip4/10.0.0.${index + 1}/tcp/7310`],
        until: async (condition) => {
          for (let i = 0; !condition(); i += 1) assert.ok(i < 1000 && clock.runNext());
        },
        settle: async () => clock.advance(1000),
        stop: async () => {},
      };
    },
  },
  { test, assert },
);

test('reach may be one-sided, and what was apart finds itself when it heals', async () => {
  const clock = new FakeClock();
  const lan = createMemoryLan(clock);
  const [a, b] = nodeKeys(2);
  const seen: Record<'a' | 'b', Sighting[]> = { a: [], b: [] };
  lan.setReach((from) => from === a);
  await lan.join({ nodeKey: a!, addresses: [] }).start((sighting) => seen.a.push(sighting));
  await lan.join({ nodeKey: b!, addresses: [] }).start((sighting) => seen.b.push(sighting));
  clock.advance(120_000);
  assert.equal(seen.a.length, 0);
  assert.ok(seen.b.length >= 2);
  lan.setReach(() => true);
  clock.advance(60_100);
  assert.equal(seen.a.length, 1);
});
