import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAdminPapers, decodeAdminPapers, encodeAdminPapers } from '../../src/index.ts';
import { site } from '../support/admins.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import { hostileCbor, truncated } from '../support/mutations.ts';
import { papersFor } from './claim-world.ts';

const adminKey = keyPair(43).publicKey;
const wire = papersFor(adminKey);
const reason = (of: Uint8Array, expected = {}) => {
  const checked = checkAdminPapers(crypto, of, { adminKey, ...expected });
  return checked.ok ? 'ok' : checked.reason;
};

test('papers come back, with what the root certified', () => {
  const checked = checkAdminPapers(crypto, wire, { adminKey, site });
  assert.ok(checked.ok);
  const { admin, ...papers } = checked.value;
  assert.equal(admin.name, 'Eve');
  assert.deepEqual(encodeAdminPapers(papers), wire);
  assert.deepEqual(decodeAdminPapers(wire), papers);
});

test('papers for another key, site or root are refused', () => {
  assert.equal(reason(wire, { adminKey: keyPair(44).publicKey }), 'not-yours');
  assert.equal(reason(wire, { site: new Uint8Array(16) }), 'foreign');
  assert.equal(reason(papersFor(adminKey, keyPair(9))), 'forged');
  const papers = decodeAdminPapers(wire)!;
  const moved = encodeAdminPapers({ ...papers, siteKey: keyPair(9).publicKey });
  assert.equal(reason(moved), 'foreign');
});

test('damaged, cut and hostile papers are refused', () => {
  for (const cut of truncated(wire)) assert.equal(reason(cut), 'malformed');
  for (const bytes of Object.values(hostileCbor)) assert.equal(reason(bytes), 'malformed');
  assert.equal(reason(Uint8Array.of(...wire, 0)), 'malformed');
  const papers = decodeAdminPapers(wire)!;
  assert.equal(
    reason(encodeAdminPapers({ ...papers, documents: [new Uint8Array(0)] })),
    'malformed',
  );
  assert.equal(
    reason(encodeAdminPapers({ ...papers, certificate: Uint8Array.of(1) })),
    'malformed',
  );
});
