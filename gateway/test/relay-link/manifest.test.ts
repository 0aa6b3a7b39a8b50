/** Manifests: when they are written, what they name, and what a reader makes of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnDraft } from '@muster/agent';
import {
  BundleKind,
  decodeManifest,
  encodeManifest,
  federationLimits,
  Scope,
  toHex,
} from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import { manifestLimits } from '../../src/relay-link/limits.ts';
import { ManifestReader } from '../../src/relay-link/manifest-reader.ts';
import { ManifestWriter } from '../../src/relay-link/manifest-writer.ts';
import { World } from '../relay/world.ts';

function writerOf(world: World) {
  const site = world.site();
  const gateway = world.gateway(site);
  const drafts: OwnDraft[] = [];
  const writer = new ManifestWriter({
    node: gateway.node,
    clock: world.clock,
    site: site.id,
    author: {
      key: gateway.sample.key.publicKey,
      write: (draft) => drafts.push(draft),
    },
  });
  const publish = (text: string, draft: Parameters<typeof gateway.write>[1] = {}) => {
    const { id } = gateway.write(text, draft);
    world.run(0.1);
    writer.published(gateway.shown.at(-1)!);
    return toHex(id);
  };
  return { site, gateway, drafts, writer, publish };
}

const idsOf = (draft: OwnDraft | undefined) => decodeManifest(draft!.payload)?.map(toHex);

test('one manifest some time after a burst, with what lives and may leave', () => {
  const world = new World();
  const { site, drafts, publish } = writerOf(world);
  const short = publish('short', { lifetimeS: 10 });
  const ids = [publish('one'), publish('two'), publish('three')];
  publish('stays', { scope: Scope.site });
  world.run(29);
  assert.equal(drafts.length, 0);
  world.run(2);
  assert.equal(drafts.length, 1);
  assert.deepEqual(new Set(idsOf(drafts[0])), new Set(ids));
  assert.ok(!idsOf(drafts[0])!.includes(short));
  assert.equal(drafts[0]!.kind, BundleKind.manifest);
  assert.deepEqual(drafts[0]!.tag, site.sample.general);
  assert.equal(drafts[0]!.lifetimeS, 3_600);
  world.run(3_600);
  assert.equal(drafts.length, 1, 'idle costs nothing');
});

test('steady traffic has a manifest a minute, of the newest 256', () => {
  const world = new World();
  const { drafts, publish, writer } = writerOf(world);
  const ids: string[] = [];
  for (let i = 0; i < 300; i += 1) {
    ids.push(publish(`number ${i}`));
    world.run(1);
  }
  assert.ok(drafts.length >= 4 && drafts.length <= 6, `${drafts.length} manifests`);
  world.run(60);
  const last = idsOf(drafts.at(-1))!;
  assert.equal(last.length, federationLimits.manifestIdsMax);
  assert.deepEqual(new Set(last), new Set(ids.slice(-federationLimits.manifestIdsMax)));
  publish('one more');
  writer.stop();
  const count = drafts.length;
  world.run(120);
  assert.equal(drafts.length, count);
});

test('a manifest does not make for another one', () => {
  const world = new World();
  const { drafts, publish } = writerOf(world);
  publish('a manifest', { kind: BundleKind.manifest, payload: encodeManifest([]) });
  world.run(120);
  assert.equal(drafts.length, 0);
});

test('what is named and does not come is asked for, after a grace, and once in a while', () => {
  const clock = new FakeClock();
  const known = new Set<number>([1]);
  const wanted: number[][] = [];
  let up = false;
  const reader = new ManifestReader({
    clock,
    knows: (id) => known.has(id[0]!),
    want: (_site, ids) => {
      if (up) wanted.push(ids.map((id) => id[0]!));
      return up;
    },
  });
  const site = new Uint8Array(16);
  const tag = new Uint8Array(16).fill(1);
  const payload = encodeManifest([1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)));
  reader.read(site, tag, payload);
  clock.advance(manifestLimits.graceMs);
  assert.deepEqual(wanted, []);
  up = true;
  reader.read(site, tag, payload);
  clock.advance(manifestLimits.graceMs - 1);
  known.add(2);
  clock.advance(1);
  assert.deepEqual(wanted, [[3]], 'what nobody could be asked for is asked for now');
  reader.read(site, tag, payload);
  clock.advance(manifestLimits.graceMs);
  assert.equal(wanted.length, 1);
  clock.advance(manifestLimits.wantAgainMs);
  reader.read(site, tag, payload);
  clock.advance(manifestLimits.graceMs);
  assert.deepEqual(wanted, [[3], [3]]);
  reader.read(site, tag, Uint8Array.of(1, 2, 3));
  reader.read(site, new Uint8Array(16), payload);
  reader.stop();
  assert.equal(clock.waiting, 0);
});

test('manifests of many channels at once are bounded', () => {
  const clock = new FakeClock();
  const reader = new ManifestReader({ clock, knows: () => false, want: () => true });
  for (let i = 0; i < 1_000; i += 1) {
    const tag = new Uint8Array(16);
    new DataView(tag.buffer).setUint32(0, i);
    reader.read(new Uint8Array(16), tag, encodeManifest([]));
  }
  assert.equal(clock.waiting, manifestLimits.tagsMax);
});
