/**
 * A gateway for the tests beside it: a real node and real clients of relays, joined as simply as
 * can be. What it was told to keep (marks, what is confirmed) it keeps in memory.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  bytesKey,
  type CarriedBundle,
  equalBytes,
  type Link,
  MeshNode,
  type ReadBundle,
  type Transport,
} from '@muster/core';
import {
  createMemoryLogger,
  createMemoryWire,
  MemoryStore,
  type MemoryWire,
  type MemoryWireOptions,
  type SampleAuthor,
  type SampleBundle,
  type SampleNode,
} from '@muster/core/testing';
import { RelayClient } from '../../src/relay-link/index.ts';
import type { FollowedSite } from '../../src/relay-link/message.ts';
import type { TestRelay, TestSite, World } from './world.ts';

const crypto = createSodiumCrypto();
/** A gateway looks after this whether what was to be retried is taken now. */
const retryMs = 5_000;

/** A gateway's uplink to one relay. */
export class TestUplink {
  readonly client: RelayClient;
  readonly gateway: TestGateway;
  readonly downs: string[] = [];
  readonly flowing = new Map<string, number>();
  readonly marks = new Map<string, Uint8Array>();
  readonly #confirmed = new Set<string>();
  readonly refusals: string[] = [];
  ups = 0;
  wire: MemoryWire | undefined;
  #onLink: ((link: Link) => void) | undefined;

  constructor(gateway: TestGateway, options: { readonly relayKey?: Uint8Array } = {}) {
    this.gateway = gateway;
    const transport: Transport = {
      start: async (onLink) => {
        this.#onLink = onLink;
      },
      stop: async () => this.wire?.cut(),
    };
    this.client = new RelayClient({
      clock: gateway.world.clock,
      logger: createMemoryLogger(),
      transport,
      siteKey: gateway.site.siteKey,
      certificate: gateway.sample.certificate,
      policy: () => gateway.node.policy()?.wire,
      ...options,
    });
    this.#start();
  }

  /** A new link to a relay, or to whatever answers in its place. */
  dial(relay: TestRelay, options: Partial<MemoryWireOptions> = {}): this {
    return this.dialTo((link) => relay.hub.addLink(link), relay.key.publicKey, options);
  }

  dialTo(
    accept: (link: Link) => void,
    key: Uint8Array,
    options: Partial<MemoryWireOptions> = {},
  ): this {
    const keyA = this.gateway.sample.key.publicKey;
    this.wire = createMemoryWire(this.gateway.world.clock, { keyA, keyB: key, ...options });
    accept(this.wire.b);
    this.#onLink!(this.wire.a);
    return this;
  }

  get confirmed(): number {
    return this.#confirmed.size;
  }

  put({ id, lane }: Pick<ReadBundle, 'id' | 'lane'>): void {
    const key = bytesKey(id);
    if (this.#confirmed.has(key)) return;
    const load = () => this.gateway.node.carried(id);
    this.client.put({ id, lane, load }, (answer) => {
      if (answer.ok) this.#confirmed.add(key);
      else if (!answer.retry) this.refusals.push(answer.reason);
      else if (answer.reason !== 'down') {
        this.gateway.world.clock.after(retryMs, () => this.put({ id, lane }));
      }
    });
  }

  follow(sites: readonly TestSite[]): this {
    this.client.follow(sites.map((site) => this.#followed(site)));
    return this;
  }

  #followed(site: TestSite): FollowedSite {
    const token = this.marks.get(bytesKey(site.id)) ?? new Uint8Array(0);
    return { site: site.id, tags: this.gateway.tags, token };
  }

  #start(): void {
    const { node } = this.gateway;
    void this.client.start({
      onUp: () => {
        this.ups += 1;
        for (const bundle of this.gateway.own()) this.put(bundle);
      },
      onDown: (reason) => this.downs.push(reason),
      knows: (id) => node.knows(id),
      onBundle: (bundle, onAnswer) => {
        this.gateway.arrivals += 1;
        node.takeFromUplink(bundle, onAnswer);
      },
      onWant: (ids) => {
        for (const id of ids) {
          this.#confirmed.delete(bytesKey(id));
          if (node.carried(id)) this.put({ id, lane: 1 });
        }
      },
      onPolicy: (wire) => node.adoptPolicy(wire),
      onMark: (site, token) => this.marks.set(bytesKey(site), token),
      onFlowing: (site, tags) => this.flowing.set(bytesKey(site), tags.length),
    });
  }
}

export class TestGateway {
  readonly world: World;
  readonly site: TestSite;
  readonly sample: SampleNode;
  readonly node: MeshNode;
  readonly uplinks: TestUplink[] = [];
  /** Bundles new to this node, in order; each id once, or a test fails. */
  readonly shown: ReadBundle[] = [];
  /** Bundles that uplinks brought, before any check. */
  arrivals = 0;
  /** Channels of all sites that it follows. */
  tags: Uint8Array[] = [];

  constructor(world: World, site: TestSite) {
    this.world = world;
    this.site = site;
    this.sample = site.sample.node('gateway');
    this.tags = [site.sample.general];
    this.node = new MeshNode({
      crypto,
      clock: world.clock,
      random: world.random.fork(),
      store: new MemoryStore({ clock: world.clock }),
      logger: createMemoryLogger(),
      siteKey: site.siteKey,
      key: this.sample.key,
      certificate: this.sample.certificate,
    });
    this.node.start({
      onBundle: (bundle) => {
        this.shown.push(bundle);
        if (this.isOwn(bundle)) for (const uplink of this.uplinks) uplink.put(bundle);
      },
      onHeld: () => {},
      onNeighbours: () => {},
      onPolicy: () => {
        for (const { client } of this.uplinks) client.showPolicy();
      },
    });
  }

  uplink(options: { readonly relayKey?: Uint8Array } = {}): TestUplink {
    const uplink = new TestUplink(this, options);
    this.uplinks.push(uplink);
    return uplink;
  }

  adopt(wire: Uint8Array): this {
    this.node.adoptPolicy(wire);
    return this;
  }

  /** Written by a phone on site. */
  write(text: string, draft: Parameters<SampleAuthor['write']>[1] = {}): SampleBundle {
    const bundle = this.site.author.write(text, draft);
    this.put(bundle.carried);
    return bundle;
  }

  put(carried: CarriedBundle): void {
    this.node.put(carried, () => {});
  }

  has(id: Uint8Array): boolean {
    return this.shown.some((bundle) => equalBytes(bundle.id, id));
  }

  /** How many of these it was never shown. */
  lacks(ids: readonly Uint8Array[]): number {
    return ids.filter((id) => !this.has(id)).length;
  }

  isOwn({ author }: ReadBundle): boolean {
    return equalBytes(author, this.site.author.key.publicKey);
  }

  own(): readonly ReadBundle[] {
    const own: ReadBundle[] = [];
    for (let row = 0; ; ) {
      const page = this.node.since({ row, limit: 200 });
      const last = page.at(-1);
      if (!last) return own;
      // What is not synced yet is put when it is.
      own.push(...page.filter((bundle) => this.isOwn(bundle) && this.node.carried(bundle.id)));
      row = last.row;
    }
  }
}
