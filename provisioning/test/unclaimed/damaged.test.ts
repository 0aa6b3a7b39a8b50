/** A claim that comes to a folder in which damaged files lie already: it goes through. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { toBase64url } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { readNode, settleFolder, writeRecord } from '@muster/provisioning';
import { crypto, groundOf, provisionFor, sampleSite } from '../support/sample.ts';

test('uplinks that are none, and a configuration of brackets, stop no claim', (t) => {
  const folder = groundOf(t)();
  const site = sampleSite();
  const seed = new SeededRandom(3).bytes(32);
  const wire = provisionFor(site, crypto.keyPairFromSeed(seed).publicKey);
  writeRecord(join(folder, 'provision.json'), 'provision', {
    members: { seed: toBase64url(seed), wire: toBase64url(wire) },
  });
  const known = '[null,5,[],{"name":"ours"}]';
  writeRecord(join(folder, 'uplinks.json'), 'uplinks', { members: { uplinks: known } });
  const brackets = `{"node":${'['.repeat(100_000)}`;
  writeFileSync(join(folder, 'muster.jsonc'), brackets);
  assert.equal(settleFolder(folder, { crypto }), 'claimed');
  assert.ok(readNode(crypto, folder, site));
  const { uplinks } = JSON.parse(readFileSync(join(folder, 'uplinks.json'), 'utf8'));
  assert.deepEqual(
    JSON.parse(uplinks).map(({ name }: { name: string }) => name),
    [undefined, 'ours', 'our-relay'],
  );
  assert.equal(readFileSync(join(folder, 'muster.jsonc.old'), 'utf8'), brackets);
});
