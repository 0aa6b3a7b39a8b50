/**
 * Two or more transports on loopback for the tests beside it: real libp2p, real sockets. Every wait
 * has a limit, and everything is stopped at the end.
 */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import {
  createLibp2pTransport,
  type Libp2pTransport,
  type Libp2pTransportOptions,
} from '@muster/adapters/transport-libp2p';
import { compareBytes, type KeyPair, type Link } from '@muster/core';
import { createMemoryLogger } from '@muster/core/testing';

const crypto = createSodiumCrypto();
const random = createSystemRandom();

export interface TestNode {
  readonly key: KeyPair;
  readonly transport: Libp2pTransport;
  readonly links: Link[];
}

/** Key pairs in ascending order of their public keys. */
export function sortedKeys(count: number): KeyPair[] {
  const keys = Array.from({ length: count }, () => crypto.keyPairFromSeed(random.bytes(32)));
  return keys.sort((a, b) => compareBytes(a.publicKey, b.publicKey));
}

export async function startNode(
  key: KeyPair,
  { onLink, ...options }: Partial<Libp2pTransportOptions> & { onLink?: (link: Link) => void } = {},
): Promise<TestNode> {
  const transport = createLibp2pTransport({
    key,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: [],
    clock: createSystemClock(),
    random,
    logger: createMemoryLogger(),
    ...options,
  });
  const links: Link[] = [];
  await transport.start((link) => {
    links.push(link);
    onLink?.(link);
  });
  return { key, transport, links };
}

export function sightingOf(node: TestNode) {
  return { nodeKey: node.key.publicKey, addresses: node.transport.addresses() };
}

/** Waits until the condition holds, at most `limitMs`. */
export async function until(condition: () => boolean, limitMs = 5000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    assert.ok(performance.now() < endMs, `not within ${limitMs} ms: ${condition}`);
    await wait(1);
  }
}

export interface Heard {
  readonly frames: Uint8Array[];
  readonly reasons: string[];
  drains: number;
}

/** Starts a link and writes down what it says. */
export function listen(link: Link): Heard {
  const heard: Heard = { frames: [], reasons: [], drains: 0 };
  link.start({
    onFrame: (frame) => heard.frames.push(frame),
    onDrain: () => {
      heard.drains += 1;
    },
    onClose: (reason) => heard.reasons.push(reason),
  });
  return heard;
}
