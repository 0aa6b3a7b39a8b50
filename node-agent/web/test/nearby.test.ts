/** Who is near, as a node tells it and as the page says it: read strictly, bounded, never "now". */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url, toHex } from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import { signal } from '@preact/signals';
import { NearbyWatch } from '../src/app/nearby-watch.ts';
import type { ToldNearby } from '../src/app/view-model.ts';
import { readNodeMessage } from '../src/connection/wire.ts';
import { webLimits } from '../src/limits.ts';
import {
  adviceText,
  agoText,
  awayText,
  countText,
  levelText,
  nodeName,
  standingNow,
} from '../src/ui/sheets/nearby-words.ts';

const minute = 60_000;
const key = new Uint8Array(32).fill(7);

function read(json: object) {
  const message = readNodeMessage(JSON.stringify({ type: 'nearby', ...json }));
  assert.ok(message?.type === 'nearby');
  return message;
}

test('what a node tells is read strictly: members of a wrong kind are nothing', () => {
  const nodes = [
    { key: toBase64url(key), name: 'Pier', level: 'near', seenMsAgo: 5, link: 'radio' },
    { key: 7, name: [], level: 'around', seenMsAgo: -1, link: 'wire', more: true },
    { name: 'Quay', level: 'far', seenMsAgo: 5 },
    null,
  ];
  const bluetooth = { state: 'ready', text: 'On.', mend: '' };
  const told = read({ bluetooth, nodes, carriers: [{ level: 'gone', seenMsAgo: 9 }, 'x'] });
  assert.deepEqual(told, {
    type: 'nearby',
    state: 'ready',
    mend: '',
    nodes: [
      { key: toHex(key), name: 'Pier', level: 'near', seenMsAgo: 5, link: 'radio' },
      { key: '', name: '', level: 'around', seenMsAgo: 0, link: undefined },
    ],
    carriers: [{ level: 'gone', seenMsAgo: 9 }],
  });
  const empty = { type: 'nearby', state: '', mend: '', nodes: [], carriers: [] };
  assert.deepEqual(read({ bluetooth: 'on', nodes: {}, carriers: null }), empty);
  assert.deepEqual(read({ bluetooth: null }), empty);
});

test('a node that tells of thousands is cut at the bounds', () => {
  const crowd = Array.from({ length: 5_000 }, () => ({ level: 'near', seenMsAgo: 1 }));
  const { nodes, carriers } = read({ nodes: crowd, carriers: crowd });
  assert.equal(nodes.length, webLimits.nearbyNodesMax);
  assert.equal(carriers.length, webLimits.nearbyCarriersMax);
});

const node = { key: '', name: 'Pier', level: 'near', seenMsAgo: 20_000, link: undefined } as const;

test('what was told grows older: near is gone once nobody can have heard it since', () => {
  const at = (oldMs: number, isHearing = true) =>
    standingNow([node], { oldMs, isHearing }).map(levelText)[0];
  assert.equal(at(0), 'near now');
  assert.equal(at(2 * minute), 'near now');
  assert.equal(at(3 * minute), 'seen 3 minutes ago');
  assert.equal(at(100 * minute), 'seen 1 hour ago');
  assert.equal(at(0, false), 'seen less than a minute ago');
  assert.equal(agoText(minute), '1 minute ago');
  const gone = standingNow([node], { oldMs: 0, isHearing: false });
  assert.equal(countText(gone), 'Nothing is heard right now.');
  assert.equal(countText([node, node, { ...node, level: 'around' }]), '2 near now, 1 around.');
});

test('names, states and advice of a hostile node are plain, known and short', () => {
  assert.equal(nodeName({ ...node, name: 'P\u202Eier\u200B' }), 'Pier');
  assert.equal(nodeName({ ...node, name: '\u200B' }), 'A node of this site');
  assert.equal([...nodeName({ ...node, name: 'W'.repeat(9_000) })].length, 40);
  assert.equal(awayText('ready'), undefined);
  assert.match(awayText('powered-off')!, /switched off/);
  assert.equal(awayText('constructor'), awayText('something new'));
  assert.equal(adviceText('Switch\u202E it\n\n\non.'), 'Switch it on.');
  assert.ok(adviceText(`x${'\u{1F4E1}'.repeat(300)}`).isWellFormed());
  const long = adviceText('\u{1F4E1}'.repeat(9_000));
  assert.equal([...long].length, webLimits.adviceCharactersMax);
  assert.ok(long.isWellFormed());
});

test('it is asked for while somebody looks, in each session; another node starts anew', () => {
  const clock = new FakeClock();
  const model = { nearby: signal<ToldNearby | undefined>(undefined) };
  const sent: string[] = [];
  const send = (message: object) => sent.push((message as { type: string }).type) > 0;
  const watch = new NearbyWatch({ clock, model, send });
  watch.open(key);
  assert.deepEqual(sent, []);
  watch.watch();
  watch.onMessage(read({ bluetooth: { state: 'ready' }, nodes: [{ level: 'near' }] }));
  assert.equal(model.nearby.value?.nodes.length, 1);
  assert.equal(model.nearby.value?.atMs, clock.monotonicMs());
  watch.open(key);
  assert.equal(model.nearby.value?.nodes.length, 1, 'the same node: what it told stays');
  watch.open(new Uint8Array(32).fill(8));
  assert.equal(model.nearby.value, undefined);
  watch.unwatch();
  watch.open(key);
  assert.deepEqual(sent, ['nearby-watch', 'nearby-watch', 'nearby-watch', 'nearby-unwatch']);
});
