/** The HTTP side of a whole agent: routes, the web app's files, headers, and hostile requests. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { type RunningAgent, startAgent, temporaryFolder } from './support/real-agent.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function get(agent: RunningAgent, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${agent.url}${path}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Sends bytes as they are and gives back all that came until the connection ended. */
function raw(agent: RunningAgent, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connectTcp(agent.port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

test('every route of the document answers in its shape, and the page names them all', async (t) => {
  const agent = await startAgent(t);
  const document = JSON.parse((await get(agent, '/api/v1/openapi.json')).text);
  assert.equal(document.openapi, '3.1.0');
  const paths = Object.keys(document.paths);
  const methodOf = (path: string) => (document.paths[path].get ? 'GET' : 'POST');
  for (const path of paths.filter((one) => methodOf(one) === 'GET')) {
    const answer = await get(agent, path);
    assert.equal(answer.status, 200, path);
    const { content } = document.paths[path].get.responses[200];
    const [type] = Object.keys(content);
    assert.ok(answer.headers.get('content-type')!.startsWith(type!), path);
    if (type !== 'application/json') continue;
    assertShape(JSON.parse(answer.text), content[type].schema, path);
  }
  const page = readFileSync(
    fileURLToPath(new URL('../../../docs/protocol/api.md', import.meta.url)),
    'utf8',
  );
  const listed = [...page.matchAll(/^\| `((?:GET|POST) \/\S+)` \|/gm)].map((match) => match[1]);
  assert.deepEqual(
    listed.filter((route) => route !== 'GET /*').sort(),
    paths.map((path) => `${methodOf(path)} ${path}`).sort(),
    'docs/protocol/api.md and the routes name the same paths',
  );
});

// biome-ignore lint/suspicious/noExplicitAny: a schema of any form
function assertShape(value: any, schema: any, path: string): void {
  if (schema.type === 'array') {
    for (const item of value) assertShape(item, schema.items, path);
  } else if (schema.type === 'integer') assert.ok(Number.isInteger(value), `${path}: ${value}`);
  else if (schema.type === 'object') {
    for (const name of schema.required ?? []) assert.ok(name in value, `${path}: ${name}`);
    for (const [name, member] of Object.entries(value)) {
      const inner = schema.properties?.[name] ?? schema.additionalProperties;
      if (schema.properties || schema.additionalProperties) assert.ok(inner, `${path}: ${name}`);
      if (inner) assertShape(member, inner, `${path}.${name}`);
    }
  } else if (schema.type) assert.equal(typeof value, schema.type, path);
  if (schema.enum) assert.ok(schema.enum.includes(value), path);
}

test('wrong host 421, foreign origin 403, no path 404, wrong method 405, body 400', async (t) => {
  const agent = await startAgent(t);
  const cases: readonly (readonly [request: string, status: string])[] = [
    ['GET /health HTTP/1.1\r\nHost: evil.example', '421'],
    [`GET /health HTTP/1.1\r\nHost: ${agent.host}\r\nOrigin: http://evil.example`, '403'],
    [`GET /health HTTP/1.1\r\nHost: ${agent.host}\r\nOrigin: null`, '403'],
    [`GET /health HTTP/1.1\r\nHost: ${agent.host}\r\nOrigin: http://${agent.host}`, '200'],
    [`GET /nothing.js HTTP/1.1\r\nHost: ${agent.host}`, '404'],
    [`GET /api/v1/nothing HTTP/1.1\r\nHost: ${agent.host}`, '404'],
    [`GET /../../etc/passwd.txt HTTP/1.1\r\nHost: ${agent.host}`, '404'],
    [`GET /%2e%2e/%2e%2e/package.json HTTP/1.1\r\nHost: ${agent.host}`, '404'],
    [`GET /%ff.js HTTP/1.1\r\nHost: ${agent.host}`, '400'],
    [`POST /health HTTP/1.1\r\nHost: ${agent.host}\r\nContent-Length: 0`, '405'],
    [`GET /health HTTP/1.1\r\nHost: ${agent.host}\r\nContent-Length: 5`, '400'],
    [`GET http://${agent.host}/health HTTP/1.1\r\nHost: ${agent.host}`, '400'],
    [`GET /${'x'.repeat(3000)} HTTP/1.1\r\nHost: ${agent.host}`, '400'],
    [`GET /health HTTP/1.1\r\nHost: ${agent.host}\r\nX: ${'x'.repeat(9000)}`, '431'],
    ['GET /health HTTP/1.1', '400'],
    ['nonsense', '400'],
  ];
  for (const [request, status] of cases) {
    const text = await raw(agent, `${request}\r\nConnection: close\r\n\r\n`);
    assert.equal(text.split(' ', 2)[1], status, request.slice(0, 80));
    assert.ok(!text.includes('    at '), 'no stack trace');
  }
});

test('errors have a code, a message and a mend', async (t) => {
  const agent = await startAgent(t);
  const { error } = JSON.parse((await get(agent, '/api/v1/nothing')).text);
  assert.deepEqual(Object.keys(error), ['code', 'message', 'mend']);
  assert.equal(error.code, 'not-found');
});

test('headers keep pages inert wherever they come from', async (t) => {
  const agent = await startAgent(t);
  for (const path of ['/', '/health', '/nothing.js']) {
    const { headers } = await get(agent, path);
    const policy = headers.get('content-security-policy')!;
    assert.match(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
    assert.ok(!/unsafe-(inline|eval)'/.test(policy.replace("'wasm-unsafe-eval'", '')));
    assert.ok(policy.includes(`connect-src 'self' ws://${agent.host} wss://${agent.host};`));
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('x-powered-by'), null);
  }
});

test('two Hosts are none, and refused sockets carry the headers of every answer', async (t) => {
  const agent = await startAgent(t);
  const { host } = agent;
  const ask = (hosts: readonly string[], more = '') => {
    const lines = hosts.map((one) => `Host: ${one}\r\n`).join('');
    return raw(agent, `GET /api/v1/node HTTP/1.1\r\n${lines}${more}\r\n`);
  };
  assert.match(await ask([host], 'Connection: close\r\n'), /^HTTP\/1\.1 200 /);
  assert.match(await ask([host, 'evil.example']), /^HTTP\/1\.1 400 /);
  assert.match(await ask([host, host]), /^HTTP\/1\.1 400 /);
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: null\r\n';
  const refused = await ask([host], upgrade);
  assert.match(refused, /^HTTP\/1\.1 403 /);
  assert.match(refused, /\r\ncontent-security-policy: default-src 'none'.*frame-ancestors 'none'/);
  assert.match(refused, /\r\nx-content-type-options: nosniff\r\n/);
});

test('without a built app a page says so; with one it is served compressed', async (t) => {
  const bare = await startAgent(t);
  assert.match((await get(bare, '/')).text, /web app is not built/);
  const web = temporaryFolder(t);
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(web, name)), { recursive: true });
    writeFileSync(join(web, name), text);
  };
  put('index.html', '<!doctype html>app');
  put('assets/app-0123abcd.js', 'plain');
  put('assets/app-0123abcd.js.br', 'BROTLI');
  put('assets/app-0123abcd.js.gz', 'GZIP');
  put('secret.key', 'no such type is served');
  const agent = await startAgent(t, { webFolder: web });
  const index = await get(agent, '/');
  assert.equal(index.text, '<!doctype html>app');
  assert.equal(index.headers.get('cache-control'), 'no-cache');
  const etag = index.headers.get('etag')!;
  assert.equal((await get(agent, '/', { headers: { 'if-none-match': etag } })).status, 304);
  assert.equal((await get(agent, '/channels/general')).text, index.text, 'a place in the app');
  const path = '/assets/app-0123abcd.js';
  for (const [accepted, body] of [
    ['br, gzip', 'BROTLI'],
    ['gzip', 'GZIP'],
    ['br;q=0', 'plain'],
  ]) {
    const headers = `Accept-Encoding: ${accepted}\r\nConnection: close`;
    const text = await raw(
      agent,
      `GET ${path} HTTP/1.1\r\nHost: ${agent.host}\r\n${headers}\r\n\r\n`,
    );
    assert.ok(text.endsWith(`\r\n\r\n${body}`), accepted);
    assert.match(text, /cache-control: public, max-age=31536000, immutable/);
    assert.match(text, /content-type: text\/javascript/);
  }
  assert.equal((await get(agent, '/secret.key')).status, 404);
  assert.equal((await get(agent, path, { method: 'HEAD' })).text, '');
});

