/** Whom to link with, and when: the plan alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@muster/core/testing';
import { type Candidate, Candidates } from '../../../src/transport-ble/medium/candidates.ts';
import {
  candidateLimits,
  dialTimes,
  linkLimits,
} from '../../../src/transport-ble/medium/limits.ts';
import { chooseLink, type LinkView } from '../../../src/transport-ble/medium/link-plan.ts';

const ownId = Uint8Array.of(5, 0, 0);
const lower = Uint8Array.of(1, 0, 0);
const higher = Uint8Array.of(9, 0, 0);

class Scene {
  readonly candidates = new Candidates(new SeededRandom(1));
  nowMs = 100_000;

  hear(id: Uint8Array, place = id[0]!, rssiDbm = -60): Candidate {
    const address = `40:00:00:00:00:${place.toString(16).padStart(2, '0')}`;
    const peer = { address, addressType: 'random' } as const;
    const report = { peer, service: '', data: new Uint8Array(10), rssiDbm };
    this.candidates.hear(id, report, 'hci0', this.nowMs);
    return this.candidates.get(id)!;
  }

  choose(more: Partial<LinkView> = {}) {
    return chooseLink({
      ...{ nowMs: this.nowMs, ownId, candidates: this.candidates.values(), links: 0 },
      ...{ isSound: () => false, isConnected: () => false, hasRoom: true },
      ...{ isIslandKnown: false, joinMs: this.nowMs, wanderMs: Number.POSITIVE_INFINITY, ...more },
    });
  }
}

test('the higher is dialled at once, the lower after a grace, and sooner when it was lost', () => {
  const scene = new Scene();
  const candidate = scene.hear(lower);
  const choice = scene.choose();
  assert.equal(choice.dial, undefined);
  assert.equal(choice.nextMs, scene.nowMs + dialTimes.graceMs);
  assert.equal(choice.isMissing, true);
  candidate.lostMs = scene.nowMs;
  assert.equal(scene.choose().nextMs, scene.nowMs + dialTimes.graceUrgentMs);
  assert.deepEqual(scene.hear(higher), scene.choose().dial?.candidate);
});

test('the first link is with the strongest, later ones in an order of our own', () => {
  const scene = new Scene();
  const all = Array.from({ length: 20 }, (_, i) => {
    return scene.hear(Uint8Array.of(10 + i, 0, 0), i, i === 7 ? -40 : -70);
  });
  assert.equal(scene.choose().dial?.candidate, all[7]);
  const drawn = all.toSorted((a, b) => a.lot - b.lot)[0];
  assert.equal(scene.choose({ links: 1 }).dial?.candidate, drawn);
  assert.notEqual(drawn, all[7], 'with this seed');
  assert.equal(scene.choose({ links: linkLimits.wanted }).dial, undefined);
  assert.equal(scene.choose({ hasRoom: false }).dial, undefined);
});

test('beyond what is wanted, those that were lost are dialled, and one more in its turn', () => {
  const scene = new Scene();
  const [lost, near, far] = [10, 11, 12].map((place) => {
    return scene.hear(Uint8Array.of(place, 0, 0), place, place === 12 ? -90 : -60);
  }) as [Candidate, Candidate, Candidate];
  lost.lostMs = scene.nowMs - 1_000;
  assert.equal(scene.choose({ links: linkLimits.wanted }).dial?.candidate, lost);
  const links = linkLimits.wantedUrgent;
  assert.equal(scene.choose({ links }).dial, undefined);
  const wander = scene.choose({ links, wanderMs: scene.nowMs }).dial;
  assert.deepEqual([wander?.candidate, wander?.reason], [far, 'wander'], 'the weakest first');
  far.triedMs = scene.nowMs;
  lost.triedMs = scene.nowMs - 1;
  assert.equal(scene.choose({ links, wanderMs: scene.nowMs }).dial?.candidate, near);
});

test('who is on another island is dialled beyond what is wanted, when it is allowed', () => {
  const scene = new Scene();
  const [one, other] = [10, 11].map((place) => scene.hear(Uint8Array.of(place, 0, 0), place));
  const links = linkLimits.wantedUrgent;
  one!.apartSinceMs = scene.nowMs;
  assert.equal(scene.choose({ links }).dial, undefined, 'it may be news that is on its way');
  scene.nowMs += dialTimes.joinMsMin;
  const choice = scene.choose({ links }).dial;
  assert.deepEqual([choice?.candidate, choice?.reason], [one, 'join']);
  assert.equal(scene.choose({ links, joinMs: scene.nowMs + 1 }).dial, undefined);
  assert.equal(scene.choose({ links, hasRoom: false }).dial, undefined);
  assert.equal(scene.choose({ links: 0 }).dial?.reason, 'wanted');
  other!.apartSinceMs = one!.apartSinceMs;
  scene.nowMs += 1;
  for (const [again, place] of [
    [one!, 10],
    [other!, 11],
  ] as const) {
    scene.hear(again.id, place);
    assert.equal(scene.choose({ links }).dial?.candidate, again, 'heard again');
    scene.nowMs += 1;
    const [address] = again.addresses;
    address!.heardMs = address!.firstMs;
  }
  one!.joinTries = 1;
  assert.equal(scene.choose({ links }).dial?.candidate, other);
  other!.joinNotBeforeMs = scene.nowMs + 1;
  assert.equal(scene.choose({ links }).dial?.candidate, one);
});

test('where islands are known, who is apart wanders first, then who is newest', () => {
  const scene = new Scene();
  const all = [10, 11, 12].map((place) => {
    scene.nowMs += 1_000;
    return scene.hear(Uint8Array.of(place, 0, 0), place);
  });
  const wander = () => {
    const more = { wanderMs: scene.nowMs, joinMs: Number.POSITIVE_INFINITY };
    return scene.choose({ links: 6, isIslandKnown: true, ...more }).dial?.candidate;
  };
  assert.equal(wander(), all[2]);
  all[0]!.apartSinceMs = scene.nowMs - 60_000;
  assert.equal(wander(), all[0]);
  all[0]!.triedMs = scene.nowMs;
  assert.equal(wander(), all[2]);
});

test('of an id the newest address that failed least; none connected, none old', () => {
  const scene = new Scene();
  const candidate = scene.hear(higher, 1);
  scene.nowMs += 1_000;
  scene.hear(higher, 2);
  assert.equal(scene.choose().dial?.address.peer.address, '40:00:00:00:00:02');
  candidate.addresses[0]!.failures = 1;
  assert.equal(scene.choose().dial?.address.peer.address, '40:00:00:00:00:01');
  candidate.addresses[1]!.notBeforeMs = scene.nowMs + 5_000;
  assert.equal(scene.choose().dial?.address.peer.address, '40:00:00:00:00:02');
  assert.equal(scene.choose({ isConnected: () => true }).dial, undefined);
  scene.nowMs += candidateLimits.freshMs;
  const choice = scene.choose();
  assert.deepEqual([choice.dial, choice.isMissing], [undefined, false]);
});

test('who is linked is not dialled, and nobody is missing then', () => {
  const scene = new Scene();
  scene.hear(higher);
  const choice = scene.choose({ isSound: () => true, wanderMs: 0 });
  assert.deepEqual([choice.dial, choice.isMissing], [undefined, false]);
  assert.equal(choice.nextMs, Number.POSITIVE_INFINITY);
});

test('whoever is lost and silent is missed for a minute, and a look is due then', () => {
  const scene = new Scene();
  scene.hear(higher).lostMs = scene.nowMs;
  scene.nowMs += candidateLimits.freshMs;
  scene.hear(lower).lostMs = scene.nowMs;
  scene.candidates.get(lower)!.addresses = [];
  const choice = scene.choose();
  assert.equal(choice.isMissing, true);
  assert.ok(choice.nextMs <= scene.nowMs + dialTimes.urgentMs);
  scene.nowMs += dialTimes.urgentMs;
  const later = scene.choose();
  assert.deepEqual([later.isMissing, later.nextMs], [false, Number.POSITIVE_INFINITY]);
});

test('whoever fails again and again is missed by nobody', () => {
  const scene = new Scene();
  const candidate = scene.hear(higher);
  candidate.failures = 5;
  candidate.notBeforeMs = scene.nowMs + 30_000;
  const choice = scene.choose();
  assert.deepEqual([choice.dial, choice.isMissing], [undefined, false]);
  assert.equal(choice.nextMs, candidate.notBeforeMs);
});

test('after a failure the eldest address has its turn, unless it is not said any more', () => {
  const scene = new Scene();
  const candidate = scene.hear(higher, 1);
  for (let place = 2; place < 40; place++) {
    scene.nowMs += 1_000;
    scene.hear(higher, 1);
    scene.hear(higher, place);
  }
  const dialled = (): string | undefined => scene.choose().dial?.address.peer.address.slice(-2);
  assert.equal(dialled(), '27', 'the newest');
  candidate.failures = 1;
  assert.equal(dialled(), '01', 'no newer one has pushed it out');
  scene.nowMs += candidateLimits.leftMs + 1;
  scene.hear(higher, 50);
  assert.equal(dialled(), '32');
});

test('ids that fail do not have every turn', () => {
  const scene = new Scene();
  const all = [10, 11, 12].map((place) => scene.hear(Uint8Array.of(place, 0, 0), place, -60));
  const [first, second] = all.toSorted((a, b) => a.lot - b.lot) as [Candidate, Candidate];
  assert.equal(scene.choose({ links: 1 }).dial?.candidate, first);
  first.failures = 1;
  assert.equal(scene.choose({ links: 1 }).dial?.candidate, second);
});
