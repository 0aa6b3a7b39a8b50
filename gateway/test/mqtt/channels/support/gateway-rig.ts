/**
 * A gateway's node for tests of channels and status: a real MeshNode over a memory store, its own
 * author, and a guest's phone, on whatever clock the test has. The test gives what publishes.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import type { ListedChannel, OwnAuthor } from '@muster/agent';
import {
  type BundleDraft,
  type Clock,
  MeshNode,
  type PutAnswer,
  type ReadBundle,
  Role,
  type SitePolicy,
  signTicket,
  toBase64url,
} from '@muster/core';
import {
  createMemoryLogger,
  type FakeClock,
  MemoryStore,
  SampleAuthor,
  type SampleNode,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';
import memoryPersistence from 'aedes-persistence';
import {
  ChannelBridge,
  type ChannelBridgeOptions,
  type OwnPublish,
  type PlaceKeeper,
} from '../../../../src/mqtt/channels/index.ts';
import type { ClientPublish, PublishVerdict } from '../../../../src/mqtt/hooks.ts';

// CommonJS whose types describe a default export that is the module itself.
const inMemory = memoryPersistence as unknown as () => PlaceKeeper;

export const crypto = createSodiumCrypto();
export const siteName = 'Blue Fair';
export const label = 'blue-fair';
export const generalTopic = `muster/${label}/channels/general/messages`;

export class GatewayRig {
  readonly site: SampleSite;
  readonly gateway: SampleNode;
  readonly guest: SampleAuthor;
  readonly logger = createMemoryLogger();
  readonly random: SeededRandom;
  readonly #ownAuthor: SampleAuthor;
  /** The broker's persistence, which outlives a crash. */
  readonly sessions: PlaceKeeper = inMemory();
  clock: Clock;
  store: MemoryStore;
  node: MeshNode;
  /** Called for each bundle that is new on disk, once a bridge is there. */
  onBundle: (bundle: ReadBundle) => void = () => {};
  onPolicy: (policy: SitePolicy) => void = () => {};

  constructor(clock: Clock, seed = 7) {
    this.random = new SeededRandom(seed);
    this.site = new SampleSite(crypto, this.random);
    this.gateway = this.site.node('Kitchen');
    this.guest = this.site.guest(this.gateway);
    this.#ownAuthor = new SampleAuthor(this.site, this.gateway.key, this.#ownTicket());
    this.clock = clock;
    this.store = new MemoryStore({ clock, commitDelayMs: 5 });
    this.node = this.#startNode();
  }

  /** What the agent gives: composes and puts; a refusal on the spot leaves no gap. */
  get author(): OwnAuthor {
    const own = this.#ownAuthor;
    return {
      key: own.key.publicKey,
      write: (draft, onAnswer) => {
        const { chain } = own;
        let isRefused = false;
        const { carried } = own.write('', draft);
        const after = own.chain;
        this.node.put(carried, (answer) => {
          isRefused = !answer.ok;
          onAnswer(answer);
        });
        if (isRefused && own.chain === after) own.chain = chain;
      },
    };
  }

  /** The power is cut and comes back; `reachedDisk` of the waiting commits had made it. */
  crash(clock: Clock, reachedDisk = 0): void {
    this.node.stop();
    this.store = this.store.crash({ clock, reachedDisk });
    this.clock = clock;
    this.node = this.#startNode();
  }

  /** The store is damaged: it is put aside and a fresh one begun. */
  loseStore(clock: Clock): void {
    this.node.stop();
    this.clock = clock;
    this.store = new MemoryStore({ clock, commitDelayMs: 5 });
    this.node = this.#startNode();
  }

  /** A message from the guest's phone. */
  say(text: string, draft: Partial<BundleDraft> = {}): Promise<PutAnswer> {
    const { carried } = this.guest.write(text, draft);
    return new Promise((resolve) => this.node.put(carried, resolve));
  }

  listed(...names: readonly string[]): ListedChannel[] {
    const { trust, key, general } = this.site;
    const creator = toBase64url(key.publicKey);
    return names.map((name) => {
      const tag = name === 'general' ? general : crypto.blake2b(16, trust.site, Buffer.from(name));
      return { tag: toBase64url(tag), name, kind: 'site', topic: '', creator };
    });
  }

  bridge(
    publish: (packet: OwnPublish, onDone: (error?: Error) => void) => void,
    more: Partial<ChannelBridgeOptions> = {},
  ): ChannelBridge {
    const { node, author, clock, logger, site } = this;
    const bridge = new ChannelBridge({
      node,
      author,
      crypto,
      clock,
      logger,
      random: this.random,
      sessions: this.sessions,
      site: { id: site.trust.site, name: siteName, label },
      channelNames: [],
      channels: () => this.listed('general'),
      publish,
      ...more,
    });
    this.onBundle = (bundle) => bridge.onBundle(bundle);
    this.onPolicy = () => bridge.onChannels();
    return bridge;
  }

  #startNode(): MeshNode {
    const { clock, random, store, logger, gateway, site } = this;
    const node = new MeshNode({
      crypto,
      clock,
      random,
      store,
      logger,
      siteKey: site.key.publicKey,
      key: gateway.key,
      certificate: gateway.certificate,
    });
    node.start({
      onBundle: (bundle) => this.onBundle(bundle),
      onHeld: () => {},
      onNeighbours: () => {},
      onPolicy: (policy) => this.onPolicy(policy),
    });
    return node;
  }

  #ownTicket(): Uint8Array {
    const { site, gateway } = this;
    const { key, certificate } = gateway;
    const ticket = {
      site: site.trust.site,
      subject: key.publicKey,
      role: Role.node,
      serial: 0,
      epoch: 0,
    };
    return signTicket(crypto, ticket, { key: key, certificate });
  }
}

/** A PUBLISH of the client `kitchen` to general, as the broker asks about it. */
export function clientPublish(more: Partial<ClientPublish> & { readonly text?: string } = {}) {
  const { text = 'The oven is hot.', ...changes } = more;
  return {
    client: { name: 'kitchen' },
    clientId: 'kitchen-1',
    topic: generalTopic,
    payload: Buffer.from(text),
    qos: 1,
    retain: false,
    dup: false,
    messageId: 1,
    ...changes,
  } satisfies ClientPublish;
}

/** Its start waits for the disk, and the disk for virtual time. */
export async function start(bridge: ChannelBridge, clock: FakeClock): Promise<void> {
  const started = bridge.start();
  clock.advance(5);
  await started;
}

/** Asks a bridge; verdicts are added to the list as they come. */
export function ask(
  bridge: ChannelBridge,
  publish: ClientPublish,
  verdicts: PublishVerdict[] = [],
): PublishVerdict[] {
  bridge.onPublish(publish, (verdict) => verdicts.push(verdict));
  return verdicts;
}
