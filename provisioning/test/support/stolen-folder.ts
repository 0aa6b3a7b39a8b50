/**
 * What a thief of a data folder looks for: a secret of 32 bytes anywhere in any file, as it is, in
 * hexadecimal, in base64 or base64url, wherever in the base64 it begins, and across line breaks.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Fails when one of them lies open; how much was compared. */
export function assertNoSecret(
  folder: string,
  secrets: readonly Uint8Array[],
): { readonly files: number; readonly windows: number } {
  const names = readdirSync(folder);
  let windows = 0;
  for (const name of names) {
    const file = readFileSync(join(folder, name));
    const joined = Buffer.from(file.toString('latin1').replaceAll(/\s/g, ''), 'latin1');
    for (const secret of secrets) {
      assertFormsAreFound(secret);
      for (const form of formsOf(secret.subarray(0, 32))) {
        windows += file.length;
        assert.ok(!file.includes(form) && !joined.includes(form), `a secret lies open in ${name}`);
      }
    }
  }
  return { files: names.length, windows };
}

function formsOf(secret: Uint8Array): readonly Buffer[] {
  const hex = Buffer.from(secret).toString('hex');
  const base64 = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), secret]).toString('base64');
    // Only the letters that no neighbour of the secret can change.
    const sure = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + 32) * 8) / 6));
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [
    Buffer.from(secret),
    ...[hex, hex.toUpperCase(), ...base64].map((one) => Buffer.from(one)),
  ];
}

/** The search itself is right: it finds the secret in a file in which it does lie open. */
function assertFormsAreFound(secret: Uint8Array): void {
  const seed = secret.subarray(0, 32);
  const open = ['hex', 'base64', 'base64url', 'latin1'] as const;
  for (const encoding of open) {
    for (const before of encoding === 'hex' ? [0] : [0, 1, 2]) {
      const text = Buffer.concat([Buffer.alloc(before, 7), seed, Buffer.alloc(4, 9)]);
      const file = Buffer.from(text.toString(encoding), 'latin1');
      assert.ok(
        formsOf(seed).some((form) => file.includes(form)),
        `${encoding} ${before}`,
      );
    }
  }
}
