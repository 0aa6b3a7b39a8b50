/** Questions and answers of claims: one form each, whatever they are cut into. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { claimStreamLimits } from '../../../src/transport-ble/claim/limits.ts';
import {
  answerReader,
  type ClaimAnswer,
  type ClaimReader,
  encodeClaimAnswer,
  encodeClaimRequest,
  requestReader,
} from '../../../src/transport-ble/claim/messages.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const message = fc.uint8Array({ minLength: 1, maxLength: 3_000 });
const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 });

/** Hands the bytes over in pieces; what the last one yields. */
function read<T>(reader: ClaimReader<T>, wire: Uint8Array, sizes: readonly number[]) {
  let result: ReturnType<ClaimReader<T>['push']>;
  let at = 0;
  for (let i = 0; at < wire.length; i++) {
    assert.equal(result, undefined);
    const end = at + sizes[i % sizes.length]!;
    result = reader.push(wire.subarray(at, end));
    at = end;
  }
  return result;
}

test('what was asked is read, however it is cut', () => {
  fc.assert(
    fc.property(bytes(8), bytes(8), message, cuts, (claimId, session, asked, sizes) => {
      const wire = encodeClaimRequest({ claimId, session, message: asked });
      const value = { claimId, session, message: asked };
      assert.deepEqual(read(requestReader(), wire, sizes), { ok: true, value });
    }),
  );
});

test('what was answered is read, however it is cut; claimants within their bounds', () => {
  const name = fc.string({ maxLength: 40, unit: 'binary-ascii' });
  const answers: fc.Arbitrary<ClaimAnswer> = fc.oneof(
    message.map((one) => ({ kind: 'message', message: one }) as const),
    fc.constantFrom(...(['later', 'unknown', 'busy', 'ended'] as const)).map((kind) => ({ kind })),
    fc.array(name, { maxLength: 8 }).map((claimants) => ({ kind: 'used', claimants }) as const),
  );
  fc.assert(
    fc.property(answers, cuts, (answer, sizes) => {
      const found = read(answerReader(), encodeClaimAnswer(answer), sizes);
      assert.deepEqual(found, { ok: true, value: answer });
    }),
  );
  const many = Array.from({ length: 50 }, () => 'ä'.repeat(200));
  const told = read(answerReader(), encodeClaimAnswer({ kind: 'used', claimants: many }), [99]);
  assert.ok(told?.ok && told.value.kind === 'used');
  assert.equal(told.value.claimants.length, claimStreamLimits.claimantsMax);
  assert.equal(told.value.claimants[0], 'ä'.repeat(64));
});

test('a reader takes one after the other', () => {
  const reader = requestReader();
  const one = { claimId: new Uint8Array(8), session: new Uint8Array(8).fill(1) };
  for (let i = 1; i < 4; i++) {
    const value = { ...one, message: new Uint8Array(i * 400) };
    assert.deepEqual(reader.push(encodeClaimRequest(value)), { ok: true, value });
    assert.equal(reader.isWithin, false);
  }
});

test('any octets are read, or malformed, or not whole yet; nothing is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (octets, sizes) => {
      for (const reader of [requestReader(), answerReader()]) {
        let at = 0;
        for (const size of sizes) {
          if (reader.push(octets.subarray(at, at + size))?.ok === false) break;
          at += size;
        }
      }
    }),
  );
});

for (const [what, wire] of [
  ['an empty message', [...new Array(16).fill(0), 0, 0]],
  ['more than one message', [...new Array(16).fill(0), 0, 1, 7, 7]],
] as const) {
  test(`a question of ${what} is malformed`, () => {
    const read = requestReader().push(Uint8Array.from(wire));
    assert.deepEqual(read, { ok: false, reason: 'malformed' });
  });
}

for (const [what, wire] of [
  ['an unknown kind', [6, 0, 0]],
  ['"later" with something in it', [1, 0, 1, 0]],
  ['a claimant that is cut short', [5, 0, 2, 9, 65]],
  ['too many claimants', [5, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['a claimant that is too long', [5, 0, 130, 129, ...new Array(129).fill(65)]],
] as const) {
  test(`an answer of ${what} is malformed`, () => {
    const read = answerReader().push(Uint8Array.from(wire));
    assert.deepEqual(read, { ok: false, reason: 'malformed' });
  });
}

test('what is too long for a claim is not sent', () => {
  const id = new Uint8Array(8);
  const long = new Uint8Array(claimStreamLimits.messageBytesMax + 1);
  assert.throws(() => encodeClaimRequest({ claimId: id, session: id, message: long }), RangeError);
});
