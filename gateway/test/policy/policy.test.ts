import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  BundleKind,
  Crossing,
  decodeFields,
  policyTag,
  rootIssuer,
  signSitePolicy,
} from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import { Allowance, newestRow } from '../../src/policy/allowance.ts';
import { Budget } from '../../src/policy/budget.ts';
import { PolicyAnnouncer } from '../../src/policy/policy-announcer.ts';
import { crypto, SiteNode, sampleSite } from '../uplinks/site-node.ts';

const hourMs = 3_600_000;

function newBox(clock = new FakeClock(), site = sampleSite(1), seed = 1): SiteNode {
  return new SiteNode(site, clock, seed);
}

function policyOf(box: SiteNode, revision: number): Uint8Array {
  const { site } = box;
  const rule = {
    tag: site.general,
    name: 'general',
    home: box.siteId,
    crossing: Crossing.publish,
    peers: [],
    bundlesPerMinute: 0,
    bytesPerMinute: 0,
  };
  const policy = { site: box.siteId, revision, pins: [], rules: [rule] };
  return signSitePolicy(crypto, policy, rootIssuer(site.key));
}

describe('budget', () => {
  test('lets a minute go at once, then says how long to wait', () => {
    const budget = new Budget({ bundlesPerMinute: 60, bytesPerMinute: 0 }, 0);
    for (let i = 0; i < 60; i += 1) {
      assert.equal(budget.waitMs(0), 0);
      budget.spend(100, 0);
    }
    assert.equal(budget.waitMs(0), 1_000);
    assert.equal(budget.waitMs(1_000), 0);
  });

  test('a bundle larger than what is left goes, and its debt is waited off', () => {
    const budget = new Budget({ bundlesPerMinute: 600, bytesPerMinute: 60_000 }, 0);
    budget.spend(90_000, 0);
    assert.equal(budget.waitMs(0), 30_001);
    assert.equal(budget.waitMs(30_001), 0);
  });

  test('new rates hold at once', () => {
    const budget = new Budget({ bundlesPerMinute: 1, bytesPerMinute: 0 }, 0);
    budget.spend(1, 0);
    assert.equal(budget.waitMs(0), 60_000);
    budget.setRates({ bundlesPerMinute: 60, bytesPerMinute: 0 }, 0);
    assert.equal(budget.waitMs(0), 1_000);
  });
});

describe('allowance', () => {
  test('lets out what comes after it, over restarts, and finds the newest row', () => {
    const clock = new FakeClock();
    const box = newBox(clock);
    const allowance = () => new Allowance({ node: box.node, name: 'gateway/allowed/x' });
    assert.equal(newestRow(box.node), 0);
    for (let i = 0; i < 37; i += 1) box.write(`${i}`);
    clock.advance(100);
    const row = newestRow(box.node);
    assert.equal(row, box.node.since({ row: 0, limit: 200 }).at(-1)?.row);
    const tag = box.site.general;
    const first = allowance();
    first.update([tag]);
    assert.equal(first.includes(tag, row), false);
    assert.equal(first.includes(tag, row + 1), true);
    assert.equal(first.firstRow(), row);
    clock.advance(100);
    box.write('more');
    clock.advance(100);
    const second = allowance();
    second.update([tag]);
    assert.equal(second.includes(tag, row + 1), true);
    second.update([]);
    second.update([tag]);
    assert.equal(second.includes(tag, row + 1), false);
  });
});

describe('announcer of the policy', () => {
  function start(box: SiteNode): PolicyAnnouncer {
    const { node, author, clock, random, siteId: site } = box;
    const announcer = new PolicyAnnouncer({ node, author, clock, random, crypto, site });
    announcer.start();
    return announcer;
  }

  const announced = (box: SiteNode) =>
    box.node.page({
      tag: policyTag(crypto, box.siteId),
      kind: BundleKind.sitePolicy,
      limit: 50,
    });

  test('writes it when it is nowhere, and again past half its life', () => {
    const clock = new FakeClock();
    const box = newBox(clock);
    const announcer = start(box);
    clock.advance(hourMs);
    assert.equal(announced(box).length, 0);
    box.node.adoptPolicy(policyOf(box, 1));
    announcer.onPolicy();
    clock.advance(hourMs);
    assert.equal(announced(box).length, 1);
    const fields = decodeFields(announced(box)[0]!.signed);
    assert.ok(fields.ok);
    const halfMs = (fields.value.lifetimeS * 1000) / 2;
    clock.advance(halfMs - 2 * hourMs);
    assert.equal(announced(box).length, 1);
    clock.advance(4 * hourMs);
    assert.equal(announced(box).length, 2);
    announcer.stop();
  });

  test('of two gateways one does it, if the mesh is faster than their delays differ', () => {
    const clock = new FakeClock();
    const site = sampleSite(1);
    const boxes = [newBox(clock, site, 1), newBox(clock, site, 2)];
    // The mesh: what one stores, the other gets a moment later.
    for (const [index, box] of boxes.entries()) {
      const other = boxes[1 - index]!;
      box.onBundle = ({ id }) => {
        clock.after(500, () => {
          const carried = box.node.carried(id);
          if (carried && !other.node.knows(id)) other.node.takeFromUplink(carried, () => {});
        });
      };
    }
    const wire = policyOf(boxes[0]!, 1);
    for (const box of boxes) box.node.adoptPolicy(wire);
    const announcers = boxes.map(start);
    clock.advance(hourMs);
    for (const box of boxes) assert.equal(announced(box).length, 1);
    for (const announcer of announcers) announcer.stop();
  });
});
