/**
 * Frames of honest neighbours, recorded while a few boxes do all that boxes do with each other:
 * backlogs of every lane reconciled, live pushes, large bundles offered, trust lists told.
 */
import { encodeCbor, Lane, signTrustList } from '@muster/core';
import { FakeClock, type SampleNode } from '@muster/core/testing';
import { admin, crypto, guest, node, otherNode, site, staff, user } from './cast.ts';
import { MeshBox, recorded, wireBetween } from './mesh-cast.ts';

/** What the box under test holds before anybody comes. */
export const firstBundles = [
  ...Array.from({ length: 12 }, (_, i) => staff.write(`before ${i}`)),
  staff.write('urgent before', { lane: Lane.urgent }),
];
const theirs = Array.from({ length: 30 }, (_, i) => user.write(`theirs ${i}`));
const live = [
  guest.write('live'),
  user.write('bulk', { lane: Lane.bulk }),
  staff.write('urgent', { lane: Lane.urgent }),
  staff.write('', { payload: new Uint8Array(9_000).fill(5) }),
  staff.write('', { payload: new Uint8Array(30_000).fill(6), lane: Lane.bulk }),
  user.write('more'),
];
/** Every bundle that anybody wrote; what else a box shows is forged. */
export const written = [...firstBundles, ...theirs, ...live];

/**
 * Inputs of the session target: CBOR [how, frame ...] with `how` as there. One for a whole session
 * each way, and one for each kind of frame.
 */
export function sessionSeeds(): Uint8Array[] {
  const asCaller = record(node, otherNode);
  const asCalled = record(otherNode, node);
  const kinds = new Map<string, Uint8Array>();
  for (const frame of [...asCaller, ...asCalled]) {
    const kind = `${frame[0]} ${frame[1]! < 0x80 ? frame[1] : 'bundle'}`;
    if (!kinds.has(kind)) kinds.set(kind, frame);
  }
  return [
    ...[encodeCbor([0, ...asCaller.slice(1, 40)]), encodeCbor([1, ...asCalled.slice(1, 40)])],
    encodeCbor([2, ...asCaller.slice(0, 8)]),
    ...[...kinds.values()].map((frame) => encodeCbor([0, frame])),
    ...[...kinds.values()].map((frame) => encodeCbor([1, frame, frame])),
    ...[...kinds.values()].map((frame) => encodeCbor([4, frame])),
  ];
}

/** What the peer of the box under test says when it, or the box, opened the link. */
function record(caller: SampleNode, called: SampleNode): Uint8Array[] {
  const clock = new FakeClock();
  const [a, b] = [new MeshBox(clock, caller), new MeshBox(clock, called)];
  const box = caller === node ? b : a;
  const peer = box === a ? b : a;
  const list = { site: site.trust.site, revision: 1, epoch: 0, revoked: [] };
  for (const bundle of firstBundles) box.put(bundle);
  for (const bundle of theirs) peer.put(bundle);
  peer.node.adoptTrust(signTrustList(crypto, list, admin.issuer));
  clock.advance(60_000);
  const frames: Uint8Array[] = [];
  const wire = wireBetween(clock, caller, called);
  a.node.addLink(peer === a ? recorded(wire.a, frames) : wire.a);
  b.node.addLink(peer === b ? recorded(wire.b, frames) : wire.b);
  clock.advance(2_000);
  for (const bundle of live) {
    peer.put(bundle);
    clock.advance(400);
  }
  clock.advance(90_000);
  return frames;
}
