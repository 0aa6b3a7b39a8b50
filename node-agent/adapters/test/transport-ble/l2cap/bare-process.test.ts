import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { intBelow, pick, SeededRandom } from '@muster/core/testing';
import { buildHelper } from '../../../src/transport-ble/l2cap/index.ts';
import { Air, helperPath, until } from './air.ts';
import { BareProcess, deviceOctets, hello, message } from './bare-process.ts';

const seed = 61;
const sender = { address: 'C0:00:00:00:00:01', addressType: 'public' } as const;
const receiver = { address: 'C0:00:00:00:00:02', addressType: 'random' } as const;
const [listen, connect, close, ping, data, credit] = [1, 2, 3, 4, 5, 6];

/** The same tests by a helper that looks at every access to memory, where the compiler can. */
const checked = { flags: ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-g'] };

function start(t: TestContext, path = helperPath()): BareProcess {
  const helper = new BareProcess(path, ['--unix', new Air(t).folder]);
  t.after(() => helper.process.kill('SIGKILL'));
  return helper;
}

function connectBody(psm: number, msMax: number): Uint8Array {
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16LE(psm, 0);
  numbers.writeUInt32LE(msMax, 2);
  return Buffer.concat([deviceOctets(sender), deviceOctets(receiver), numbers]);
}

test('it says hello and its version, and ends with its input', async (t) => {
  const helper = start(t);
  assert.equal((await helper.next()).kind, 'hello');
  helper.write(message(0, ping!, Uint8Array.of()));
  assert.equal((await helper.next()).kind, 'pong');
  helper.process.stdin.end();
  assert.deepEqual(await helper.end(), { code: 0, words: '' });
  const version = new BareProcess(helperPath(), ['--unix']);
  assert.match((await version.end()).words, /usage/);
});

test('it ends when nobody reads it any more', async (t) => {
  const helper = start(t);
  await helper.next();
  helper.process.stdout.destroy();
  helper.write(message(0, ping!));
  helper.write(message(0, ping!));
  assert.equal((await helper.end()).code, 0);
});

test('what its parent could never write ends it, with a word', async (t) => {
  const cases: readonly Uint8Array[] = [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    message(1, 77),
    message(0, 0),
    Buffer.from([0, 0, 0, 0, 0, 0, ping!, 1]),
    message(1, listen!, new Uint8Array(6)),
    message(1, listen!, new Uint8Array(7)),
    message(2, listen!, deviceOctets(sender)),
    message(1, data!, new Uint8Array(4_097)),
    message(1, data!, new Uint8Array(1)),
    message(1, credit!, Uint8Array.of(1, 0)),
    message(2, close!),
    message(0, ping!, new Uint8Array(17)),
    Buffer.concat([3, 1].map((channel) => message(channel, listen!, deviceOctets(sender)))),
    Buffer.concat([message(1, listen!, deviceOctets(sender)), message(1, credit!, hello)]),
    Buffer.concat([message(1, listen!, deviceOctets(sender)), message(1, data!, hello)]),
  ];
  for (const octets of cases) {
    const helper = start(t);
    helper.write(octets);
    const { code, words } = await helper.end();
    assert.equal(code, 1);
    assert.match(words, /^malformed: [^\n]+\n$/);
  }
});

test('a channel that does not come to stand has a deadline', async (t) => {
  const helper = start(t);
  await helper.next();
  helper.write(message(1, listen!, deviceOctets(receiver)));
  const listening = await helper.next();
  assert.equal(listening.kind, 'listening');
  const psm = listening.kind === 'listening' ? listening.psm : 0;
  // Stopped, nobody takes what the kernel holds for it: as many as it holds stand.
  const other = new BareProcess(helperPath(), helper.process.spawnargs.slice(1));
  t.after(() => other.process.kill('SIGKILL'));
  await other.next();
  helper.process.kill('SIGSTOP');
  for (let i = 0; i < 8; i += 1) other.write(message(2 * i + 1, connect!, connectBody(psm, 50)));
  await until(() => other.heard.length === 8);
  const kinds = other.heard.map((one) => (one.kind === 'closed' ? one.errno : one.kind));
  const etimedout = 110;
  assert.deepEqual(kinds, [...Array(5).fill('connected'), ...Array(3).fill(etimedout)]);
});

test('a full table refuses, and frees its places again', async (t) => {
  const helper = start(t);
  await helper.next();
  const enospc = 28;
  for (let i = 0; i < 100; i += 1) {
    helper.write(message(2 * i + 1, listen!, deviceOctets(sender)));
    const answer = await helper.next();
    if (i < 36) assert.equal(answer.kind, 'listening');
    else assert.deepEqual(answer, { kind: 'closed', channel: 2 * i + 1, errno: enospc });
  }
  helper.write(message(1, close!));
  assert.deepEqual(await helper.next(), { kind: 'closed', channel: 1, errno: 0 });
  // Once more is nothing: it crossed the answer.
  helper.write(message(1, close!));
  helper.write(message(201, listen!, deviceOctets(sender)));
  assert.deepEqual((await helper.next()).kind, 'listening');
});

test('checked for every access: hostile and honest input leaves memory alone', async (t) => {
  t.diagnostic(`seed ${seed}`);
  const { path } = buildHelper(checked);
  assert.ok(path !== undefined);
  const random = new SeededRandom(seed);
  for (let round = 0; round < 25; round += 1) {
    const helper = start(t, path);
    await helper.next();
    helper.write(message(1, listen!, deviceOctets(receiver)));
    const listening = await helper.next();
    const psm = listening.kind === 'listening' ? listening.psm : 0;
    helper.write(message(3, connect!, connectBody(psm, 1_000)));
    await until(() => helper.heard.length >= 2);
    const parts: Uint8Array[] = [];
    for (let i = 0; i < 40; i += 1) {
      const body = random.bytes(pick(random, [0, 1, 2, 7, 20, 300, 4_096]));
      const channel = pick(random, [1, 2, 3, 4, 5, 7, 9]);
      // Mostly what may be said, so that it gets far before it is refused.
      if (i < 8) parts.push(message(pick(random, [2, 3]), data!, random.bytes(1 + i * 500)));
      else if (i === 8) parts.push(message(pick(random, [1, 2, 3]), close!));
      else parts.push(message(channel, 1 + intBelow(random, 6), body));
    }
    const octets = Buffer.concat(parts);
    for (let at = 0; at < octets.length; ) {
      const next = at + 1 + intBelow(random, 5_000);
      helper.write(octets.subarray(at, next));
      at = next;
    }
    helper.process.stdin.end();
    const { code, words } = await helper.end();
    assert.ok(code === 0 || /^malformed: [^\n]+\n$/.test(words), words);
  }
});
