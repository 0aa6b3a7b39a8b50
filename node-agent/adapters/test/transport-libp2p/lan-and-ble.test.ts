import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createBleMedium } from '@muster/adapters/transport-ble';
import { MemoryRadio } from '@muster/adapters/transport-ble/testing';
import { createLibp2pTransport, type Libp2pTransport } from '@muster/adapters/transport-libp2p';
import { equalBytes, Lane, MeshNode, Role, toHex } from '@muster/core';
import {
  createMemoryLogger,
  FakeClock,
  MemoryStore,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';

const crypto = createSodiumCrypto();
const seed = 6;
const stepMs = 25;

interface Box {
  readonly nodeKey: Uint8Array;
  readonly node: MeshNode;
  readonly transport: Libp2pTransport;
  /** Bundles in the order of their coming. */
  readonly shown: string[];
  readonly write: (text: string, lane: Lane) => string;
}

/** Two boxes of a site, in reach of each other by radio and by LAN, all in virtual time. */
class World {
  readonly clock = new FakeClock();
  readonly random = new SeededRandom(seed);
  readonly site = new SampleSite(crypto, this.random);
  readonly radio = new MemoryRadio({ clock: this.clock, random: this.random.fork() });
  readonly boxes: Box[] = [];
  proxy: TcpProxy | undefined;

  async box(name: string): Promise<Box> {
    const { clock, site } = this;
    const { key, certificate } = site.node(name);
    const siteKey = site.key.publicKey;
    const parts = { clock, random: this.random.fork(), logger: createMemoryLogger(), crypto };
    const nodeKey = key.publicKey;
    const host = this.radio.host({ name });
    const medium = createBleMedium({ host, siteKey, nodeKey, ...parts });
    const listen = ['/ip4/127.0.0.1/tcp/0'];
    const transport = createLibp2pTransport({
      ...{ key, listen, bootstrap: [], media: [medium], ...parts },
    });
    const store = new MemoryStore({ clock });
    const node = new MeshNode({ ...parts, store, siteKey, key, certificate });
    const shown: string[] = [];
    node.start({
      onBundle: ({ id }) => shown.push(toHex(id)),
      onHeld() {},
      onNeighbours() {},
      onPolicy() {},
      onTrust() {},
      onAct() {},
      onClone() {},
    });
    await this.while(transport.start((link) => node.addLink(link)));
    const author = site.author(Role.staff);
    const write = (text: string, lane: Lane): string => {
      const bundle = author.write(text, { lane });
      node.put(bundle.carried, () => {});
      return toHex(bundle.id);
    };
    const box = { nodeKey, node, transport, shown, write };
    this.boxes.push(box);
    return box;
  }

  async pass(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      this.clock.advance(stepMs);
      await wait(1);
    }
  }

  /** Time passes as long as it takes. */
  async while<T>(promise: Promise<T>): Promise<T> {
    let isDone = false;
    const done = promise.finally(() => {
      isDone = true;
    });
    done.catch(() => {});
    while (!isDone) await this.pass(stepMs);
    return await done;
  }

  /** The milliseconds that it took. */
  async until(what: string, condition: () => boolean, limitMs: number): Promise<number> {
    const startMs = this.clock.monotonicMs();
    while (!condition()) {
      const passedMs = this.clock.monotonicMs() - startMs;
      assert.ok(passedMs < limitMs, `not within ${limitMs} ms: ${what}, seed ${seed}`);
      await this.pass(stepMs);
    }
    return this.clock.monotonicMs() - startMs;
  }

  async stop(): Promise<void> {
    for (const { node } of this.boxes) node.stop();
    await this.while(Promise.all(this.boxes.map(({ transport }) => transport.stop())));
    await this.proxy?.stop();
  }

  /** All links are of this class, and a session is used on them at both ends. */
  isLinkedBy(costClass: string): boolean {
    return this.boxes.every(({ node, transport }) => {
      const links = transport.links();
      const [neighbour] = node.status().neighbours;
      return links.length === 1 && links[0]!.costClass === costClass && neighbour?.state === 'live';
    });
  }
}

async function twoBoxes(context: TestContext) {
  const world = new World();
  context.after(() => world.stop());
  const a = await world.box('kitchen');
  const b = await world.box('stage');
  world.proxy = await startProxy(b.transport.addresses()[0]!);
  const sightLan = (): void => {
    a.transport.addSighting({ nodeKey: b.nodeKey, addresses: [world.proxy!.address] });
  };
  return { world, a, b, sightLan };
}

test('urgent goes over Bluetooth when the LAN falls silent, and back', async (context) => {
  const { world, a, b, sightLan } = await twoBoxes(context);
  const byRadioMs = await world.until('by radio', () => world.isLinkedBy('radio'), 60_000);
  sightLan();
  const toLanMs = await world.until('to the LAN', () => world.isLinkedBy('lan'), 30_000);
  context.diagnostic(`linked by radio after ${byRadioMs} ms, moved to the LAN in ${toLanMs} ms`);
  await world.pass(60_000);

  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    world.proxy!.freeze();
    const cutMs = world.clock.monotonicMs();
    const texts = [0, 1, 2].map((i) => from.write(`urgent ${i}`, Lane.urgent));
    await world.until('urgent arrived', () => texts.every((id) => to.shown.includes(id)), 10_000);
    const tookMs = world.clock.monotonicMs() - cutMs;
    assert.ok(world.boxes.every(({ transport }) => transport.status().linksByMedium.ble === 1));
    const back = to.write('and back', Lane.urgent);
    const backMs = await world.until('the answer', () => from.shown.includes(back), 5_000);
    await world.until('by radio alone', () => world.isLinkedBy('radio'), 10_000);
    await world.pass(20_000);
    assert.ok(world.isLinkedBy('radio'), 'as long as the LAN is away');

    world.proxy!.thaw();
    const thawMs = world.clock.monotonicMs();
    const isBack = (): boolean => {
      sightLan();
      return world.isLinkedBy('lan');
    };
    await world.until('back on the LAN', isBack, 60_000);
    context.diagnostic(
      `urgent ${tookMs} ms after the cut, its answer ${backMs} ms later; back on the LAN ` +
        `${world.clock.monotonicMs() - thawMs} ms after its return`,
    );
    const onLan = from.write('by LAN', Lane.normal);
    await world.until('over the LAN', () => to.shown.includes(onLan), 2_000);
    await world.pass(60_000);
    assert.ok(world.isLinkedBy('lan'));
  }
  for (const box of world.boxes) {
    assert.equal(box.transport.links().length, 1);
    assert.ok(!equalBytes(box.nodeKey, box.transport.links()[0]!.nodeKey));
    assert.equal(new Set(box.shown).size, box.shown.length, 'each bundle was shown once');
  }
});
