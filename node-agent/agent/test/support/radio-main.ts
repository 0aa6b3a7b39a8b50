/**
 * A site of real agents in one process, on a radio in memory, for tests and pictures of the page.
 * The scene comes as JSON in the first argument; orders come as lines of JSON on stdin, each of
 * which is answered by a line on stdout: the first, once all run, says where they are.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bleUuids } from '@muster/adapters/transport-ble';
import { MemoryRadio } from '@muster/adapters/transport-ble/testing';
import { type Clock, radioIdOf, radioKeyOf, sealRadioTag } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { type Agent, createAgent } from '../../src/agent.ts';
import { configOf } from '../../src/config/index.ts';
import { dataFolderAt, openDataFolder } from '../../src/data-folder/data-folder.ts';
import {
  openIdentity,
  openSite,
  prepareMember,
  requireRoot,
} from '../../src/data-folder/identity.ts';
import { realParts } from '../../src/parts.ts';

interface Scene {
  readonly folder: string;
  readonly webFolder: string;
  readonly site: string;
  /** The first holds the site's root. */
  readonly boxes: readonly string[];
  /** By name of a box: the one to which it is also linked by a network. */
  readonly lan: Readonly<Record<string, string>>;
  /** Things with the site's tag that are no boxes. */
  readonly carriers: readonly string[];
  /** dBm, from one name to another and back; who is not named is out of reach. */
  readonly reach: readonly (readonly [one: string, other: string, dbm: number])[];
}

type Order =
  | { readonly stop: string }
  | { readonly power: string; readonly on: boolean }
  /** What is heard seems so much longer ago. */
  | { readonly skipMs: number };

const scene = JSON.parse(process.argv[2]!) as Scene;
const parts = await realParts({ level: 'warn', destination: process.stderr });
let skippedMs = 0;
const clock: Clock = {
  ...parts.clock,
  monotonicMs: () => parts.clock.monotonicMs() + skippedMs,
};
const { crypto, random } = parts;
const air = { advertiseMs: 200 };
const radio = new MemoryRadio({ clock: parts.clock, random: new SeededRandom(5), air });
radio.place((from, to) => {
  const near = scene.reach.find(
    ([one, other]) =>
      (one === from.host && other === to.host) || (one === to.host && other === from.host),
  );
  return near?.[2];
});

const root = dataFolderAt(join(scene.folder, scene.boxes[0]!));
const hosts = new Map(scene.boxes.map((name) => [name, radio.host({ name })]));
const agents = new Map<string, Agent>();

async function start(nodeName: string): Promise<void> {
  const folder = dataFolderAt(join(scene.folder, nodeName));
  mkdirSync(folder.path, { recursive: true });
  openDataFolder(folder);
  const made = { crypto, random, siteName: scene.site, nodeName, makeSite: true };
  const { site } = openSite(root, made);
  if (folder.path !== root.path) {
    prepareMember(folder, requireRoot(root, crypto, site), { crypto, random, nodeName });
  }
  const identity = openIdentity(folder, made);
  const neighbour = agents.get(scene.lan[nodeName] ?? '');
  const config = configOf({
    ...{ httpHost: '127.0.0.1', httpPort: 0, httpTlsPort: 0, meshMdns: false },
    meshListen: ['/ip4/127.0.0.1/tcp/0'],
    meshBootstrap: neighbour?.meshAddresses.slice(0, 1) ?? [],
    siteChannels: ['general'],
  });
  const host = hosts.get(nodeName)!;
  const own = { hasRadio: () => true, createRadio: async () => ({ host, helper: undefined }) };
  const options = { config, folder, identity, webFolder: scene.webFolder, extensions: [] };
  const agent = createAgent(options, { ...parts, clock, ...own });
  await agent.start();
  agents.set(nodeName, agent);
}

async function carry(name: string, siteKey: Uint8Array): Promise<void> {
  const host = radio.host({ name });
  await host.start(() => {});
  const id = radioIdOf(crypto, siteKey, random.bytes(32));
  const key = radioKeyOf(crypto, siteKey);
  const data = sealRadioTag(crypto, key, { id, kind: 'carrier' }, random.bytes(5));
  await host.adapters[0]!.peripheral.advertise({ service: bleUuids.mesh, data });
}

async function obey(order: Order): Promise<void> {
  if ('skipMs' in order) skippedMs += order.skipMs;
  else if ('power' in order) hosts.get(order.power)!.power('hci0', order.on);
  else await agents.get(order.stop)!.stop();
}

function answer(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

for (const name of scene.boxes) await start(name);
const { siteKey } = openSite(root, { crypto, random, siteName: scene.site, makeSite: false }).site;
for (const name of scene.carriers) await carry(name, siteKey);
answer({ origins: scene.boxes.map((name) => `http://localhost:${agents.get(name)!.port}`) });
for await (const line of createInterface(process.stdin)) {
  await obey(JSON.parse(line) as Order);
  answer({});
}
// Whoever gave the orders has gone.
process.exit();
