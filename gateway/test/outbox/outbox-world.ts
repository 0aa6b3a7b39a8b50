/** One node with one outbox over a memory uplink, and power cuts: the world of the outbox tests. */
import {
  Crossing,
  type CrossingRule,
  rootIssuer,
  type SitePolicy,
  signSitePolicy,
} from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { Outbox } from '../../src/outbox/outbox.ts';
import { Allowance } from '../../src/policy/allowance.ts';
import { policyGate } from '../../src/policy/gate.ts';
import { FarSide, MemoryUplink } from '../uplinks/memory-uplink.ts';
import { SiteNode, sampleSite } from '../uplinks/site-node.ts';

export class OutboxWorld {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly box: SiteNode;
  readonly far = new FarSide();
  readonly asks: boolean;
  uplink!: MemoryUplink;
  outbox!: Outbox;
  #revision = 0;

  constructor(options: { readonly seed?: number; readonly asks?: boolean } = {}) {
    const { seed = 1, asks = true } = options;
    this.random = new SeededRandom(seed);
    this.asks = asks;
    this.box = new SiteNode(sampleSite(seed), this.clock, seed);
  }

  /** The channels that may leave, by tag; `general` unless given. */
  allow(...rules: Partial<CrossingRule>[]): void {
    const { siteId: site, site: sample } = this.box;
    this.#revision += 1;
    const policy: SitePolicy = {
      site,
      revision: this.#revision,
      pins: [],
      rules: rules.map((rule) => ({
        tag: sample.general,
        name: 'general',
        home: site,
        crossing: Crossing.publish,
        peers: [],
        bundlesPerMinute: 60_000,
        bytesPerMinute: 0,
        ...rule,
      })),
    };
    const adopted = this.box.node.adoptPolicy(
      signSitePolicy(sample.crypto, policy, rootIssuer(sample.key)),
    );
    if (!adopted.ok) throw new Error(adopted.reason);
    this.clock.advance(50);
  }

  start(): void {
    const { node, clock, logger } = this.box;
    this.uplink = new MemoryUplink(this.far, { clock, random: this.random, asks: this.asks });
    this.outbox = new Outbox({
      node,
      clock,
      logger,
      random: this.random,
      uplink: this.uplink,
      gate: policyGate(node, this.box.siteId),
      allowance: new Allowance({ node, name: 'gateway/allowed/policy' }),
    });
    this.outbox.start();
    this.box.onBundle = (bundle) => this.outbox.onBundle(bundle);
    this.box.onPolicy = () => this.outbox.onPolicy();
  }

  connect(): void {
    this.uplink.start({
      onUp: () => this.outbox.onUp(),
      onDown: () => this.outbox.onDown(),
      onBundle: () => {},
      onSeen: (id, onKept) => this.outbox.onSeen(id, onKept),
    });
  }

  /** kill -9: nothing is said to anybody. */
  kill(): void {
    void this.uplink.stop();
    this.box.cutPower();
    this.start();
  }
}
