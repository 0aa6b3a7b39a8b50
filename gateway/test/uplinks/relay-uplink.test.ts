import { siteIdOf, toHex } from '@muster/core';
import { createMemoryLogger } from '@muster/core/testing';
import { policyGate } from '../../src/policy/gate.ts';
import { RelayClient } from '../../src/relay-link/index.ts';
import { RelayUplink } from '../../src/uplinks/relay/relay-uplink.ts';
import { consentOf, type TestSite, World } from '../relay/world.ts';
import { uplinkContract } from './contract.ts';
import { MemoryLine } from './memory-line.ts';
import { OutgoingBundles } from './outgoing-bundles.ts';
import { crypto, SiteNode } from './site-node.ts';

uplinkContract({
  name: 'relay',
  make: async () => {
    const world = new World(1);
    const [hill, harbour] = [world.site(), world.site()];
    const relay = world.relay().admit(hill, harbour);
    const gateway = (site: TestSite, peer: TestSite, seed: number) => {
      const box = new SiteNode(site.sample, world.clock, seed);
      box.node.adoptPolicy(consentOf(site, peer));
      const line = new MemoryLine(world.clock, relay, box.sample.key.publicKey);
      const client = new RelayClient({
        clock: world.clock,
        logger: createMemoryLogger(),
        transport: line,
        siteKey: site.siteKey,
        certificate: box.sample.certificate,
        policy: () => box.node.policy()?.wire,
      });
      const siteId = siteIdOf(crypto, site.siteKey);
      const uplink = new RelayUplink({
        name: 'relay',
        clock: world.clock,
        logger: createMemoryLogger(),
        node: box.node,
        client,
        gate: policyGate(box.node, siteId),
        site: siteId,
        onPublished: () => {},
      });
      return { box, line, uplink, bundles: new OutgoingBundles(world.clock, box) };
    };
    const [a, b] = [gateway(hill, harbour, 1), gateway(harbour, hill, 2)];
    const arrived: string[] = [];
    b.uplink.start({
      onUp: () => {},
      onDown: () => {},
      onBundle: (bundle, onAnswer) =>
        b.box.node.takeFromUplink(bundle, (answer) => {
          if (answer.ok) arrived.push(toHex(answer.id));
          onAnswer(answer);
        }),
      onSeen: () => {},
    });
    const pass = async (seconds: number): Promise<void> => {
      for (let i = 0; i < seconds * 4; i += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        world.clock.advance(250);
      }
    };
    await pass(5);
    return {
      uplink: a.uplink,
      next: () => a.bundles.next(),
      arrived: () => arrived,
      cut: () => a.line.cut(),
      sever: () => {
        a.line.isSevered = true;
        a.line.cut();
      },
      mend: () => {
        a.line.isSevered = false;
      },
      bring: () => b.uplink.send(b.bundles.next(), () => {}),
      taken: () => a.uplink.status().received,
      until: async (condition) => {
        for (let i = 0; i < 200 && !condition(); i += 1) await pass(1);
        if (!condition()) throw new Error('it never came to pass');
      },
      settle: () => pass(30),
      close: () => b.uplink.stop(),
    };
  },
});
