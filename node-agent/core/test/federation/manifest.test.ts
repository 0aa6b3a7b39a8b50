import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeManifest, encodeManifest } from '../../src/federation/index.ts';
import { encodeCbor } from '../../src/index.ts';
import { bundleLimits, federationLimits } from '../../src/limits.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';

const id = new Uint8Array(32).fill(9);
const { manifestIdsMax } = federationLimits;

test('manifests come back, from none to as many ids as there may be', () => {
  const anyId = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(fc.array(anyId, { maxLength: manifestIdsMax }), (ids) => {
      assert.deepEqual(decodeManifest(encodeManifest(ids)), ids);
    }),
  );
  const most = encodeManifest(Array<Uint8Array>(manifestIdsMax).fill(id));
  assert.equal(decodeManifest(most)?.length, manifestIdsMax);
  assert.ok(most.length < bundleLimits.payloadBytesMax);
});

test('what is not exactly a manifest is none, and is not written', () => {
  const over = Array<Uint8Array>(manifestIdsMax + 1).fill(id);
  for (const items of [[], [2, id], [0], [1, id.subarray(1)], [1, 1], [[1, id]], [1, ...over]]) {
    assert.equal(decodeManifest(encodeCbor(items)), undefined);
  }
  assert.throws(() => encodeManifest(over), RangeError);
  assert.throws(() => encodeManifest([id.subarray(1)]), RangeError);
});

test('every change is refused or another canonical manifest, and nothing throws', () => {
  const payload = encodeManifest([id, id]);
  for (const changed of [...bitFlips(payload), ...byteChanges(payload)]) {
    const decoded = decodeManifest(changed);
    if (decoded) assert.deepEqual(encodeManifest(decoded), changed);
  }
  for (const cut of truncated(payload)) assert.equal(decodeManifest(cut), undefined);
  for (const [what, bytes] of Object.entries(hostileCbor)) {
    assert.equal(decodeManifest(bytes), undefined, what);
  }
});
