/**
 * A foreign process: a valid libp2p identity, the right protocol, and no certificate of the site.
 * It dials again and again with a fresh key, greets in turn with nothing, with a certificate of its
 * own making, and with junk, and counts every byte of replication that comes back. Started by
 * trust.ts only: `stranger/main.ts MULTIADDR ATTEMPTS`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import { createLibp2pTransport } from '@muster/adapters/transport-libp2p';
import type { Link, Logger } from '@muster/core';
import { say } from '../worker.ts';
import { forgedHello } from './forged-hello.ts';

const [address = '', attempts = '1'] = process.argv.slice(2);
const crypto = createSodiumCrypto();
const random = createSystemRandom();
const attemptMsMax = 800;

export interface Attempt {
  /** Whether a link came to be at all. */
  readonly linked: boolean;
  /** Bytes of frames that were received. */
  readonly bytes: number;
  readonly tookMs: number;
}

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
};

async function attempt(number: number): Promise<Attempt> {
  const key = crypto.keyPairFromSeed(random.bytes(32));
  const transport = createLibp2pTransport({
    key,
    listen: [],
    bootstrap: [address],
    clock: createSystemClock(),
    random,
    logger: silent,
  });
  const startedMs = performance.now();
  let linked = false;
  let bytes = 0;
  const ended = Promise.withResolvers<void>();
  await transport.start((link: Link) => {
    linked = true;
    link.start({
      onFrame: (frame) => {
        bytes += frame.length;
      },
      onDrain: () => {},
      onClose: () => ended.resolve(),
    });
    if (number % 3 === 1) link.send(forgedHello(crypto, random, key.publicKey));
    else if (number % 3 === 2) link.send(random.bytes(64));
  });
  await Promise.race([ended.promise, delay(attemptMsMax, undefined, { ref: false })]);
  await transport.stop();
  return { linked, bytes, tookMs: performance.now() - startedMs };
}

for (let number = 0; number < Number(attempts); number++) {
  say(await attempt(number));
}
process.exit(0);
