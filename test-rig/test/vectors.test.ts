/** The vector files are what the generator makes, to the byte, and it makes the same every time. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { vectorFiles } from '../src/vectors/files.ts';

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
