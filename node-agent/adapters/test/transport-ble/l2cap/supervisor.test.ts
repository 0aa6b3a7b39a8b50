import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import { BleError } from '../../../src/transport-ble/ble.ts';
import { createL2capHelper } from '../../../src/transport-ble/l2cap/index.ts';
import { lifeLimits, requestLimits } from '../../../src/transport-ble/l2cap/limits.ts';
import type { PacketCarrier } from '../../../src/transport-ble/packet-carrier.ts';
import { Air, type Box, channel, Listening, noSignal, until } from './air.ts';

const device = { address: 'C0:11:22:33:44:55', addressType: 'public' } as const;

function isGone(error: unknown): boolean {
  return error instanceof BleError && error.code === 'gone';
}

/** A program that stands for the helper. */
function program(t: TestContext, script: string) {
  const path = join(mkdtempSync(join(tmpdir(), 'l2cap-')), 'program');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const clock = new FakeClock();
  const helper = createL2capHelper({ path, clock, logger: createMemoryLogger() });
  t.after(() => helper.stop());
  return { clock, helper };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function kill({ helper, clock }: Box): Promise<void> {
  process.kill(helper.status.pid!, 'SIGKILL');
  await until(() => helper.status.state !== 'running');
  assert.equal(helper.status.state, 'restarting');
  clock.advance(lifeLimits.backoffMsMin);
  await until(() => helper.status.state === 'running');
}

test('without a program there is GATT alone, and a word on it', async () => {
  const clock = new FakeClock();
  const helper = createL2capHelper({ path: undefined, clock, logger: createMemoryLogger() });
  await helper.start();
  await helper.start();
  assert.equal(helper.status.state, 'not-built');
  assert.notEqual(helper.status.mend, '');
  assert.equal(helper.channelsFor(device), undefined);
  await helper.stop();
  await helper.stop();
  assert.equal(helper.status.state, 'stopped');
});

test('a machine that can start no process has GATT, and a node that goes on', async (t) => {
  const clock = new FakeClock();
  // What spawn() throws at once: no folder here, no memory elsewhere.
  const path = fileURLToPath(new URL('supervisor.test.ts/program', import.meta.url));
  const helper = createL2capHelper({ path, clock, logger: createMemoryLogger() });
  t.after(() => helper.stop());
  await helper.start();
  assert.equal(helper.status.state, 'restarting');
  assert.match(helper.status.text, /ENOTDIR/);
  clock.advance(lifeLimits.backoffMsMin);
  await until(() => helper.status.state === 'restarting' && helper.status.restarts === 1);
});

test('without free descriptors there is no helper for now, and no crash', () => {
  const script = fileURLToPath(new URL('crowded-process.ts', import.meta.url));
  const command = ['-c', 'ulimit -n 64 && exec "$0" "$1"', process.execPath, script];
  const said = execFileSync('sh', command, { encoding: 'utf8' });
  assert.match(said, /^restarting: .*EMFILE/);
  assert.match(said, /\nstopped$/);
});

test('stopped, it leaves no process; started again, it serves the same adapters', async (t) => {
  const box = await new Air(t).box();
  const { pid } = box.helper.status;
  assert.equal(box.helper.status.state, 'running');
  await box.channels.listen(() => {});
  await box.helper.stop();
  assert.ok(!isRunning(pid!));
  assert.equal(box.channels.psm, undefined);
  await assert.rejects(box.channels.connect(device, 0x80, noSignal), isGone);
  await box.helper.start();
  assert.equal(box.helper.channelsFor(box.device), box.channels);
  await until(() => box.channels.psm !== undefined);
  assert.equal(box.helper.status.restarts, 0);
});

test('killed, its channels end, and what listened listens again', async (t) => {
  const air = new Air(t);
  const [from, to] = [await air.box(), await air.box()];
  const [opened, accepted] = await channel(from, to);
  const ends = [new Listening(opened), new Listening(accepted)];
  await kill(to);
  assert.equal(await ends[1]!.closed.promise, 'helper-ended');
  assert.equal(await ends[0]!.closed.promise, 'closed-by-peer');
  await until(() => to.channels.psm !== undefined);
  // The name of the old listener is still in the folder: another PSM, known from `psm` alone.
  assert.equal(to.channels.psm, 0x81);
  assert.deepEqual([to.helper.status.restarts, to.helper.status.channels], [1, 0]);
  const again = await from.channels.connect(to.device, to.channels.psm, noSignal);
  assert.ok(again.send(new Uint8Array(10)));
  assert.ok(to.logger.entries.some(({ event }) => event === 'l2cap-helper-ended'));
});

test('killed while a channel is being made, whoever waits is told', async (t) => {
  const air = new Air(t);
  const [from, to] = [await air.box(), await air.box()];
  const psm = await to.channels.listen(() => {});
  process.kill(from.helper.status.pid!, 'SIGSTOP');
  const connecting = from.channels.connect(to.device, psm, noSignal);
  process.kill(from.helper.status.pid!, 'SIGKILL');
  await assert.rejects(connecting, isGone);
});

test('one that hangs is killed: a request has a limit, and so has silence', async (t) => {
  const air = new Air(t);
  const [from, to] = [await air.box(), await air.box()];
  const [opened] = await channel(from, to);
  const end = new Listening(opened);
  for (let i = 0; i < 3; i += 1) {
    // Asked, it answers: nothing happens.
    from.clock.advance(requestLimits.quietMs);
    opened.send(new Uint8Array(1));
    await from.channels.listen(() => {});
  }
  process.kill(from.helper.status.pid!, 'SIGSTOP');
  const { pid } = from.helper.status;
  from.clock.advance(2 * requestLimits.quietMs + requestLimits.answerMs);
  assert.equal(await end.closed.promise, 'helper-ended');
  await until(() => from.helper.status.state !== 'running');
  assert.ok(!isRunning(pid!));
  assert.match(from.helper.status.text, /does not answer/);
  process.kill(to.helper.status.pid!, 'SIGSTOP');
  const connecting = to.channels.connect(from.device, 0x80, noSignal);
  to.clock.advance(requestLimits.connectMs + requestLimits.answerMs);
  await assert.rejects(connecting, isGone);
});

test('a program that is none is tried again, ever more slowly', async (t) => {
  const { clock, helper } = program(t, 'echo no such thing >&2; exit 3');
  await helper.start();
  const channels = helper.channelsFor(device)!;
  const pauses: number[] = [];
  for (let i = 0; i < 12; i += 1) {
    assert.equal(helper.status.state, 'restarting');
    assert.match(helper.status.text, /no such thing; exit code 3/);
    await assert.rejects(channels.connect(device, 0x80, noSignal), isGone);
    const { restarts } = helper.status;
    const beforeMs = clock.monotonicMs();
    while (helper.status.restarts === restarts) clock.advance(lifeLimits.backoffMsMin / 2);
    pauses.push(clock.monotonicMs() - beforeMs);
    await until(() => helper.status.state === 'restarting');
  }
  assert.deepEqual(pauses.slice(0, 3), [250, 500, 1_000]);
  assert.equal(pauses.at(-1), lifeLimits.backoffMsMax);
});

test('one that speaks otherwise, nonsense, or not at all is ended', async (t) => {
  const hello = String.raw`\0\0\0\0\006\0\020\0\001\0\0\020\010\0`;
  const cases: readonly (readonly [string, RegExp])[] = [
    [String.raw`printf '\0\0\0\0\006\0\020\0\002\0\0\020\010\0'; exec cat`, /damaged: version/],
    ['echo hello, world; exec cat', /damaged: header/],
    [`printf '${hello}${hello}'; exec cat`, /damaged: value/],
    [String.raw`printf '${hello}\001\0\0\0\002\0\025\0\0\0'; exec cat`, /damaged/],
    ['exec cat', /does not answer/],
  ];
  for (const [script, because] of cases) {
    const { clock, helper } = program(t, script);
    const started = helper.start();
    if (script === 'exec cat') clock.advance(requestLimits.answerMs);
    await started;
    await until(() => helper.status.state !== 'running');
    assert.equal(helper.status.state, 'restarting');
    assert.match(helper.status.text, because);
    await helper.stop();
  }
});

test('a program that does not end is killed', async (t) => {
  const script = String.raw`printf '\0\0\0\0\006\0\020\0\001\0\0\020\010\0'; exec sleep 1000`;
  const { clock, helper } = program(t, script);
  await helper.start();
  const { pid } = helper.status;
  const stopped = helper.stop();
  clock.advance(lifeLimits.stopGraceMs);
  await stopped;
  assert.ok(!isRunning(pid!));
});

test('a file that is not there is a state', async () => {
  const clock = new FakeClock();
  const helper = createL2capHelper({ path: '/nowhere', clock, logger: createMemoryLogger() });
  await helper.start();
  assert.equal(helper.status.state, 'restarting');
  assert.match(helper.status.text, /ENOENT/);
  await helper.stop();
});

test('where sockets are forbidden it says so', async (t) => {
  const air = new Air(t);
  const box = await air.box();
  // As good as a kernel without them: the folder of the sockets is gone.
  rmSync(air.folder, { recursive: true });
  await assert.rejects(
    box.channels.listen(() => {}),
    /cannot listen for channels: ENOENT/,
  );
  assert.match(box.helper.status.text, /runs and cannot listen for channels: ENOENT/);
  assert.notEqual(box.helper.status.mend, '');
  assert.equal(box.helper.status.listeners, 0);
  mkdirSync(air.folder);
  await box.channels.listen(() => {});
  assert.equal(box.helper.status.mend, '');
  assert.equal(box.helper.status.listeners, 1);
});

test('more adapters than it serves get none', async (t) => {
  const { helper } = await new Air(t).box();
  const made: (object | undefined)[] = [];
  for (let i = 0; i < 5; i += 1) {
    const address = `C0:11:22:33:55:0${i}`;
    made.push(helper.channelsFor({ address, addressType: 'public' }));
  }
  assert.deepEqual(made.map(Boolean), [true, true, true, false, false]);
});

test('a carrier is started once, and takes no packet that is too long', async (t) => {
  const air = new Air(t);
  const [opened]: PacketCarrier[] = await channel(await air.box(), await air.box());
  assert.throws(() => opened!.send(new Uint8Array(4_097)), RangeError);
  assert.throws(() => opened!.send(new Uint8Array(0)), RangeError);
  new Listening(opened!);
  assert.throws(() => new Listening(opened!), /once/);
});
