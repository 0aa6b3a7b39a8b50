/**
 * The desk over real HTTP and over the control socket: who awaits a claim gets its messages, an
 * admin reaches a blank node, and what strangers send costs nothing and changes nothing.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fromBase64url, fromHex, toBase64url } from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import { ClaimDesk } from '../../src/claim/desk.ts';
import { deskCommands } from '../../src/claim/desk-commands.ts';
import { claimHttpLimits } from '../../src/claim/limits.ts';
import { partsOf, startDesk } from '../support/blank.ts';

const id = '0123456789abcdef';
const session = 'fedcba9876543210';
const claimId = fromHex(id)!;

async function deskOf(t: TestContext) {
  return startDesk(t, await partsOf([]));
}

function send(host: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { 'content-type': 'application/octet-stream', ...init.headers };
  return fetch(`http://${host}${path}`, { method: 'POST', body: 'm1', ...init, headers });
}

const path = `/api/v1/claim/${id}/${session}`;

test('each answer of who awaits a claim has its status', async (t) => {
  const { desk, host } = await deskOf(t);
  assert.equal((await send(host, path)).status, 404);
  const answers = [Buffer.from('m2'), 'later', { claimants: ['hall', 'yard'] }, 'ended'] as const;
  let asked = 0;
  const close = desk.open(claimId, { onMessage: async () => answers[asked++]! });
  const first = await send(host, path);
  assert.deepEqual([first.status, await first.text()], [200, 'm2']);
  assert.equal(first.headers.get('content-type'), 'application/octet-stream');
  const later = await send(host, path, { body: 'm3' });
  assert.deepEqual([later.status, later.headers.get('retry-after')], [202, '1']);
  const used = await send(host, path, { body: 'm3' });
  assert.equal(used.status, 409);
  assert.deepEqual(await used.json(), { state: 'used', claimants: ['hall', 'yard'] });
  assert.equal((await send(host, path)).status, 410);
  close();
  assert.equal((await send(host, path)).status, 404);
});

test('what is no claim message is refused before anybody is asked', async (t) => {
  const { desk, host } = await deskOf(t);
  let asked = 0;
  desk.open(claimId, {
    onMessage: async () => {
      asked += 1;
      return 'later';
    },
  });
  const long = new Uint8Array(claimHttpLimits.messageBytesMax + 1);
  const cases: readonly (readonly [number, string, RequestInit])[] = [
    [413, path, { body: long }],
    [415, path, { headers: { 'content-type': 'text/plain' } }],
    [403, path, { headers: { origin: 'http://evil.example' } }],
    [404, `${path}0`, {}],
    [404, `/api/v1/claim/${id.toUpperCase()}/${session}`, {}],
    [404, `/api/v1/claim/${id}/../../node`, {}],
    [404, `/api/v1/claim/${id}/${'a'.repeat(80)}`, {}],
    [404, '/api/v1/elsewhere', {}],
  ];
  for (const [status, at, init] of cases) assert.equal((await send(host, at, init)).status, status);
  assert.equal((await fetch(`http://${host}${path}`)).status, 404);
  const chunked = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(10));
      controller.close();
    },
  });
  const streamed = { body: chunked, duplex: 'half' } as RequestInit;
  assert.equal((await send(host, path, streamed)).status, 411);
  assert.equal(asked, 0);
});

test('a body that does not come holds no place for long', async (t) => {
  const { desk, host } = await deskOf(t);
  desk.open(claimId, { onMessage: async () => 'ended' });
  const [name, port] = host.split(':');
  const cut = await new Promise<boolean>((resolve) => {
    const socket = connect(Number(port), name, () => {
      const head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
      const type = 'Content-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\n';
      socket.write(head + type);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(true));
    socket.resume();
  });
  assert.ok(cut);
  assert.equal((await send(host, path)).status, 410);
});

test('an admin reaches nodes nearby only, at that one path, and hears why not', async (t) => {
  const { desk, host } = await deskOf(t);
  const reach = (address: string) =>
    desk.reach({ address, claimId, session, message: Buffer.from('m1') });
  await assert.rejects(reach('8.8.8.8:80'), { code: 'address-wrong' });
  await assert.rejects(reach('example.org:80'), { code: 'address-wrong' });
  await assert.rejects(reach('127.0.0.1:9'), { code: 'claim-unreachable' });
  await assert.rejects(reach(host), { code: 'claim-not-awaited' });
  const asked: string[] = [];
  const answers: [number, string | Buffer][] = [
    [302, ''],
    [200, Buffer.alloc(claimHttpLimits.messageBytesMax + 1)],
    [409, '{"claimants":["hall",7,"x"]}'],
    [409, 'no JSON'],
    [410, ''],
    [503, ''],
    [202, ''],
    [200, 'm2'],
  ];
  const other = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.origin ?? ''}`);
    const [status, body] = answers.shift()!;
    response.writeHead(status, { location: 'http://8.8.8.8/' }).end(body);
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  const at = `127.0.0.1:${port}`;
  await assert.rejects(reach(at), { code: 'claim-unreachable' });
  await assert.rejects(reach(at), { code: 'claim-unreachable' });
  await assert.rejects(reach(at), /used already at 127\.0\.0\.1:\d+ \(by hall, x\)/);
  await assert.rejects(reach(at), { code: 'claim-used' });
  await assert.rejects(reach(at), { code: 'claim-ended' });
  await assert.rejects(reach(at), { code: 'claim-busy' });
  assert.equal(await reach(at), 'later');
  assert.deepEqual(Buffer.from((await reach(at)) as Uint8Array).toString(), 'm2');
  assert.deepEqual([...new Set(asked)], [`POST ${path} `]);
});

test('so many claims are awaited; a later one for the same claim takes over', async () => {
  const desk = new ClaimDesk(new FakeClock());
  const sink = { onMessage: async () => 'later' as const };
  const idOf = (number: number): Uint8Array => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, number);
  const close = desk.open(idOf(0), sink);
  const other = { onMessage: async () => 'ended' as const };
  desk.open(idOf(0), other);
  close();
  assert.equal(desk.waiting().length, 1, 'the one who was replaced closes nothing');
  for (let i = 1; i < claimHttpLimits.openMax; i++) desk.open(idOf(i), sink);
  assert.throws(() => desk.open(idOf(200), sink), { code: 'claims-full' });
  desk.open(idOf(0), sink);
});

test('a program at the control socket: next, answer, close; what it leaves is closed', async () => {
  const clock = new FakeClock();
  const desk = new ClaimDesk(clock);
  const commands = deskCommands(desk, clock);
  const call = (name: string, params: Record<string, unknown> = {}) =>
    commands[`claim.${name}`]!({ id, ...params }) as Promise<Record<string, string> | null>;
  await assert.rejects(call('next'), { code: 'claim-closed' });
  await assert.rejects(call('open', { id: 'xyz' }), { code: 'claim-call-wrong' });
  await call('open');
  assert.deepEqual(desk.waiting(), [id]);
  const next = call('next');
  const message = { session, address: 'a', message: Buffer.from('m1') };
  const answer = desk.take(id, message);
  assert.deepEqual(await next, { session, message: toBase64url(Buffer.from('m1')) });
  await call('answer', { session, message: toBase64url(Buffer.from('m2')) });
  assert.deepEqual(await answer, fromBase64url(toBase64url(Buffer.from('m2'))));
  const used = desk.take(id, { ...message, message: Buffer.from('m3') });
  await call('next');
  await call('answer', { session, claimants: ['hall'] });
  assert.deepEqual(await used, { claimants: ['hall'] });
  const nothing = call('next');
  clock.advance(claimHttpLimits.nextMsMax);
  assert.equal(await nothing, null);
  clock.advance(claimHttpLimits.forgottenMs);
  assert.deepEqual(desk.waiting(), []);
  await assert.rejects(call('next'), { code: 'claim-closed' });
  await call('open');
  const pending = desk.take(id, message);
  await call('close');
  assert.equal(await pending, 'ended');
  await assert.rejects(call('reach', { address: '127.0.0.1:1', session: 'x', message: '' }), {
    code: 'claim-call-wrong',
  });
});

test('parameters of which there is no text are a wrong call, and no bug', async () => {
  const clock = new FakeClock();
  const commands = deskCommands(new ClaimDesk(clock), clock);
  for (const wrong of [{ toString: null }, null, [], 5]) {
    const calls = [
      ...['open', 'next', 'close'].map((name) => [name, { id: wrong }] as const),
      ['reach', { id, session, address: wrong, message: '' }] as const,
    ];
    for (const [name, params] of calls) {
      await assert.rejects(commands[`claim.${name}`]!(params), { code: 'claim-call-wrong' });
    }
  }
});

test('a node that takes the message and says nothing is given up', async (t) => {
  const heard = Promise.withResolvers<void>();
  const silent = createServer(() => heard.resolve());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const { port } = silent.address() as { port: number };
  const clock = new FakeClock();
  const desk = new ClaimDesk(clock);
  const message = Buffer.from('m1');
  const reached = desk.reach({ address: `127.0.0.1:${port}`, claimId, session, message });
  await heard.promise;
  clock.advance(claimHttpLimits.requestMsMax);
  await assert.rejects(reached, { code: 'claim-unreachable' });
});
