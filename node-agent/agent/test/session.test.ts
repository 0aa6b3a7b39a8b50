/** A session's time and patience, in virtual time: the socket under it is the edge and is faked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, domain, MeshNode, ok, siteIdOf, toBase64url } from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import { Hub } from '../src/socket/hub.ts';
import { socketLimits } from '../src/socket/limits.ts';
import type { ClientSocket } from '../src/socket/session.ts';
import type { StaffDesk } from '../src/socket/staff-desk.ts';
import { type RunningAgent, startAgent } from './support/real-agent.ts';
import type { Frame } from './support/test-client.ts';

class FakeSocket implements ClientSocket {
  readonly frames: Frame[] = [];
  readonly address: string = '10.0.0.1';
  waitingBytes = 0;
  closed: number | undefined;

  send(frame: string, onSent?: () => void): void {
    this.frames.push(JSON.parse(frame));
    onSent?.();
  }

  close(code: number): void {
    this.closed = code;
  }

  count(type: string): number {
    return this.frames.filter((frame) => frame.type === type).length;
  }
}

/** Where there is neither staff nor admin. */
class NoDesk implements StaffDesk {
  onOpen(): void {}
  onClosed(): void {}
  onMessage(): void {}
  onActAnswer(): void {}
  mayWatch(): boolean {
    return false;
  }
}

/** A hub in virtual time over the identity of a real agent's folder. */
async function hubOf(agent: RunningAgent, t: import('node:test').TestContext) {
  const clock = new FakeClock();
  const { crypto, random, logger } = agent.parts;
  const { site, node: certified } = agent.identity;
  const path = `${agent.folder}/second.db`;
  const { store } = await agent.parts.openStore({ path, logger });
  t.after(() => store.close());
  const { key, certificate } = certified;
  const { siteKey } = site;
  const node = new MeshNode({ crypto, clock, random, store, logger, siteKey, key, certificate });
  const identity = { site: siteIdOf(crypto, siteKey), siteKey, nodeKey: key.publicKey };
  const channelsFrame = () => '{"type":"channels","channels":[]}';
  const nearbyFrame = () => '{"type":"nearby"}';
  const door = { judge: () => ok(() => {}) };
  const desk = new NoDesk();
  const staffTags = new Set<string>();
  const hub = new Hub({
    ...{ node, crypto, clock, random, identity, channelsFrame, nearbyFrame, door, desk, staffTags },
  });
  t.after(() => hub.stop());
  const join = (name: string) => {
    const socket = new FakeSocket();
    const session = hub.add(socket)!;
    const device = crypto.keyPairFromSeed(random.bytes(32));
    const nonce = Buffer.from(socket.frames[0]!.nonce, 'base64url');
    const signed = concat(domain('session'), identity.site, identity.nodeKey, nonce);
    const signature = toBase64url(crypto.sign(signed, device.secretKey));
    const open = { type: 'session', device: toBase64url(device.publicKey), signature, name };
    return { socket, session, open: () => session.onFrame(JSON.stringify(open)) };
  };
  return { clock, hub, join };
}

test('a socket that opens no session is closed after ten seconds', async (t) => {
  const { clock, join } = await hubOf(await startAgent(t), t);
  const silent = join('silent');
  clock.advance(9_000);
  assert.equal(silent.socket.closed, undefined);
  clock.advance(6_000);
  assert.equal(silent.socket.closed, 4408);
});

test('the node pings every twenty seconds and closes after forty-five of silence', async (t) => {
  const { clock, join } = await hubOf(await startAgent(t), t);
  const [alive, dead] = [join('alive'), join('dead')];
  alive.open();
  dead.open();
  for (let s = 0; s < 100; s++) {
    clock.advance(1_000);
    const pings = alive.socket.count('ping');
    if (s % 10 === 0) alive.session.onFrame(`{"type":"pong","n":${pings}}`);
  }
  assert.equal(dead.socket.closed, 4408);
  assert.equal(alive.socket.closed, undefined);
  assert.equal(alive.socket.count('ping'), 5);
});

