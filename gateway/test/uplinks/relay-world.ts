/**
 * Gateways of two sites at one relay, in virtual time: whole uplink managers over real nodes and
 * the real relay. Only clock, entropy, disk and wire are fakes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolderAt, type ListedChannel } from '@muster/agent';
import { toBase64url, toHex } from '@muster/core';
import { UplinkManager } from '../../src/uplinks/manager.ts';
import { consentOf, type TestRelay, type TestSite, World } from '../relay/world.ts';
import { MemoryLine } from './memory-line.ts';
import { crypto, SiteNode } from './site-node.ts';

export const relayAddress = '/dns4/relay.example/tcp/7320';

export class TestManager {
  readonly box: SiteNode;
  readonly folder: string;
  readonly lines: MemoryLine[] = [];
  /** Ids (hex) that uplinks brought and that were new, in order. */
  readonly taken: string[] = [];
  readonly #world: RelayWorld;
  manager: UplinkManager;

  constructor(world: RelayWorld, site: TestSite, seed: number) {
    this.#world = world;
    this.box = new SiteNode(site.sample, world.world.clock, seed);
    this.folder = mkdtempSync(join(tmpdir(), 'muster-uplinks-'));
    this.manager = this.#newManager(site);
  }

  #newManager(site: TestSite): UplinkManager {
    const { box } = this;
    const tag = toBase64url(site.sample.general);
    const creator = toBase64url(site.siteKey);
    const general: ListedChannel = { tag, name: 'general', kind: 'site', topic: '', creator };
    const listed = [general];
    const manager = new UplinkManager({
      host: {
        clock: box.clock,
        random: box.random.fork(),
        crypto,
        logger: box.logger,
        node: box.node,
        author: box.author,
        folder: dataFolderAt(this.folder),
        identity: {
          site: { siteKey: site.siteKey, name: 'Hill' },
          node: { ...box.sample, key: box.sample.key },
          made: { site: false, node: false },
        } as never,
        channels: () => listed,
      },
      createRelayTransport: async () => {
        const line = new MemoryLine(box.clock, this.#world.relay, box.sample.key.publicKey);
        this.lines.push(line);
        return line;
      },
    });
    box.onBundle = (bundle) => {
      this.taken.push(toHex(bundle.id));
      manager.onBundle(bundle);
    };
    box.onPolicy = () => manager.onPolicy();
    return manager;
  }

  /** The process ends without a word and starts again. */
  async kill(site: TestSite): Promise<void> {
    this.box.cutPower();
    for (const line of this.lines) await line.stop();
    this.manager = this.#newManager(site);
    await this.manager.start();
  }

  async addRelay(): Promise<void> {
    await this.manager.start();
    await this.manager.commands['uplink.add']!({ kind: 'relay', address: relayAddress });
  }

  async close(): Promise<void> {
    await this.manager.stop();
    this.box.node.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class RelayWorld {
  readonly world: World;
  readonly hill: TestSite;
  readonly harbour: TestSite;
  readonly relay: TestRelay;
  readonly #managers: TestManager[] = [];

  constructor(seed = 1) {
    this.world = new World(seed);
    this.hill = this.world.site();
    this.harbour = this.world.site();
    this.relay = this.world.relay().admit(this.hill, this.harbour);
  }

  /** A gateway whose policy shares all with the other site. */
  gateway(site: TestSite, seed: number): TestManager {
    const gateway = new TestManager(this, site, seed);
    this.#managers.push(gateway);
    return gateway;
  }

  /** Both sites share their general channels, both ways. */
  consent(gateways: readonly TestManager[]): void {
    const { hill, harbour } = this;
    const [ofHill, ofHarbour] = [consentOf(hill, harbour), consentOf(harbour, hill)];
    for (const { box } of gateways) {
      box.node.adoptPolicy(box.site === hill.sample ? ofHill : ofHarbour);
    }
  }

  /** Lets virtual time pass, with turns for promises in between. */
  async pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds * 4; i += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      this.world.clock.advance(250);
    }
  }

  async close(): Promise<void> {
    for (const gateway of this.#managers) await gateway.close();
  }
}
