/** hlc.json against the core. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareBytes,
  HybridClock,
  orderKeyOf,
  type Stamp,
  stampOfOrderKey,
  timeLimits,
} from '../../src/index.ts';
import { bytes, load } from './load.ts';

interface HlcFile {
  readonly limits: Readonly<Record<'driftMsMax' | 'stampMsMax' | 'stampCounterMax', number>>;
  readonly clock: readonly {
    readonly name: string;
    readonly from?: Stamp;
    readonly steps: readonly (
      | { readonly wallMs: number; readonly next: Stamp }
      | { readonly wallMs: number; readonly observe: Stamp; readonly last: Stamp }
    )[];
  }[];
  readonly order: readonly {
    readonly stampMs: number;
    readonly stampCounter: number;
    readonly author: string;
    readonly id: string;
    readonly orderKey: string;
  }[];
}

const file = load<HlcFile>('hlc.json');

test('the limits are those of the core', () => {
  for (const [name, value] of Object.entries(file.limits)) {
    assert.equal(timeLimits[name as keyof typeof file.limits], value);
  }
});

for (const { name, from, steps } of file.clock) {
  test(`clock: ${name}`, () => {
    const clock = new HybridClock(from);
    for (const step of steps) {
      if ('next' in step) {
        assert.deepEqual(clock.next(step.wallMs), step.next);
      } else {
        clock.observe(step.observe, step.wallMs);
        assert.deepEqual(clock.last, step.last);
      }
    }
  });
}

test('order keys, and that they rise', () => {
  let before = new Uint8Array(0);
  for (const { stampMs: ms, stampCounter: counter, author, id, orderKey } of file.order) {
    const key = orderKeyOf({ stamp: { ms, counter }, author: bytes(author) }, bytes(id));
    assert.deepEqual(key, bytes(orderKey));
    assert.deepEqual(stampOfOrderKey(key), { ms, counter });
    assert.ok(compareBytes(before, key) < 0);
    before = new Uint8Array(key);
  }
});
