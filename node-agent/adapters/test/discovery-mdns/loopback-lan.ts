/**
 * What the loopback tests share: a port of their own (several agents use one port together, other
 * tests must not), and node keys.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createSystemRandom } from '@muster/adapters/random-system';

const crypto = createSodiumCrypto();
const random = createSystemRandom();

export function nodeKey(): Uint8Array {
  return crypto.keyPairFromSeed(random.bytes(32)).publicKey;
}

export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
