/** The Bluetooth rig's sniffer says nothing against a trace that is sound, and notices leaks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@muster/core/testing';
import { commands } from '../../../src/rig/ble/sniff/commands.ts';
import { judge, spans } from '../../../src/rig/ble/sniff/judge.ts';
import { leaks } from '../../../src/rig/ble/sniff/leaks.ts';
import { saidBy } from '../../../src/rig/ble/sniff/said.ts';
import { readTrace } from '../../../src/rig/ble/sniff/trace.ts';
import { calmTrace, lifeMs, listen, speak, Trace } from './trace-of.ts';

const lifeMsMax = 30_000;

function faultsOf(trace: Trace): readonly string[] {
  return judge(saidBy(trace.read()), lifeMsMax).map(({ fault }) => fault);
}

test('boxes that change tag and address together are not followed', () => {
  const said = saidBy(calmTrace(new SeededRandom(1)).read());
  assert.deepEqual(judge(said, lifeMsMax), []);
  const lengths = spans(said).map(({ fromMs, toMs }) => toMs - fromMs);
  assert.equal(lengths.length, 8);
  for (const length of lengths) assert.ok(length >= lifeMs && length <= lifeMsMax, `${length} ms`);
});

for (const [name, { fault, plant }] of Object.entries(leaks)) {
  test(`noticed: ${name}`, () => {
    const trace = calmTrace(new SeededRandom(2)).read();
    const found = judge(saidBy(plant(trace)), lifeMsMax);
    assert.ok(found.length > 0, 'nothing was found');
    assert.ok(
      found.some((finding) => finding.fault === fault),
      JSON.stringify(found[0]),
    );
  });
}

test('what a controller refuses is not on air', () => {
  const random = new SeededRandom(3);
  const trace = calmTrace(random);
  trace.command(0, commands.address, [1, 2, 3, 4, 5, 0xc6], 0x0c);
  trace.command(0, commands.advertise, [1], 0x0c);
  assert.deepEqual(faultsOf(trace), []);
});

test('an address that changes under a tag that is on air is noticed', () => {
  const trace = new Trace();
  speak(trace, 0, new SeededRandom(4));
  trace.command(0, commands.address, [1, 2, 3, 4, 5, 0x46]);
  assert.deepEqual(faultsOf(trace), ['tag-goes-on']);
});

test('a tag that outlives its address is noticed, whoever has it', () => {
  const random = new SeededRandom(5);
  const trace = new Trace();
  speak(trace, 0, random);
  trace.nowMs += lifeMsMax;
  listen(trace, 1);
  const faults = faultsOf(trace);
  assert.ok(faults.includes('too-long'), faults.join());
});

test('ways to advertise that are not read are no silence', () => {
  const trace = calmTrace(new SeededRandom(6));
  trace.command(1, 0x2036, [0]);
  assert.deepEqual(faultsOf(trace), ['unread']);
});

test('a reset ends what was on air', () => {
  const trace = new Trace();
  speak(trace, 0, new SeededRandom(7));
  trace.command(0, commands.reset, []);
  trace.nowMs += 2 * lifeMsMax;
  speak(trace, 0, new SeededRandom(8));
  assert.deepEqual(faultsOf(trace), []);
});

test('a line that is none ends the reading', () => {
  assert.throws(() => readTrace('12 0 x 00\n'), /no line of a trace/);
  assert.deepEqual(readTrace('12 0 c 0c2'), [], 'still being written');
});
