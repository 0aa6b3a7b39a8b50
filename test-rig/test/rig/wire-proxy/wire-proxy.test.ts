/** The bad cable does what it says, to real packets, within statistical bounds, and by its seed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from '../../../src/rig/trust/worker.ts';
import { WireProxy, type WireShape } from '../../../src/rig/wire-proxy/wire-proxy.ts';

const [a, b] = [`wp${process.pid}a`, `wp${process.pid}b`];
const worker = new URL('./datagrams.ts', import.meta.url).pathname;
const addresses = { a: '10.91.7.1', b: '10.91.7.2' };
const port = '9000';
const seed = 7;

type Arrived = readonly [number: number, delayMs: number];

const can = process.getuid?.() === 0 && existsSync('/dev/net/tun') && hasCompiler();

function hasCompiler(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('wire proxy', { skip: can ? false : 'needs root, gcc and /dev/net/tun' }, () => {
  let proxy: WireProxy;

  async function open(): Promise<void> {
    for (const namespace of [a, b]) execFileSync('ip', ['netns', 'add', namespace]);
    proxy = await WireProxy.start({
      seed,
      a: { namespace: a, device: 'eth0', address: `${addresses.a}/24` },
      b: { namespace: b, device: 'eth0', address: `${addresses.b}/24` },
    });
    // Who has which address is known, so that no question for it is among the frames.
    for (const [here, there] of [
      [a, 'b'],
      [b, 'a'],
    ] as const)
      neighbour(here, there);
  }

  function neighbour(namespace: string, there: 'a' | 'b'): void {
    const link = execFileSync('ip', ['-n', there === 'a' ? a : b, '-j', 'link', 'show', 'eth0']);
    const [{ address }] = JSON.parse(link.toString()) as [{ address: string }];
    const known = [addresses[there], 'lladdr', address, 'dev', 'eth0', 'nud', 'permanent'];
    execFileSync('ip', ['-n', namespace, 'neighbour', 'replace', ...known]);
  }

  async function close(): Promise<void> {
    await proxy.stop();
    for (const namespace of [a, b]) execFileSync('ip', ['netns', 'delete', namespace]);
  }

  before(open);
  after(close);

  async function send(shape: WireShape, count: number, everyMs = 0.5): Promise<Arrived[]> {
    proxy.set('ab', shape);
    const receiver = new Worker<Arrived>(b, worker, ['receive', addresses.b, port]);
    while (receiver.lines.length === 0) await delay(10);
    const sender = new Worker(a, worker, ['send', addresses.b, port, `${count}`, `${everyMs}`]);
    await sender.done();
    while ((await proxy.counts()).ab.underWay > 0) await delay(10);
    // The receiver may lag behind its socket on a busy machine.
    for (let seen = -1; seen !== receiver.lines.length; await delay(100)) {
      seen = receiver.lines.length;
    }
    await receiver.stop();
    return receiver.lines.slice(1);
  }

  it('carries all, once and in order, when it is told nothing', async () => {
    const arrived = await send({}, 500);
    assert.deepEqual(
      arrived.map(([number]) => number),
      Array.from({ length: 500 }, (_, i) => i),
    );
  });

  it('loses and repeats the shares that it is told', async () => {
    const before = (await proxy.counts()).ab;
    const count = 3_000;
    const arrived = await send({ loss: 0.2, repeat: 0.1 }, count, 0.2);
    const now = (await proxy.counts()).ab;
    const distinct = new Set(arrived.map(([number]) => number)).size;
    // Five standard deviations of the binomial distribution; a few frames are the system's own.
    const within = (share: number, of: number): number => 5 * Math.sqrt(of * share * (1 - share));
    assert.ok(Math.abs(count - distinct - 0.2 * count) <= within(0.2, count) + 5, `${distinct}`);
    const repeated = arrived.length - distinct;
    assert.ok(Math.abs(repeated - 0.08 * count) <= within(0.08, count) + 5, `${repeated}`);
    assert.ok(now.lost - before.lost >= count - distinct);
    assert.ok(now.repeated - before.repeated >= repeated);
  });

  it('delays by what it is told, and jitter overtakes nothing', async () => {
    const arrived = await send({ delayMs: 80, jitterMs: 40 }, 400, 2);
    const delays = arrived.map(([, delayMs]) => delayMs).sort((x, y) => x - y);
    assert.equal(arrived.length, 400);
    assert.ok(delays[0]! >= 80, `${delays[0]}`);
    assert.ok(delays[200]! >= 95, `${delays[200]}`);
    const numbers = arrived.map(([number]) => number);
    assert.deepEqual(
      numbers,
      numbers.toSorted((x, y) => x - y),
    );
  });

  it('reorders the share that it is told', async () => {
    const arrived = await send({ delayMs: 5, reorder: 0.1, reorderMs: 30 }, 1_000, 1);
    let highest = -1;
    const late = arrived.filter(([number]) => {
      const overtaken = number < highest;
      highest = Math.max(highest, number);
      return overtaken;
    });
    assert.equal(arrived.length, 1_000);
    assert.ok(late.length > 50 && late.length < 150, `${late.length}`);
  });

  it('keeps to the rate, and loses what its queue cannot hold', async () => {
    // 242 bytes a frame, as fast as they come: 100 fit into the queue, few leave meanwhile.
    const before = (await proxy.counts()).ab;
    const shape = { bytesPerSecond: 24_200, queueBytes: 24_200 };
    const arrived = await send(shape, 400, 0.1);
    const now = (await proxy.counts()).ab;
    assert.ok(arrived.length >= 95 && arrived.length <= 200, `${arrived.length}`);
    assert.ok(now.overflowed - before.overflowed >= 200);
    const last = arrived.at(-1)!;
    assert.ok(last[1] >= 800, `${last[1]}`);
  });

  it('blocks one way and leaves the other open', async () => {
    proxy.block('ba', true);
    const arrived = await send({}, 100);
    assert.equal(arrived.length, 100);
    proxy.block('ab', true);
    assert.equal((await send({}, 100)).length, 0);
    proxy.block('ab', false);
    proxy.block('ba', false);
  });

  it('does the same to the same frames, by its seed', async () => {
    const pick = async (): Promise<number[]> => {
      await close();
      await open();
      const arrived = await send({ loss: 0.3 }, 300);
      return arrived.map(([number]) => number);
    };
    const [first, second] = [await pick(), await pick()];
    assert.ok(first.length > 150 && first.length < 270);
    assert.deepEqual(first, second);
  });
});
