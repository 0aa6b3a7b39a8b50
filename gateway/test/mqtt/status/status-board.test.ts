/** What is told of nodes, when, and what is taken back; in virtual time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeInfo, StatusInfo } from '@muster/agent';
import { type NeighbourStatus, toBase64url, utf8 } from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import { StatusBoard, type StatusBoardOptions } from '../../../src/mqtt/status/index.ts';
import { statusLimits } from '../../../src/mqtt/status/limits.ts';
import { clientPublish } from '../channels/support/gateway-rig.ts';
import { schemaFault } from '../channels/support/schema.ts';

const ownKey = toBase64url(new Uint8Array(32).fill(1));
const stageKeyBytes = new Uint8Array(32).fill(2);
const stageKey = toBase64url(stageKeyBytes);
const statusTopic = (key: string) => `muster/fair/nodes/${key}/status`;
const configTopic = (key: string) => `homeassistant/device/muster_${key}/config`;

const stage: NeighbourStatus = {
  nodeKey: stageKeyBytes,
  name: 'Stage',
  costClass: 'lan',
  state: 'live',
  sinceMonotonicMs: 0,
  framesSent: 1,
  framesReceived: 1,
  bytesSent: 300,
  bytesReceived: 200,
  bundlesSent: 2,
  bundlesReceived: 1,
  duplicatesReceived: 0,
  queuedBytes: { 0: 10, 1: 20, 2: 30 },
};

/** A broker that keeps what is retained, and a node whose neighbours the test sets. */
class Watched {
  readonly clock = new FakeClock();
  readonly retained = new Map<string, string>();
  readonly values = new Map<string, Uint8Array>();
  neighbours: readonly NeighbourStatus[] = [];
  published = 0;

  board(more: Partial<StatusBoardOptions> = {}): StatusBoard {
    const node = {
      value: (name: string) => this.values.get(name),
      keep: (values: readonly (readonly [string, Uint8Array | undefined])[]) => {
        for (const [name, value] of values) if (value) this.values.set(name, value);
      },
      status: () => ({ neighbours: this.neighbours }),
    } as unknown as StatusBoardOptions['node'];
    return new StatusBoard({
      node,
      clock: this.clock,
      logger: silent,
      site: 'fair',
      version: '0.1.0',
      homeAssistant: true,
      nodeInfo: () => nodeInfo(this.clock),
      statusInfo: () => statusInfo,
      counts: () => ({
        mqtt: { clients: 3, sessions: 4 },
        uplinks: { up: 1, all: 2, waiting: 7 },
      }),
      publish: ({ topic, payload, retain }, onDone) => {
        assert.ok(retain);
        this.published += 1;
        if (payload.length > 0) this.retained.set(topic, payload.toString());
        else this.retained.delete(topic);
        onDone();
      },
      ...more,
    });
  }

  status(key: string) {
    return JSON.parse(this.retained.get(statusTopic(key)) ?? 'null');
  }
}

const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silent,
} as unknown as StatusBoardOptions['logger'];

function nodeInfo(clock: FakeClock): NodeInfo {
  const { unixMs, quality } = clock.wall();
  const site = toBase64url(new Uint8Array(16));
  const named = { site, siteName: 'Fair', siteKey: ownKey, nodeKey: ownKey, name: 'Kitchen' };
  return { ...named, unixMs, clockQuality: quality };
}

const statusInfo = {
  uptimeMs: 3_600_500,
  boots: 4,
  store: { bundlesHeld: 5, contentBytes: 6, freeBytes: 7 },
  neighbours: [],
  clients: 12,
  guestsWaiting: 0,
  trust: { epoch: 0, revokedKeys: 0, clones: 0 },
  linksRefused: {},
  frozenAuthors: 0,
  dropped: {},
  extensions: {},
} as StatusInfo;

test('this node and its neighbours are told at the start, as the schema says', () => {
  const watched = new Watched();
  watched.neighbours = [stage];
  watched.board().start();
  const own = watched.status(ownKey);
  assert.equal(schemaFault('gatewayStatus', own), undefined);
  assert.equal(schemaFault('linkedStatus', watched.status(stageKey)), undefined);
  assert.deepEqual([own.name, own.uptimeS, own.clock.quality], ['Kitchen', 3_600, 'synced']);
  assert.deepEqual(own.queuedBytes, { urgent: 10, normal: 20, bulk: 30 });
  assert.deepEqual(own.uplinks, { up: 1, all: 2, waiting: 7 });
  assert.equal(watched.retained.get(`muster/fair/nodes/${ownKey}/availability`), 'online');
  assert.equal(watched.status(stageKey).seenBy, ownKey);
});

test('a change is told within seconds, many changes together, and anyway once a minute', () => {
  const watched = new Watched();
  const board = watched.board();
  board.start();
  const each = watched.published;
  for (let i = 0; i < 100; i++) board.onChange();
  watched.neighbours = [stage];
  board.onChange();
  watched.clock.advance(statusLimits.settleMs - 1);
  assert.equal(watched.published, each);
  watched.clock.advance(1);
  assert.equal(watched.status(stageKey).state, 'linked');
  const before = watched.published;
  watched.clock.advance(statusLimits.everyMsMax * 3);
  assert.equal(watched.published, before + 3 * 2 * each);
});