test('metrics are for this machine unless made public, and read as Prometheus does', async (t) => {
  const agent = await startAgent(t);
  const { text, headers } = await get(agent, '/metrics');
  assert.match(headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
  for (const line of text.trimEnd().split('\n')) {
    assert.match(line, /^(# (HELP|TYPE) muster_\w+ .+|muster_\w+(\{\w+="[^"]*"\})? -?[\d.e+-]+)$/);
  }
  assert.match(text, /^muster_bundles_held 0$/m);
});

test('an address that asks too often waits; sockets open in their own place only', async (t) => {
  const agent = await startAgent(t);
  const upgrade = (path: string, protocol: string, origin?: string): Promise<number> =>
    new Promise((resolve) => {
      const url = `${agent.url.replace('http', 'ws')}${path}`;
      const socket = new WebSocket(url, protocol, origin === undefined ? {} : { origin });
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode!));
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
      socket.on('error', () => {});
    });
  assert.equal(await upgrade('/api/v1/socket', 'muster.v1'), 101);
  assert.equal(await upgrade('/api/v1/socket', 'muster.v1', agent.url), 101);
  assert.equal(await upgrade('/api/v1/socket', 'muster.v1', 'http://evil.example'), 403);
  assert.equal(await upgrade('/api/v1/socket', 'other'), 426);
  assert.equal(await upgrade('/elsewhere', 'muster.v1'), 426);
  const many = await Promise.all(
    Array.from({ length: 70 }, () => upgrade('/api/v1/socket', 'muster.v1')),
  );
  assert.ok(many.includes(429) && many.includes(101), 'new sockets of one address are limited');
  let limited = 0;
  for (let i = 0; i < 60 && limited === 0; i++) {
    const round = await Promise.all(Array.from({ length: 20 }, () => get(agent, '/health')));
    limited += round.filter(({ status }) => status === 429).length;
  }
  assert.ok(limited > 0);
});

test('an agent that stops ends its connections at once', async (t) => {
  const agent = await startAgent(t);
  const idle = connectTcp(agent.port, '127.0.0.1');
  await new Promise((resolve) => idle.once('connect', resolve));
  const ended = new Promise((resolve) => idle.once('close', resolve));
  idle.on('error', () => {});
  const startedMs = performance.now();
  await agent.stop();
  await ended;
  assert.ok(performance.now() - startedMs < 2_000);
});

test('a client that dribbles its headers is cut off, and one that says nothing too', async (t) => {
  const agent = await startAgent(t);
  const startedMs = performance.now();
  const dribbled = raw(agent, `GET /health HTTP/1.1\r\nHost: ${agent.host}\r\nX-Slow: `);
  const silent = raw(agent, '');
  await Promise.all([dribbled, silent]);
  assert.ok(performance.now() - startedMs < 40_000);
});
