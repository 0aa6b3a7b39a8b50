/**
 * Sites, gateways and relays in one process and in virtual time, for the tests beside it: real
 * nodes, the real relay and the real client; only the clock, the randomness, the disk and the wire
 * are made up.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  bytesKey,
  Crossing,
  pinOf,
  Role,
  rootIssuer,
  type SitePolicy,
  signSitePolicy,
} from '@muster/core';
import {
  createMemoryLogger,
  FakeClock,
  MemoryStore,
  type SampleAuthor,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';
import { type AdmittedSite, RelayHub } from '../../src/relay/relay-hub.ts';
import { TestGateway } from './test-gateway.ts';

const crypto = createSodiumCrypto();
const mib = 1024 * 1024;

export class World {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;

  constructor(seed = 1) {
    this.random = new SeededRandom(seed);
  }

  site(): TestSite {
    return new TestSite(this);
  }

  relay(): TestRelay {
    return new TestRelay(this);
  }

  gateway(site: TestSite): TestGateway {
    return new TestGateway(this, site);
  }

  run(seconds: number): void {
    this.clock.advance(seconds * 1000);
  }
}

export class TestSite {
  readonly sample: SampleSite;
  readonly author: SampleAuthor;
  #revision = 0;

  constructor(world: World) {
    this.sample = new SampleSite(crypto, world.random);
    this.author = this.sample.author(Role.staff);
  }

  get id(): Uint8Array {
    return this.sample.trust.site;
  }

  get siteKey(): Uint8Array {
    return this.sample.key.publicKey;
  }

  get admitted(): AdmittedSite {
    return { siteKey: this.siteKey, name: 'site', bytesMax: 64 * mib };
  }

  /** The next policy: `general` of each home crosses this way between this site and the peers. */
  policy(
    peers: readonly TestSite[],
    rules: readonly { readonly home: TestSite; readonly crossing: Crossing }[],
  ): Uint8Array {
    this.#revision += 1;
    const policy: SitePolicy = {
      site: this.id,
      revision: this.#revision,
      pins: peers.map((peer) => pinOf(crypto, { siteKey: peer.siteKey, name: 'peer', relays: [] })),
      rules: rules.map(({ home, crossing }) => ({
        tag: home.sample.general,
        name: 'general',
        home: home.id,
        crossing,
        peers: peers.map(({ id }) => id),
        bundlesPerMinute: 0,
        bytesPerMinute: 0,
      })),
    };
    return signSitePolicy(crypto, policy, rootIssuer(this.sample.key));
  }
}

export class TestRelay {
  readonly world: World;
  readonly key;
  readonly logger = createMemoryLogger();
  /** Survives a crash. */
  readonly stores = new Map<string, MemoryStore>();
  admitted: AdmittedSite[] = [];
  hub: RelayHub;
  #clock: FakeClock;

  constructor(world: World) {
    this.world = world;
    this.key = crypto.keyPairFromSeed(world.random.bytes(32));
    this.#clock = world.clock.fork();
    this.hub = this.#open();
  }

  admit(...sites: TestSite[]): this {
    this.admitted.push(...sites.map(({ admitted }) => admitted));
    void this.hub.admitSites(this.admitted);
    return this;
  }

  /** As after kill -9: what was synced is there, nothing else is. */
  crash(): void {
    this.#clock.stop();
    const clock = this.world.clock.fork();
    for (const [key, store] of this.stores) this.stores.set(key, store.crash({ clock }));
    this.#clock = clock;
    this.hub = this.#open();
    void this.hub.admitSites(this.admitted);
  }

  #open(): RelayHub {
    const clock = this.#clock;
    return new RelayHub({
      crypto,
      clock,
      random: this.world.random.fork(),
      logger: this.logger,
      key: this.key,
      openStore: (site) => {
        const key = bytesKey(site);
        const store = this.stores.get(key) ?? new MemoryStore({ clock });
        this.stores.set(key, store);
        return store;
      },
    });
  }
}

/** Two sites that share both their general channels, a relay that serves both, all connected. */
export function twoSites(seed = 1) {
  const world = new World(seed);
  const [hill, harbour] = [world.site(), world.site()];
  const relay = world.relay().admit(hill, harbour);
  const [a, b] = [world.gateway(hill), world.gateway(harbour)];
  a.adopt(consentOf(hill, harbour));
  b.adopt(consentOf(harbour, hill));
  a.tags = b.tags = [hill.sample.general, harbour.sample.general];
  return { world, hill, harbour, relay, a, b };
}

/** The policy of `own` by which it shares everything with `peer`, both ways. */
export function consentOf(own: TestSite, peer: TestSite): Uint8Array {
  const both = Crossing.both;
  return own.policy(
    [peer],
    [
      { home: own, crossing: both },
      { home: peer, crossing: both },
    ],
  );
}