test('a node that goes is told as gone, and forgotten after a day', () => {
  const watched = new Watched();
  watched.neighbours = [stage];
  const board = watched.board();
  board.start();
  watched.neighbours = [];
  watched.clock.advance(statusLimits.everyMsMax);
  const gone = watched.status(stageKey);
  assert.equal(schemaFault('goneStatus', gone), undefined);
  assert.deepEqual([gone.state, gone.name, gone.goneS], ['gone', 'Stage', 60]);
  assert.equal(watched.retained.get(`muster/fair/nodes/${stageKey}/availability`), 'offline');
  assert.ok(watched.retained.has(configTopic(stageKey)));
  watched.clock.advance(statusLimits.goneMsMax);
  const left = [...watched.retained.keys()].filter((topic) => topic.includes(stageKey));
  assert.deepEqual(left, []);
});

test('a node that left while the gateway was down is told as gone', () => {
  const watched = new Watched();
  watched.neighbours = [stage];
  watched.board().start();
  watched.neighbours = [];
  watched.board().start();
  assert.equal(watched.status(stageKey).state, 'gone');
});

test('what the store kept of nodes may be damaged', () => {
  const watched = new Watched();
  for (const text of ['', 'x', '{}', '[1]', '[["a"]]', 'null']) {
    watched.values.set('gateway/mqtt/nodes', utf8(text));
    watched.board().start();
    assert.equal(watched.status(ownKey).state, 'online', text);
  }
});

test('neighbours that have not shown who they are are not told of', () => {
  const watched = new Watched();
  watched.neighbours = [{ ...stage, nodeKey: undefined }];
  watched.board().start();
  assert.deepEqual(watched.status(ownKey).links, []);
});

test('of more nodes than are remembered the one that is gone for longest goes', () => {
  const watched = new Watched();
  const board = watched.board();
  board.start();
  for (let i = 0; i <= statusLimits.nodesMax; i++) {
    const nodeKey = new Uint8Array(32).fill(3);
    nodeKey[0] = i >> 8;
    nodeKey[1] = i & 255;
    watched.neighbours = [{ ...stage, nodeKey }];
    board.onChange();
    watched.clock.advance(statusLimits.settleMs);
  }
  const topics = [...watched.retained.keys()].filter((topic) => topic.endsWith('/status'));
  assert.equal(topics.length, statusLimits.nodesMax + 1);
});

test('a clean stop says offline, and nothing is told after it', async () => {
  const watched = new Watched();
  const board = watched.board();
  await board.stop();
  board.start();
  await board.stop();
  assert.equal(watched.retained.get(`muster/fair/nodes/${ownKey}/availability`), 'offline');
  const { published } = watched;
  board.onChange();
  watched.clock.advance(600_000);
  await board.stop();
  assert.equal(watched.published, published);
});

test('Home Assistant is told of each node as one device with stable ids', () => {
  const watched = new Watched();
  watched.neighbours = [stage];
  watched.board().start();
  const own = JSON.parse(watched.retained.get(configTopic(ownKey))!);
  const other = JSON.parse(watched.retained.get(configTopic(stageKey))!);
  assert.deepEqual(own.device.identifiers, [`muster_${ownKey}`]);
  assert.equal(other.device.via_device, `muster_${ownKey}`);
  assert.equal(other.state_topic, statusTopic(stageKey));
  assert.deepEqual(other.availability, [{ topic: `muster/fair/nodes/${ownKey}/availability` }]);
  assert.match(configTopic(ownKey), /^homeassistant\/device\/[a-zA-Z0-9_-]+\/config$/);
  const ids = [own, other].flatMap(({ components }) =>
    Object.values(components as Record<string, { unique_id: string }>).map((one) => one.unique_id),
  );
  assert.equal(new Set(ids).size, ids.length);
});

test('every value that Home Assistant is pointed at is in the status', () => {
  const watched = new Watched();
  watched.neighbours = [stage];
  watched.board().start();
  for (const key of [ownKey, stageKey]) {
    const { components } = JSON.parse(watched.retained.get(configTopic(key))!);
    for (const one of Object.values(components as Record<string, { value_template: string }>)) {
      const [, path = ''] =
        /value_json\.([a-zA-Z.]+?)(?:\.values\(\)|[^a-zA-Z.]|$)/.exec(one.value_template) ?? [];
      const names = path.split('.').filter((name) => name !== 'values');
      const value = names.reduce((at, name) => at?.[name], watched.status(key));
      assert.notEqual(value, undefined, one.value_template);
    }
  }
});

test('it is told again when Home Assistant starts', () => {
  const watched = new Watched();
  const board = watched.board();
  board.start();
  watched.retained.clear();
  const topic = 'homeassistant/status';
  board.onPublish(clientPublish({ topic, text: 'offline' }));
  board.onPublish(clientPublish({ topic: 'homeassistant/other', text: 'online' }));
  watched.clock.advance(statusLimits.settleMs);
  assert.equal(watched.retained.size, 0);
  board.onPublish(clientPublish({ topic, text: 'online' }));
  watched.clock.advance(statusLimits.settleMs);
  assert.ok(watched.retained.has(configTopic(ownKey)));
});

test('switched off, Home Assistant forgets the nodes that it knew', () => {
  const watched = new Watched();
  watched.neighbours = [stage];
  watched.board().start();
  assert.ok(watched.retained.has(configTopic(stageKey)));
  watched.board({ homeAssistant: false }).start();
  assert.ok(!watched.retained.has(configTopic(ownKey)));
  assert.ok(!watched.retained.has(configTopic(stageKey)));
  assert.equal(watched.status(stageKey).state, 'linked');
});
