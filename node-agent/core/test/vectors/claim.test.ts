/** claim.json against the core. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ClaimCode,
  type ClaimCodeKind,
  ClaimIssuer,
  ClaimSubject,
  checkAdminPapers,
  checkProvision,
  claimFingerprint,
  claimIdOf,
  decodeClaimCode,
  encodeAdminPapers,
  encodeClaimCode,
  type IssuerStep,
  type SubjectStep,
  shortCodeOf,
  toHex,
} from '../../src/index.ts';
import { crypto } from '../support/crypto.ts';
import { bytes, type Cast, load } from './load.ts';

type Row = Readonly<Record<'why' | 'reason' | 'wire' | 'text', string>>;
type Hexed<T> = {
  readonly [K in keyof T]: T[K] extends Uint8Array ? string : T[K];
};

interface EndRow {
  readonly ephemeral: string;
  readonly nonce: string;
  readonly key: string;
}

interface ClaimRow {
  readonly kind: ClaimCodeKind;
  readonly code: string;
  readonly initiator: 'issuer' | 'subject';
  readonly issuer: EndRow & { readonly siteKey: string; readonly siteName: string };
  readonly certificate: string;
  readonly subject: EndRow & { readonly name: string; readonly version: string };
  readonly document: string;
  readonly messages: readonly { readonly from: string; readonly message: string }[];
  readonly comparisonCode: string;
}

interface ClaimFile extends Cast {
  readonly codes: {
    readonly valid: readonly (Hexed<ClaimCode> & Record<'text' | 'id' | 'shortCode', string>)[];
    readonly invalid: readonly Row[];
  };
  readonly claims: readonly ClaimRow[];
  readonly provisions: {
    readonly nodeKey: string;
    readonly issuer: string;
    readonly valid: readonly {
      readonly wire: string;
      readonly issuer: string;
      readonly document: Readonly<Record<string, unknown>>;
    }[];
    readonly invalid: readonly Row[];
  };
  readonly adminPapers: {
    readonly adminKey: string;
    readonly valid: readonly (Record<'wire' | 'siteKey' | 'siteName' | 'certificate', string> & {
      readonly documents: readonly string[];
    })[];
    readonly invalid: readonly Row[];
  };
}

const file = load<ClaimFile>('claim.json');
const keyOf = (publicKey: string) => {
  const found = file.keys.find((key) => key.publicKey === publicKey);
  assert.ok(found, 'every key is in the cast');
  return crypto.keyPairFromSeed(bytes(found.seed));
};
const drawing = ({ ephemeral, nonce }: EndRow) => ({
  bytes: (length: number) => bytes(length === 32 ? ephemeral : nonce),
});

test('claim codes, to the letter', () => {
  for (const { text, id, shortCode, ...row } of file.codes.valid) {
    const [secret, fingerprint, site] = [row.secret, row.fingerprint, row.site].map(bytes);
    const code = { ...row, secret: secret!, fingerprint: fingerprint!, site: site! };
    assert.equal(encodeClaimCode(crypto, code), text);
    assert.deepEqual(decodeClaimCode(crypto, text), { ok: true, value: code });
    assert.equal(toHex(claimIdOf(crypto, code.secret)), id);
    assert.equal(shortCodeOf(crypto, code.secret), shortCode);
  }
  for (const { why, reason, text } of file.codes.invalid) {
    assert.deepEqual(decodeClaimCode(crypto, text), { ok: false, reason }, why);
  }
});

function endsOf(row: ClaimRow) {
  const code = decodeClaimCode(crypto, row.code);
  assert.ok(code.ok);
  const common = { crypto, code: code.value };
  const { key, siteKey, siteName } = row.issuer;
  const issuer = new ClaimIssuer({
    ...{ ...common, random: drawing(row.issuer), isInitiator: row.initiator === 'issuer' },
    issuer: { key: keyOf(key), certificate: bytes(row.certificate) },
    ...{ siteKey: bytes(siteKey), siteName },
  });
  const { name, version } = row.subject;
  const subject = new ClaimSubject({
    ...{ ...common, random: drawing(row.subject), isInitiator: row.initiator === 'subject' },
    ...{ key: keyOf(row.subject.key), name, version },
  });
  return { issuer, subject };
}

test('whole claims, octet for octet', () => {
  for (const row of file.claims) {
    const { issuer, subject } = endsOf(row);
    let message: Uint8Array | undefined =
      row.initiator === 'issuer' ? issuer.start() : subject.start();
    for (const { from, message: expected } of row.messages) {
      assert.equal(message && toHex(message), expected, `${row.kind}, from ${from}`);
      const to = from === 'issuer' ? subject : issuer;
      let step: IssuerStep | SubjectStep = to.receive(bytes(expected));
      if (step.kind === 'ask') {
        step = to === issuer ? issuer.confirm(bytes(row.document)) : subject.accept();
      }
      message = step.kind === 'ask' ? undefined : step.message;
    }
    assert.deepEqual([issuer.phase, subject.phase, message], ['done', 'done', undefined]);
    assert.equal(issuer.comparisonCode, row.comparisonCode);
    assert.equal(subject.comparisonCode, row.comparisonCode);
  }
});

/** Byte arrays anywhere in it as hexadecimal, as the file has them. */
function hexed(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(hexed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hexed(member)]));
}

test('provision documents, right and wrong', () => {
  const { nodeKey, issuer, valid, invalid } = file.provisions;
  const check = (wire: string, by: string) =>
    checkProvision(crypto, bytes(wire), {
      nodeKey: bytes(nodeKey),
      issuerFingerprint: claimFingerprint(crypto, bytes(by)),
    });
  for (const row of valid) {
    const checked = check(row.wire, row.issuer);
    assert.ok(checked.ok);
    const { issuerKey, chain: _, ...document } = checked.value;
    assert.equal(toHex(issuerKey), row.issuer);
    assert.deepEqual(hexed(document), row.document);
  }
  for (const { why, reason, wire } of invalid) {
    assert.deepEqual(check(wire, issuer), { ok: false, reason }, why);
  }
});

test('admin papers, right and wrong', () => {
  const { adminKey, valid, invalid } = file.adminPapers;
  const expected = { adminKey: bytes(adminKey) };
  for (const { wire, ...row } of valid) {
    const checked = checkAdminPapers(crypto, bytes(wire), expected);
    assert.ok(checked.ok);
    const { admin: _, ...papers } = checked.value;
    assert.deepEqual(hexed(papers), row);
    assert.equal(toHex(encodeAdminPapers(papers)), wire);
  }
  for (const { why, reason, wire } of invalid) {
    assert.deepEqual(checkAdminPapers(crypto, bytes(wire), expected), { ok: false, reason }, why);
  }
});
