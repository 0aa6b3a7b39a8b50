import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { linkContract } from '@muster/core/testing';
import { sightingOf, sortedKeys, startNode, until } from './two-nodes.ts';

const media = {
  'libp2p link over TCP': '/ip4/127.0.0.1/tcp/0',
  'libp2p link over WebSocket': '/ip4/127.0.0.1/tcp/0/ws',
};

for (const [name, address] of Object.entries(media)) {
  const make = async () => {
    const [low, high] = sortedKeys(2);
    const a = await startNode(low!, { listen: [address] });
    const b = await startNode(high!, { listen: [address] });
    a.transport.addSighting(sightingOf(b));
    await until(() => a.links.length === 1 && b.links.length === 1);
    return {
      a: a.links[0]!,
      b: b.links[0]!,
      keyA: low!.publicKey,
      keyB: high!.publicKey,
      until,
      settle: () => wait(100),
      stop: async () => {
        await Promise.all([a.transport.stop(), b.transport.stop()]);
      },
    };
  };
  linkContract({ name, make }, { test, assert });
}
