/** A relay in a process of its own, so that a test can kill it: `node relay-child.ts FOLDER`. */
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';
import { createMemoryLogger } from '@muster/core/testing';
import { createRelay, readRelayKey } from '../../src/relay/index.ts';

const [folder = ''] = process.argv.slice(2);
const crypto = createSodiumCrypto();
const random = createSystemRandom();
const relay = createRelay({
  folder,
  key: readRelayKey(folder, crypto, random),
  listen: ['/ip4/127.0.0.1/tcp/0'],
  crypto,
  clock: createSystemClock(),
  random,
  logger: createMemoryLogger(),
});
await relay.start();
console.log(relay.addresses()[0]);
