/**
 * A broker "on the internet" for the tests of the upstream: aedes as it is, on loopback, with a
 * line that can be cut and severed, third parties that listen and publish, and virtual time that is
 * moved on while real sockets do their work.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Crossing, fromBase64url, siteChannelTag, toHex } from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { Aedes } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import { Outbox } from '../../src/outbox/outbox.ts';
import { Allowance } from '../../src/policy/allowance.ts';
import { channelGate } from '../../src/policy/gate.ts';
import { openBrokerStream } from '../../src/uplinks/mqtt/address.ts';
import { MqttUplink, viaOfUplink } from '../../src/uplinks/mqtt/mqtt-uplink.ts';
import { crypto, SiteNode, sampleSite } from './site-node.ts';

export const topics = 'muster/harbour';
export const generalTopic = `${topics}/channels/general/messages`;
/** Virtual milliseconds for each real turn of the loop. */
const stepMs = 20;
/** What a mesh takes from one gateway to the other. */
const meshMs = 100;

export interface Heard {
  readonly topic: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export class UpstreamWorld {
  readonly clock = new FakeClock();
  readonly site = sampleSite(3);
  readonly heard: Heard[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #boxes: SiteNode[] = [];
  readonly #uplinks: MqttUplink[] = [];
  #broker!: Aedes;
  #server!: Server;
  #third: MqttClient | undefined;
  port = 0;
  #isSevered = false;

  async start(): Promise<void> {
    this.#broker = await Aedes.createBroker();
    this.#server = createServer((socket) => {
      if (this.#isSevered) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
      this.#broker.handle(socket);
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as { port: number }).port;
  }

  get broker(): Aedes {
    return this.#broker;
  }

  newBox(seed: number): SiteNode {
    const box = new SiteNode(this.site, this.clock, seed);
    this.#boxes.push(box);
    return box;
  }

  newUplink(
    box: SiteNode,
    options: {
      readonly name?: string;
      readonly port?: number;
      readonly crossing?: Crossing;
      readonly password?: string;
    } = {},
  ): MqttUplink {
    const { name = 'office', port = this.port, crossing = Crossing.both, password } = options;
    const uplink = new MqttUplink({
      name,
      clock: box.clock,
      random: new SeededRandom(5),
      crypto,
      logger: box.logger,
      node: box.node,
      key: box.author.key,
      write: (draft, onAnswer) => box.author.write(draft, onAnswer),
      open: () => openBrokerStream({ scheme: 'mqtt', host: '127.0.0.1', port, path: '/' }, {}),
      ...(password === undefined ? {} : { username: 'box', password }),
      topics,
      siteName: 'Harbour',
      channels: () => [
        {
          name: 'general',
          tag: siteChannelTag(crypto, this.site.key.publicKey, 'general'),
          crossing,
        },
      ],
    });
    box.onBundle = (bundle) => uplink.onBundle(bundle);
    this.#uplinks.push(uplink);
    return uplink;
  }

  /** A client that is not ours: what it hears goes into `heard`. */
  async third(): Promise<MqttClient> {
    if (this.#third) return this.#third;
    const client = mqtt.connect(`mqtt://127.0.0.1:${this.port}`, { reconnectPeriod: 0 });
    this.#third = client;
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    client.on('message', (topic, payload) => {
      try {
        this.heard.push({ topic, json: JSON.parse(payload.toString()) });
      } catch {
        this.heard.push({ topic, json: { text: payload.toString() } });
      }
    });
    await client.subscribeAsync(`${topics}/channels/+/messages`, { qos: 1 });
    return client;
  }

  /** Ids (hex) of our bundles that third parties got, one entry for each copy. */
  arrived(): string[] {
    return this.heard
      .filter(({ json }) => 'author' in json)
      .map(({ json }) => toHex(fromBase64url(json.id as string)!));
  }

  async publish(payload: string, topic = generalTopic): Promise<void> {
    const client = await this.third();
    await client.publishAsync(topic, payload, { qos: 1 });
  }

  /** Cuts our own connections; the third party's stays. */
  cut(): void {
    for (const socket of this.#sockets) {
      if (socket.remotePort !== this.#thirdPort()) socket.destroy();
    }
  }

  sever(): void {
    this.#isSevered = true;
    this.cut();
  }

  mend(): void {
    this.#isSevered = false;
  }

  async until(condition: () => boolean, what = 'it never came to pass'): Promise<void> {
    for (let i = 0; i < 5_000 && !condition(); i += 1) await this.#turn(stepMs);
    if (!condition()) throw new Error(what);
  }

  /** Lets so much virtual time pass, with time for sockets in between. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) await this.#turn(stepMs);
  }

  async close(): Promise<void> {
    await Promise.all(this.#uplinks.map((uplink) => uplink.stop()));
    this.clock.advance(10_000);
    this.#third?.end(true);
    for (const box of this.#boxes) box.node.stop();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await new Promise<void>((resolve) => this.#broker.close(() => resolve()));
  }

  async #turn(ms: number): Promise<void> {
    await sleep(1);
    this.clock.advance(ms);
  }

  #thirdPort(): number | undefined {
    return (this.#third?.stream as unknown as Socket | undefined)?.localPort;
  }
}

/** A gateway's node, its outbox and its upstream joined, with kill -9. */
export class Bridge {
  readonly box: SiteNode;
  readonly #world: UpstreamWorld;
  #neighbour: SiteNode | undefined;
  outbox!: Outbox;
  uplink!: MqttUplink;

  constructor(world: UpstreamWorld, box: SiteNode) {
    this.#world = world;
    this.box = box;
  }

  start(): void {
    const { node, clock, logger, siteId: site, random } = this.box;
    this.uplink = this.#world.newUplink(this.box);
    const passage = { tag: this.box.site.general, channel: 'general' };
    const passages = [{ ...passage, bundlesPerMinute: 60_000, bytesPerMinute: 0 }];
    this.outbox = new Outbox({
      node,
      clock,
      logger,
      random,
      uplink: this.uplink,
      gate: channelGate({ site, passages: () => passages, via: viaOfUplink(this.uplink.name) }),
      allowance: new Allowance({ node, name: `gateway/allowed/${this.uplink.name}` }),
    });
    this.outbox.start();
    this.box.onBundle = (bundle) => {
      this.uplink.onBundle(bundle);
      this.outbox.onBundle(bundle);
      this.#world.clock.after(meshMs, () => this.#give(bundle.id));
    };
    this.uplink.start({
      onUp: () => this.outbox.onUp(),
      onDown: () => this.outbox.onDown(),
      onBundle: () => {},
      onSeen: (id, onKept) => this.outbox.onSeen(id, onKept),
    });
  }

  /** What this node stores, the other has a moment later. */
  meshWith(neighbour: SiteNode): void {
    this.#neighbour = neighbour;
  }

  #give(id: Uint8Array): void {
    const carried = this.box.node.carried(id);
    if (carried && this.#neighbour && !this.#neighbour.node.knows(id)) {
      this.#neighbour.node.takeFromUplink(carried, () => {});
    }
  }

  /** Its clock stops, so it does nothing more; then its sockets end, as the kernel does it. */
  kill(): void {
    this.box.cutPower();
    this.#world.cut();
    this.start();
  }
}
