/** The command line's own device: its numbers, and how far a node's word moves them. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { bundleLimits, seqAheadMax } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { Device } from '../src/client/device.ts';
import { temporaryFolder } from './support/real-agent.ts';

test('a device goes on past what was seen, and believes no claim that cannot be', (t) => {
  const path = join(temporaryFolder(t), 'device.json');
  const open = () => Device.open(path, createSodiumCrypto(), new SeededRandom(7));
  const device = open();
  for (const claim of [bundleLimits.seqMax, Number.MAX_SAFE_INTEGER, seqAheadMax, 0.5, -1]) {
    device.skipPast(claim);
    assert.equal(device.state.chain.seq, 0, String(claim));
  }
  device.skipPast(41);
  assert.equal(device.state.chain.seq, 42);
  assert.deepEqual(open().state.chain, { seq: 42, prev: new Uint8Array(32) });
  device.skipPast(7);
  assert.equal(device.state.chain.seq, 42);
});

test('a chain that no bundle can go on with is damage, told with the file and the mend', (t) => {
  const path = join(temporaryFolder(t), 'device.json');
  const open = () => Device.open(path, createSodiumCrypto(), new SeededRandom(7));
  open();
  const whole = JSON.parse(readFileSync(path, 'utf8'));
  for (const wrong of [{ prev: 'prev' }, { seq: 3 }, { seq: 2 ** 50 }, { stampMs: 2 ** 50 }]) {
    writeFileSync(path, JSON.stringify({ ...whole, ...wrong }));
    assert.throws(open, { code: 'record-damaged' }, JSON.stringify(wrong));
  }
});
