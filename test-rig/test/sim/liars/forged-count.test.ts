/** 100,000 forged, replayed and cross-posted bundles against one node: it takes none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { forgedCount } from '../../../src/sim/liars/forged-count.ts';

const count = 100_000;
const seed = 1;

test(`of ${count} forged, replayed and cross-posted bundles none is taken`, (t) => {
  const told = forgedCount(createSodiumCrypto(), count, seed);
  t.diagnostic(JSON.stringify(told));
  assert.equal(told.acceptedCount, 0);
  assert.ok(told.offeredCount >= count);
  const kinds = ['signature-wrong', 'ticket-forged', 'ticket-not-yours', 'site-foreign'] as const;
  for (const reason of [...kinds, 'seen', 'expired-known'] as const) {
    assert.ok((told.dropped[reason] ?? 0) > 1_000, reason);
  }
  assert.ok((told.linksRefused.misbehaving ?? 0) > 50);
});
