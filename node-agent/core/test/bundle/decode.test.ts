import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type BundleFields,
  bundleId,
  bundleLimits,
  decodeBundle,
  decodeFields,
  encodeCbor,
  encodeFields,
} from '../../src/index.ts';
import { anyChain, anyDraft, bundleOf } from '../support/bundles.ts';
import { crypto } from '../support/crypto.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';

const sample = bundleOf();
const signature = sample.signature;

/** The sample with fields changed, whatever they are then. */
function altered(changes: Partial<Record<keyof BundleFields, unknown>>): Uint8Array {
  return encodeFields({ ...sample.fields, ...changes } as BundleFields);
}

function reasonFor(signed: Uint8Array): string {
  const decoded = decodeBundle(crypto, signed, signature);
  return decoded.ok ? 'taken' : decoded.reason;
}

test('what an author composes decodes to its fields, and they encode to the same bytes', () => {
  fc.assert(
    fc.property(anyDraft, anyChain, (draft, chain) => {
      const bundle = bundleOf(draft, { chain });
      const decoded = decodeBundle(crypto, bundle.signed, bundle.signature);
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.value, bundle);
      assert.deepEqual(encodeFields(decoded.value.fields), bundle.signed);
    }),
  );
});

test('the fields are views into the signed bytes', () => {
  const decoded = decodeFields(sample.signed);
  assert.ok(decoded.ok);
  for (const view of [decoded.value.site, decoded.value.author, decoded.value.payload]) {
    assert.equal(view.buffer, sample.signed.buffer);
  }
});

test('every changed byte is refused or is another bundle in its one canonical form', () => {
  let taken = 0;
  for (const signed of [...bitFlips(sample.signed), ...byteChanges(sample.signed)]) {
    const decoded = decodeBundle(crypto, signed, signature);
    if (!decoded.ok) continue;
    taken++;
    assert.deepEqual(encodeFields(decoded.value.fields), signed);
    assert.notDeepEqual(decoded.value.id, sample.id);
  }
  assert.ok(taken > 1000);
});

test('every prefix and every addition is refused', () => {
  for (const cut of truncated(sample.signed)) assert.equal(reasonFor(cut), 'malformed');
  for (let byte = 0; byte < 256; byte++) {
    assert.equal(reasonFor(Uint8Array.from([...sample.signed, byte])), 'malformed');
  }
});

test('random bytes are refused and never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      assert.notEqual(reasonFor(bytes), 'taken');
      assert.notEqual(reasonFor(Uint8Array.from([0x8f, 1, 0x50, ...bytes])), 'taken');
    }),
    { numRuns: 1000 },
  );
});

test('hostile input is refused by size or form', () => {
  for (const [name, bytes] of Object.entries(hostileCbor)) {
    const size = bytes.length > bundleLimits.signedBytesMax;
    assert.equal(reasonFor(bytes), size ? 'too-large' : 'malformed', name);
  }
});

test('size is looked at before anything is parsed', () => {
  const payload = (length: number) => altered({ payload: new Uint8Array(length) });
  assert.equal(reasonFor(payload(bundleLimits.payloadBytesMax)), 'taken');
  assert.equal(reasonFor(payload(bundleLimits.payloadBytesMax + 1)), 'malformed');
  assert.equal(reasonFor(new Uint8Array(bundleLimits.signedBytesMax)), 'malformed');
  assert.equal(reasonFor(new Uint8Array(bundleLimits.signedBytesMax + 1)), 'too-large');
});

test('the longest bundle that the fields allow fits the size limit', () => {
  const longest = altered({
    kind: 255,
    seq: bundleLimits.seqMax,
    prev: new Uint8Array(32),
    lifetimeS: bundleLimits.lifetimeSMax,
    hopLimit: bundleLimits.hopLimitMax,
    stamp: { ms: 2 ** 48 - 1, counter: 2 ** 24 - 1 },
    payload: new Uint8Array(bundleLimits.payloadBytesMax),
  });
  assert.equal(reasonFor(longest), 'taken');
  assert.ok(longest.length <= bundleLimits.signedBytesMax);
});

test('another version is told apart from damage, whatever follows its number', () => {
  assert.equal(reasonFor(altered({ version: 2 })), 'version-unknown');
  assert.equal(reasonFor(altered({ version: 0 })), 'version-unknown');
  assert.equal(reasonFor(encodeCbor([2, 0])), 'version-unknown');
  assert.equal(reasonFor(encodeCbor([9, 'of', 'another', ['shape']])), 'version-unknown');
  assert.equal(reasonFor(encodeCbor([1, 0])), 'malformed');
  assert.equal(reasonFor(encodeCbor([2])), 'malformed');
  assert.equal(reasonFor(altered({ version: 256 })), 'malformed');
  assert.equal(reasonFor(encodeCbor(['1'])), 'malformed');
});

test('every field is held to its bounds', () => {
  const bytes = (length: number) => new Uint8Array(length);
  const wrong: readonly Partial<Record<keyof BundleFields, unknown>>[] = [
    { site: bytes(15) },
    { site: bytes(17) },
    { site: 'x'.repeat(16) },
    { kind: 256 },
    { tag: bytes(32) },
    { author: bytes(31) },
    { author: bytes(33) },
    { ticket: bytes(0) },
    { seq: bundleLimits.seqMax + 1, prev: bytes(32) },
    { lane: 3 },
    { lifetimeS: 0 },
    { lifetimeS: bundleLimits.lifetimeSMax + 1 },
    { hopLimit: 16 },
    { stamp: { ms: 2 ** 48, counter: 0 } },
    { stamp: { ms: 0, counter: 2 ** 24 } },
    { quality: 3 },
    { payload: 'text' },
    { payload: [] },
  ];
  for (const changes of wrong) assert.equal(reasonFor(altered(changes)), 'malformed');
  assert.equal(reasonFor(altered({ stamp: { ms: 2 ** 48 - 1, counter: 2 ** 24 - 1 } })), 'taken');
});

test('only the first bundle of an author has no predecessor', () => {
  const prev = (length: number) => new Uint8Array(length);
  assert.equal(reasonFor(altered({ seq: 0, prev: prev(32) })), 'malformed');
  assert.equal(reasonFor(altered({ seq: 1, prev: prev(0) })), 'malformed');
  assert.equal(reasonFor(altered({ seq: 1, prev: prev(31) })), 'malformed');
  assert.equal(reasonFor(altered({ seq: 1, prev: prev(32) })), 'taken');
});

test('a signature of another length is malformed', () => {
  for (const length of [0, 32, 63, 65, 128]) {
    const decoded = decodeBundle(crypto, sample.signed, new Uint8Array(length));
    assert.deepEqual(decoded, { ok: false, reason: 'malformed' });
  }
});

test('the id covers domain and bytes', () => {
  const name = Buffer.from('muster/1/bundle\0', 'latin1');
  assert.deepEqual(bundleId(crypto, sample.signed), crypto.blake2b(32, name, sample.signed));
});
