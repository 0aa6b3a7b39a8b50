/**
 * Fuzz target: mDNS packets from anybody on the link, as both services take them (before step 4):
 * neighbours in the records of libp2p, and boxes that wait to be claimed. Input: a packet, and who
 * sent it as the last line. What is handed on names machines of this link only, in plain words.
 */

import { createSocket, type Socket } from 'node:dgram';
import { channel } from 'node:diagnostics_channel';
import { isIPv4 } from 'node:net';
import { createClaimDiscovery, createMdnsDiscovery } from '@muster/adapters/discovery-mdns';
import { isHostNumber, parseAddress } from '@muster/adapters/parsers';
import type { Sighting } from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { Scene } from '../scene.ts';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { ErrorLog } from './error-log.ts';
import { mdnsSeeds } from './mdns-seeds.ts';
import { splitInput, wordsOf } from './seeds.ts';

const senders = ['127.0.0.7', '10.9.9.9'];
/** Refills every rate. */
const betweenMs = 1_000;
const linkCharsMax = 270;

interface Ears {
  readonly clock: FakeClock;
  readonly sockets: readonly Socket[];
  readonly sightings: Sighting[];
  readonly log: ErrorLog;
  readonly claims: ReturnType<typeof createClaimDiscovery>;
  stop(): Promise<unknown>;
}

export function createMdnsTarget(): FuzzTarget {
  const scene = new Scene({ begin: listen, end: (ears) => ears.stop() });
  return {
    name: 'mdns',
    seeds: mdnsSeeds,
    dictionary: wordsOf(
      ...['_p2p', '_udp', 'local', '_muster-claim', '_tcp', 'dnsaddr=', 'txtvers=1', 'kind=box'],
      ...['kind=desk', 'code=K7QF-3M', 'port=8080', 'ip=127.0.0.9', 'ip=010.0.0.1', '\xc0\x0c'],
    ),
    reset: () => scene.reset(),
    stop: () => scene.stop(),
    run: (input) => hear(scene.now, input),
  };
}

async function listen(): Promise<Ears> {
  const port = await freePort();
  const sockets: Socket[] = [];
  const opened = channel('udp.socket');
  const note = (message: unknown): void => {
    sockets.push((message as { readonly socket: Socket }).socket);
  };
  opened.subscribe(note);
  const [clock, log, random] = [new FakeClock(), new ErrorLog(), new SeededRandom(41)];
  const parts = { clock, random, logger: log, loopback: true, port };
  const sightings: Sighting[] = [];
  const nodeKey = new Uint8Array(32);
  const peers = createMdnsDiscovery({ ...parts, nodeKey, addresses: () => [] });
  const claims = createClaimDiscovery(parts);
  await peers.start((sighting) => sightings.push(sighting));
  await claims.start(() => {});
  opened.unsubscribe(note);
  const stop = () => Promise.all([peers.stop(), claims.stop()]);
  return { clock, sockets, sightings, log, claims, stop };
}

/** Chosen by the system: nobody else on this machine says mDNS there. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

function hear(ears: Ears, input: Uint8Array): FuzzVerdict {
  const [sender, packet] = splitInput(input, senders);
  const from = { address: sender, family: 'IPv4', port: 5353, size: packet.length };
  const before = ears.sightings.length;
  for (const socket of ears.sockets) socket.emit('message', Buffer.from(packet), from);
  ears.clock.advance(betweenMs);
  ears.log.mustBeCalm();
  const heard = ears.sightings.splice(before);
  const boxes = [...ears.claims.unclaimedNodes(), ...ears.claims.desks()];
  if (sender === senders[1] && heard.length > 0) broken('somebody elsewhere was heard');
  for (const { nodeKey, addresses } of heard) {
    if (nodeKey.length !== 32) broken('no node key');
    for (const address of addresses) checkSighted(address);
  }
  for (const { name, address } of boxes) checkBox(name, address);
  return heard.length > 0 || boxes.length > 0;
}

function checkSighted(address: string): void {
  if (!address.startsWith('/ip4/127.')) broken(`${address} is on another link`);
  const parsed = parseAddress(address);
  // What the transport would dial is where the text led.
  if (parsed && isHostNumber(parsed.text) && !parsed.text.startsWith('/ip4/127.')) {
    broken(`${address} would lead to ${parsed.text}`);
  }
}

function checkBox(name: string, address: string): void {
  const [ip = '', port] = address.split(':');
  if (!isIPv4(ip) || !ip.startsWith('127.') || !(Number(port) > 0)) broken(`a box at ${address}`);
  if (URL.parse(`http://${address}`)?.hostname !== ip) broken(`${address} leads elsewhere`);
  const isPlain = !/[\p{Cc}\p{Cf}]/u.test(name) && Buffer.byteLength(name) <= 64;
  if (!isPlain || address.length > linkCharsMax) broken(`a box called ${JSON.stringify(name)}`);
}
