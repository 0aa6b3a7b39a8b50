/** The vector files are what the generator makes, to the byte, and it makes the same every time. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeBundle, verifyBundle } from '@muster/core';
import { crypto } from '../src/vectors/cast.ts';
import { vectorFiles } from '../src/vectors/files.ts';
import { hex } from '../src/vectors/raw-cbor.ts';

const folder = new URL('../../docs/protocol/vectors/', import.meta.url);
const files = vectorFiles();

for (const [name, text] of files) {
  test(`${name} is as generated`, () => {
    const kept = readFileSync(new URL(name, folder), 'utf8');
    // Not assert.equal: a difference of whole files would print both.
    assert.ok(kept === text, `${name} differs: run npm run vectors and look at what changed`);
  });
}

test('a second run makes the same files', () => {
  assert.deepEqual(vectorFiles(), files);
});

test('sodium-native refuses every wrong signature, as the back end of the core tests does', () => {
  const { bundles } = JSON.parse(files.get('bundle-invalid.json') ?? '{}') as {
    readonly bundles: readonly Readonly<
      Record<'name' | 'reason' | 'signed' | 'signature', string>
    >[];
  };
  const wrong = bundles.filter(({ reason }) => reason === 'signature-wrong');
  assert.ok(wrong.length >= 10);
  for (const { name, signed, signature } of wrong) {
    const decoded = decodeBundle(crypto, hex(signed), hex(signature));
    assert.ok(decoded.ok && !verifyBundle(crypto, decoded.value), name);
  }
});
