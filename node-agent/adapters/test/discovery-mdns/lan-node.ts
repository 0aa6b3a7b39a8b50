/**
 * A process that runs discovery and links on one host of a test network, and prints what happens as
 * JSON lines. It starts when told `go`. Times are of the machine's monotonic clock, in ms, so that
 * those of several processes can be compared.
 */
import { createInterface } from 'node:readline';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createMdnsDiscovery } from '@muster/adapters/discovery-mdns';
import { createSystemRandom } from '@muster/adapters/random-system';
import { createLibp2pTransport } from '@muster/adapters/transport-libp2p';
import { toHex } from '@muster/core';
import { createMemoryLogger } from '@muster/core/testing';

interface Options {
  /** First byte of the key's seed. */
  readonly seed: number;
  /** Sends a frame this often on every link, milliseconds; 0 for never. */
  readonly sendEveryMs: number;
}

function say(event: string, fields: object = {}): void {
  const atMs = Number(process.hrtime.bigint()) / 1e6;
  process.stdout.write(`${JSON.stringify({ event, atMs, ...fields })}\n`);
}

const { seed, sendEveryMs } = JSON.parse(process.argv[2]!) as Options;
const key = createSodiumCrypto().keyPairFromSeed(new Uint8Array(32).fill(seed));
const clock = createSystemClock();
const random = createSystemRandom();
const logger = createMemoryLogger();
const transport = createLibp2pTransport({
  key,
  listen: ['/ip4/0.0.0.0/tcp/7310'],
  bootstrap: [],
  clock,
  random,
  logger,
});
const discovery = createMdnsDiscovery({
  nodeKey: key.publicKey,
  addresses: () => transport.addresses(),
  clock,
  random,
  logger,
});

createInterface({ input: process.stdin }).on('line', async () => {
  await transport.start((link) => {
    const peer = toHex(link.peerKey);
    say('link', { peer });
    let open = true;
    link.start({
      onFrame() {},
      onDrain() {},
      onClose(reason) {
        open = false;
        say('closed', { peer, reason });
      },
    });
    const send = (): void => {
      if (!open) return;
      link.send(new Uint8Array(300));
      setTimeout(send, sendEveryMs);
    };
    if (sendEveryMs > 0) send();
  });
  say('started');
  await discovery.start((sighting) => {
    say('sighting', { peer: toHex(sighting.nodeKey), addresses: sighting.addresses });
    transport.addSighting(sighting);
  });
});
say('ready', { key: toHex(key.publicKey) });
