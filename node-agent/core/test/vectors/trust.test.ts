/** trust.json against the core. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  actTag,
  checkGuestPass,
  decodeAdminAct,
  decodeGrant,
  encodeAdminAct,
  encodeGrant,
  grantTag,
  guestPassId,
  reportTag,
  TrustBook,
  verifySiteRules,
  verifyTrustList,
} from '../../src/index.ts';
import { SeededRandom, shuffled } from '../../src/testing/seeded-random.ts';
import { crypto } from '../support/crypto.ts';
import { bytes, type Cast, load } from './load.ts';
import { trustOf } from './receiver.ts';

interface Wrong {
  readonly reason: string;
  readonly why: string;
  readonly wire: string;
}
type Json = string | number | readonly Json[] | { readonly [name: string]: Json };
interface Documents {
  readonly valid: readonly { readonly fields: Json; readonly wire: string }[];
  readonly invalid: readonly Wrong[];
}
interface Payloads {
  readonly valid: readonly { readonly fields: Json; readonly payload: string }[];
  readonly invalid: readonly { readonly why: string; readonly payload: string }[];
}
interface TrustFile extends Cast {
  readonly admins: Cast['keys'];
  readonly tags: {
    readonly acts: string;
    readonly reports: string;
    readonly grants: { readonly key: string; readonly tag: string };
  };
  readonly lists: Documents;
  readonly rules: Documents;
  readonly beliefs: readonly {
    readonly why: string;
    readonly documents: readonly string[];
    readonly expected: {
      readonly epoch: number;
      readonly revoked: readonly string[];
      readonly admins: readonly string[];
      readonly announcement: string;
    };
  }[];
  readonly acts: Payloads;
  readonly grants: Payloads;
  readonly passes: {
    readonly valid: readonly {
      readonly fields: Json;
      readonly text: string;
      readonly id: string;
    }[];
    readonly invalid: readonly {
      readonly reason: string;
      readonly why: string;
      readonly text: string;
    }[];
  };
}

const file = load<TrustFile>('trust.json');
const trust = trustOf(file);

/** What was read against what is written: bytes in hex, all else as it is. */
function assertSame(read: unknown, written: Json): void {
  if (read instanceof Uint8Array) {
    assert.deepEqual(read, bytes(String(written)));
  } else if (typeof read !== 'object' || read === null) {
    assert.equal(read, written);
  } else {
    assert.deepEqual(Object.keys(read).sort(), Object.keys(written).sort());
    for (const [name, value] of Object.entries(read)) {
      assertSame(value, (written as { readonly [name: string]: Json })[name]!);
    }
  }
}

test('tags', () => {
  const { acts, reports, grants } = file.tags;
  assert.deepEqual(actTag(crypto, trust.site), bytes(acts));
  assert.deepEqual(reportTag(crypto, trust.site), bytes(reports));
  assert.deepEqual(grantTag(crypto, trust.site, bytes(grants.key)), bytes(grants.tag));
});

for (const [what, verify, documents] of [
  ['list', verifyTrustList, file.lists],
  ['rules', verifySiteRules, file.rules],
] as const) {
  test(`${what}: valid`, () => {
    for (const { fields, wire } of documents.valid) {
      const verified = verify(trust, bytes(wire));
      assert.ok(verified.ok);
      const { chain, ...read } = verified.value;
      assertSame(read, fields);
    }
  });
  for (const { reason, why, wire } of documents.invalid) {
    test(`${what}, refused: ${why}`, () => {
      assert.deepEqual(verify(trust, bytes(wire)), { ok: false, reason });
      const book = new TrustBook(crypto, trust.siteKey);
      assert.equal(book.adopt(bytes(wire)).ok, false);
    });
  }
}

for (const { why, documents, expected } of file.beliefs) {
  test(`belief: ${why}`, () => {
    const random = new SeededRandom(1);
    for (let order = 0; order < 6; order++) {
      const book = new TrustBook(crypto, trust.siteKey);
      const wires = shuffled(random, documents).map(bytes);
      for (let again = 0; again < 3; again++) for (const wire of wires) book.adopt(wire);
      assert.equal(book.epoch, expected.epoch);
      assert.equal(book.rules.announcement, expected.announcement);
      assert.equal(book.revokedCount, expected.revoked.length);
      for (const key of expected.revoked) assert.ok(book.revoked.has(bytes(key)));
      for (const { publicKey } of [...file.keys, ...file.admins]) {
        const isRevoked = book.revoked.hasAdmin(bytes(publicKey));
        assert.equal(isRevoked, expected.admins.includes(publicKey), publicKey);
      }
    }
  });
}

for (const [what, decode, encode, payloads] of [
  ['act', decodeAdminAct, encodeAdminAct, file.acts],
  ['grant', decodeGrant, encodeGrant, file.grants],
] as const) {
  test(`${what}s`, () => {
    for (const { fields, payload } of payloads.valid) {
      const read = decode(bytes(payload));
      assert.ok(read);
      assertSame(read, fields);
      assert.deepEqual(encode(read as never), bytes(payload));
    }
    for (const { why, payload } of payloads.invalid) {
      assert.equal(decode(bytes(payload)), undefined, why);
    }
  });
}

test('guest passes', () => {
  for (const { fields, text, id } of file.passes.valid) {
    const checked = checkGuestPass(trust, text.toLowerCase());
    assert.ok(checked.ok);
    assertSame(checked.value, fields);
    assert.deepEqual(guestPassId(crypto, checked.value), bytes(id));
  }
  for (const { reason, why, text } of file.passes.invalid) {
    assert.deepEqual(checkGuestPass(trust, text), { ok: false, reason }, why);
  }
});
