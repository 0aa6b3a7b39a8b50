/**
 * The peer of idle CPU: a libp2p node at its defaults (TCP, Noise, Yamux, identify, ping,
 * connection monitor), dialling the addresses that it is given. Run as a process.
 */
import { identify } from '@libp2p/identify';
import { noise } from '@libp2p/noise';
import { ping } from '@libp2p/ping';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';

const node = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: { identify: identify(), ping: ping() },
});
for (const address of process.argv.slice(2)) await node.dial(multiaddr(address));
process.stdout.write(`ready ${node.getMultiaddrs()[0]?.toString()} \n`);
