/**
 * The connection in virtual time: opens, proves itself, notices silence, backs off, never gives up.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { Connection, type ConnectionState } from '../src/connection/connection.ts';
import { connectionTimes } from '../src/limits.ts';
import type { SocketHandlers } from '../src/platform/browser-socket.ts';

const key = 'A'.repeat(43);
const challenge = { type: 'challenge', nonce: key, nodeKey: key, site: 'A'.repeat(22) };
const welcome = { type: 'welcome', ticket: '', role: 'guest', seqMax: -1, unixMs: 0 };

function phone(ours = true) {
  const clock = new FakeClock();
  const sockets: (SocketHandlers & { sent: Record<string, unknown>[]; closed: boolean })[] = [];
  const states: ConnectionState['kind'][] = [];
  const heard: string[] = [];
  const connection = new Connection({
    clock,
    random: new SeededRandom(1),
    openSocket(handlers) {
      const socket = { ...handlers, sent: [] as Record<string, unknown>[], closed: false };
      sockets.push(socket);
      return {
        send: (text) => void socket.sent.push(JSON.parse(text)),
        close: () => {
          socket.closed = true;
        },
      };
    },
    answer: () => (ours ? { type: 'session' } : undefined),
    onState: (state) => states.push(state.kind),
    onWelcome: () => heard.push('welcome'),
    onMessage: (message) => heard.push(message.type),
  });
  const say = (message: object) => sockets.at(-1)!.onText(JSON.stringify(message));
  const open = () => {
    say(challenge);
    say(welcome);
  };
  return { clock, sockets, states, heard, connection, say, open };
}

test('challenge, session, welcome; then what the node says is passed on', () => {
  const { connection, sockets, states, heard, say, open } = phone();
  connection.start();
  connection.start();
  assert.equal(sockets.length, 1);
  assert.equal(connection.send({ type: 'put' }), false);
  open();
  assert.deepEqual(sockets[0]!.sent, [{ type: 'session' }]);
  assert.deepEqual(states, ['connecting', 'connected']);
  say({ type: 'held', id: key, nodes: 1, ref: '' });
  say({ type: 'what is this' });
  sockets[0]!.onText('{"type":');
  assert.deepEqual(heard, ['welcome', 'held']);
});

test('pings are answered, and silence ends the connection', () => {
  const { connection, clock, sockets, states, say, open } = phone();
  connection.start();
  open();
  for (let n = 1; n <= 4; n++) {
    clock.advance(connectionTimes.silenceMsMax - 1);
    say({ type: 'ping', n });
  }
  assert.deepEqual(
    sockets[0]!.sent.slice(1).map(({ type, n }) => [type, n]),
    [
      ['pong', 1],
      ['pong', 2],
      ['pong', 3],
      ['pong', 4],
    ],
  );
  assert.equal(states.at(-1), 'connected');
  clock.advance(connectionTimes.silenceMsMax);
  assert.equal(states.at(-1), 'offline');
  assert.ok(sockets[0]!.closed);
});

test('a node that never opens the session is left, and tried again', () => {
  const { connection, clock, sockets, states, say } = phone();
  connection.start();
  say(challenge);
  clock.advance(connectionTimes.openMsMax);
  assert.equal(states.at(-1), 'offline');
  clock.advance(2 * connectionTimes.retryDelayMsMin);
  assert.equal(sockets.length, 2);
});

test('tries get rarer, up to half a minute, and go on for a day', () => {
  const { connection, clock, sockets } = phone();
  connection.start();
  const waits: number[] = [];
  for (let i = 0; i < 200; i++) {
    sockets.at(-1)!.onClose(1006);
    const { state } = connection;
    assert.equal(state.kind, 'offline');
    if (state.kind === 'offline') waits.push(state.retryAtMs - clock.monotonicMs());
    clock.advance(waits.at(-1)!);
    assert.equal(sockets.length, i + 2);
  }
  const { retryDelayMsMin, retryDelayMsMax } = connectionTimes;
  assert.ok(waits[0]! >= retryDelayMsMin && waits[0]! <= 2 * retryDelayMsMin);
  assert.ok(waits.every((wait) => wait <= retryDelayMsMax));
  assert.ok(waits.slice(10).every((wait) => wait >= retryDelayMsMax / 2));
  assert.ok(new Set(waits.slice(10)).size > 20, 'the waits of many phones must differ');
});

test('a session that ends as soon as it opens is not opened again at once for ever', () => {
  const { connection, clock, sockets, open } = phone();
  connection.start();
  for (let i = 0; i < 10; i++) {
    open();
    sockets.at(-1)!.onClose(4413);
    const { state } = connection;
    assert.ok(state.kind === 'offline' && state.reason === 'too-slow');
    clock.advance(state.retryAtMs - clock.monotonicMs());
  }
  const startedMs = clock.monotonicMs();
  open();
  sockets.at(-1)!.onClose(4413);
  const { state } = connection;
  assert.ok(state.kind === 'offline' && state.retryAtMs - startedMs >= 10_000);
});

test('back in view: offline tries at once, and a dead connection is found within seconds', () => {
  const { connection, clock, sockets, states, say, open } = phone();
  connection.start();
  sockets.at(-1)!.onClose(1006);
  connection.prove();
  assert.equal(sockets.length, 2);
  open();
  connection.prove();
  say({ type: 'pong', n: 0 });
  clock.advance(connectionTimes.proveMsMax + 1);
  assert.equal(states.at(-1), 'connected');
  connection.prove();
  clock.advance(connectionTimes.proveMsMax);
  assert.equal(states.at(-1), 'offline');
});

test('an old socket that still speaks is not heard', () => {
  const { connection, clock, sockets, states, heard, open } = phone();
  connection.start();
  open();
  clock.advance(connectionTimes.silenceMsMax);
  connection.retryNow();
  sockets[0]!.onText(JSON.stringify(welcome));
  sockets[0]!.onClose(1006);
  assert.equal(states.at(-1), 'connecting');
  open();
  assert.equal(states.at(-1), 'connected');
  assert.deepEqual(heard, ['welcome', 'welcome']);
});

test('another site at this address is said, not joined; stopped means stopped', () => {
  const { connection, clock, sockets, say } = phone(false);
  connection.start();
  say(challenge);
  const { state } = connection;
  assert.ok(state.kind === 'offline' && state.reason === 'site-foreign');
  assert.deepEqual(sockets[0]!.sent, []);
  connection.stop();
  clock.advance(3_600_000);
  assert.equal(sockets.length, 1);
  assert.equal(connection.state.kind, 'stopped');
});

test('whoever needs a pass is told why, and is not asked to wait long before trying again', () => {
  const { connection, clock, sockets, say } = phone();
  const reason = () => connection.state.kind === 'offline' && connection.state.reason;
  connection.start();
  say(challenge);
  say({ type: 'error', code: 'pass-needed', message: '' });
  sockets[0]!.onClose(4403);
  assert.equal(reason(), 'pass-needed');
  connection.again();
  assert.equal(sockets.length, 2);
  say(challenge);
  say({ type: 'error', code: 'something-new', message: '' });
  sockets[1]!.onClose(4403);
  assert.equal(reason(), 'not-admitted');
  clock.advance(connectionTimes.retryDelayMsMax);
  assert.equal(sockets.length, 2, 'whom staff turned away does not come back by itself at once');
  clock.advance(connectionTimes.refusedRetryDelayMs - connectionTimes.retryDelayMsMax);
  assert.equal(sockets.length, 3);
});

test('in the waiting room the place is told, pings are answered, and silence still ends it', () => {
  const { connection, clock, sockets, states, say } = phone();
  connection.start();
  say({ type: 'waiting', place: 1 });
  assert.equal(connection.state.kind, 'connecting', 'nobody waits before the challenge');
  say(challenge);
  say({ type: 'waiting', place: 2 });
  clock.advance(connectionTimes.silenceMsMax - 1);
  say({ type: 'ping', n: 7 });
  assert.deepEqual(sockets[0]!.sent.at(-1), { type: 'pong', n: 7 });
  clock.advance(connectionTimes.silenceMsMax - 1);
  say({ type: 'waiting', place: 1 });
  assert.deepEqual(connection.state, { kind: 'waiting', place: 1 });
  assert.equal(connection.send({ type: 'put' }), false);
  say(welcome);
  assert.equal(connection.state.kind, 'connected');
  assert.deepEqual(states, ['connecting', 'waiting', 'waiting', 'connected']);
  sockets[0]!.onClose(1006);
  connection.retryNow();
  say(challenge);
  say({ type: 'waiting', place: 1 });
  clock.advance(connectionTimes.silenceMsMax);
  assert.equal(connection.state.kind, 'offline');
});
