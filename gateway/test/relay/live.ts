/**
 * Real clients of relays on loopback for the tests beside it. Every wait has a limit.
 */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import { createLibp2pTransport } from '@muster/adapters/transport-libp2p';
import { createMemoryLogger, type SampleSite } from '@muster/core/testing';
import { RelayClient, type RelayClientEvents, relayProtocol } from '../../src/relay-link/index.ts';

export const crypto = createSodiumCrypto();
export const random = createSystemRandom();
export const clock = createSystemClock();
export const logger = createMemoryLogger();
export const none = new Uint8Array(0);

export async function until(condition: () => boolean, limitMs = 10_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    assert.ok(performance.now() < endMs, `not within ${limitMs} ms: ${condition}`);
    await wait(5);
  }
}

/** A gateway without a node: it notes what comes and takes all of it. */
export async function startClient(
  site: SampleSite,
  address: string,
  events: Partial<RelayClientEvents>,
) {
  const node = site.node('gateway');
  const shared = { key: node.key, clock, random, logger };
  const client = new RelayClient({
    clock,
    logger,
    transport: createLibp2pTransport({
      ...shared,
      listen: [],
      bootstrap: [address],
      protocol: relayProtocol,
    }),
    siteKey: site.key.publicKey,
    certificate: node.certificate,
    policy: () => undefined,
  });
  client.follow([{ site: site.trust.site, tags: [site.general], token: none }]);
  await client.start({
    onUp: () => {},
    onDown: () => {},
    knows: () => false,
    onBundle: (_bundle, onAnswer) => onAnswer({ ok: true, id: none, nodes: 1 }),
    onWant: () => {},
    onPolicy: () => ({ ok: false, reason: 'old' }),
    onMark: () => {},
    onFlowing: () => {},
    ...events,
  });
  return client;
}