test('a reader with too much unsent is cut', async (t) => {
  const { join } = await hubOf(await startAgent(t), t);
  const slow = join('slow');
  slow.open();
  slow.socket.waitingBytes = socketLimits.waitingBytesMax + 1;
  slow.session.onFrame('{"type":"ping","n":1}');
  assert.equal(slow.socket.closed, 4413);
  assert.equal(slow.socket.count('pong'), 0);
});

test('who is here is told at most once a second, to newcomers at once', async (t) => {
  const { clock, hub, join } = await hubOf(await startAgent(t), t);
  const first = join('first');
  first.open();
  clock.advance(0);
  const before = first.socket.count('here');
  const others = Array.from({ length: 5 }, (_, i) => join(`n${i}`));
  for (const other of others) {
    other.open();
    assert.equal(other.socket.count('here'), 1);
  }
  clock.advance(900);
  assert.equal(first.socket.count('here'), before);
  clock.advance(200);
  assert.equal(first.socket.count('here'), before + 1);
  assert.equal(first.socket.frames.at(-1)!.people.length, 6);
  hub.remove(others[0]!.session);
  clock.advance(2_000);
  assert.equal(first.socket.frames.at(-1)!.people.length, 5);
});

test('nothing ticks where nobody is', async (t) => {
  const { clock, hub, join } = await hubOf(await startAgent(t), t);
  const one = join('one');
  one.open();
  hub.remove(one.session);
  clock.advance(10_000);
  assert.equal(clock.waiting, 0);
});

test('as many sessions as there may be, and none once the node stops', async (t) => {
  const { hub, join } = await hubOf(await startAgent(t), t);
  for (let i = 0; i < socketLimits.sessionsMax; i++) assert.ok(hub.add(new FakeSocket()));
  assert.equal(hub.add(new FakeSocket()), undefined);
  assert.throws(() => join('x'));
  hub.stop();
  assert.equal(hub.sessions, 0);
  assert.equal(hub.add(new FakeSocket()), undefined);
});

test('who is near is told to those who look: at once, on change, from time to time', async (t) => {
  const { clock, hub, join } = await hubOf(await startAgent(t), t);
  const [page, other] = [join('page'), join('other')];
  page.session.onFrame('{"type":"nearby-watch"}');
  assert.equal(page.socket.count('nearby'), 0, 'not before the session is open');
  page.open();
  other.open();
  page.session.onFrame('{"type":"nearby-watch"}');
  assert.equal(page.socket.count('nearby'), 1);
  clock.advance(socketLimits.nearbyRefreshMs);
  assert.equal(page.socket.count('nearby'), 2);
  // Changes without end are told at most so often, and every change in the end.
  for (let ms = 0; ms < 10_000; ms += 100) {
    hub.onNearby();
    clock.advance(100);
  }
  assert.equal(page.socket.count('nearby'), 2 + 10_000 / socketLimits.nearbyEveryMsMin);
  page.session.onFrame('{"type":"nearby-unwatch"}');
  hub.onNearby();
  clock.advance(30_000);
  assert.equal(page.socket.count('nearby'), 7);
  assert.equal(other.socket.count('nearby'), 0);
});

test('a page that looks and goes leaves nothing behind; many hear the more rarely', async (t) => {
  const { clock, hub, join } = await hubOf(await startAgent(t), t);
  const pages = Array.from({ length: 100 }, (_, i) => join(`page ${i}`));
  for (const page of pages) {
    page.open();
    page.session.onFrame('{"type":"nearby-watch"}');
  }
  const before = pages[0]!.socket.count('nearby');
  for (let ms = 0; ms < 20_000; ms += 500) {
    hub.onNearby();
    clock.advance(500);
  }
  const gapMs = pages.length * socketLimits.nearbyMsPerSession;
  assert.equal(pages[0]!.socket.count('nearby') - before, 1 + 20_000 / gapMs);
  for (const { session } of pages) hub.remove(session);
  hub.onNearby();
  clock.advance(60_000);
  assert.equal(pages[0]!.socket.count('nearby') - before, 1 + 20_000 / gapMs);
});
