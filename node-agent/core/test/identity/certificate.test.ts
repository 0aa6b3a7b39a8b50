import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rootIssuer } from '../../src/identity/issued.ts';
import {
  decodeStatement,
  encodeStatement,
  type StatementDomain,
  signStatement,
} from '../../src/identity/statement.ts';
import {
  checkCertificate,
  decodeCertificate,
  encodeCbor,
  epochMax,
  NodeRole,
  nameLimits,
  signCertificate,
  siteIdOf,
  utf8,
} from '../../src/index.ts';
import { crypto } from '../support/crypto.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';
import {
  certificate,
  certificateFields,
  node,
  root,
  site,
  stranger,
  trust,
} from '../support/site.ts';

function reasonFor(wire: Uint8Array, nodeKey?: Uint8Array): string {
  const checked = checkCertificate(trust, wire, nodeKey);
  return checked.ok ? 'taken' : checked.reason;
}

/** The signed array with one item changed, signed for `domain` by the root. */
function signedAnew(at: number, item: Parameters<typeof encodeCbor>[0], domain?: StatementDomain) {
  const { nodeKey, role, capabilities, epoch, name } = certificateFields;
  const items = [1, site, nodeKey, role, capabilities, epoch, name, root.publicKey];
  const signed = encodeCbor(items.with(at, item as number));
  const what = { domain: domain ?? 'certificate', signed } as const;
  return encodeStatement(signStatement(crypto, what, root.secretKey));
}

test('what the root signed comes back', () => {
  const checked = checkCertificate(trust, certificate);
  assert.ok(checked.ok);
  const chain = { keys: [node.publicKey], endsEpoch: certificateFields.epoch };
  assert.deepEqual(checked.value, { ...certificateFields, issuer: root.publicKey, chain });
});

test('every name, role and epoch comes back', () => {
  const fields = fc.record({
    role: fc.constantFrom(...Object.values(NodeRole)),
    capabilities: fc.nat(2 ** 31 - 1),
    epoch: fc.integer({ min: trust.epoch, max: epochMax }),
    name: fc.string({ maxLength: 20 }),
  });
  fc.assert(
    fc.property(fields, (drawn) => {
      const wire = signCertificate(crypto, { ...certificateFields, ...drawn }, rootIssuer(root));
      const checked = checkCertificate(trust, wire, node.publicKey);
      assert.ok(checked.ok);
      assert.equal(checked.value.name, drawn.name);
      assert.equal(checked.value.role, drawn.role);
      assert.equal(checked.value.capabilities, drawn.capabilities);
      assert.equal(checked.value.epoch, drawn.epoch);
    }),
    { numRuns: 50 },
  );
});

test('every bit turned, byte changed or lost is a refusal', () => {
  for (const wire of [...bitFlips(certificate), ...byteChanges(certificate)]) {
    assert.notEqual(reasonFor(wire), 'taken');
  }
  for (const wire of truncated(certificate)) assert.equal(reasonFor(wire), 'malformed');
  assert.equal(reasonFor(Uint8Array.from([...certificate, 0])), 'malformed');
  for (const [name, wire] of Object.entries(hostileCbor)) {
    assert.equal(reasonFor(wire), 'malformed', name);
    assert.equal(decodeCertificate(wire), undefined, name);
  }
});

test('every field is held to its bounds', () => {
  assert.equal(reasonFor(signedAnew(0, 1)), 'taken', 'the helper signs what is right');
  const wrong: readonly [number, Parameters<typeof encodeCbor>[0]][] = [
    [0, 2],
    [0, 0],
    [1, new Uint8Array(15)],
    [2, new Uint8Array(31)],
    [3, 3],
    [4, 2 ** 32],
    [5, 2 ** 32],
    [6, 'x'.repeat(nameLimits.nameBytesMax + 1)],
    [6, utf8('bytes for text')],
    [7, new Uint8Array(33)],
  ];
  for (const [at, item] of wrong) assert.equal(reasonFor(signedAnew(at, item)), 'malformed');
});

test('a made-up node does not come in', () => {
  const selfMade = signCertificate(
    crypto,
    { ...certificateFields, nodeKey: stranger.publicKey },
    rootIssuer(stranger),
  );
  assert.equal(reasonFor(selfMade), 'foreign');
  // It names the root as its issuer, and cannot sign as it.
  const { signed } = decodeStatement(
    signCertificate(
      crypto,
      { ...certificateFields, nodeKey: stranger.publicKey },
      rootIssuer(root),
    ),
  )!;
  const forged = signStatement(crypto, { domain: 'certificate', signed }, stranger.secretKey);
  assert.equal(reasonFor(encodeStatement(forged)), 'forged');
});

test('another site, an ended epoch, another key', () => {
  const other = siteIdOf(crypto, stranger.publicKey);
  const elsewhere = signCertificate(
    crypto,
    { ...certificateFields, site: other },
    rootIssuer(stranger),
  );
  assert.equal(reasonFor(elsewhere), 'foreign');
  // A root that was used for two sites: the site counts, not only the key.
  const mixed = signCertificate(crypto, { ...certificateFields, site: other }, rootIssuer(root));
  assert.equal(reasonFor(mixed), 'foreign');
  const ended = signCertificate(
    crypto,
    { ...certificateFields, epoch: trust.epoch - 1 },
    rootIssuer(root),
  );
  assert.equal(reasonFor(ended), 'expired');
  const lastEpoch = signCertificate(
    crypto,
    { ...certificateFields, epoch: trust.epoch },
    rootIssuer(root),
  );
  assert.equal(reasonFor(lastEpoch), 'taken');
  assert.equal(reasonFor(certificate, node.publicKey), 'taken');
  assert.equal(reasonFor(certificate, stranger.publicKey), 'not-yours');
});

test('a statement for another purpose is no certificate', () => {
  assert.equal(reasonFor(signedAnew(0, 1, 'ticket')), 'forged');
  assert.equal(reasonFor(signedAnew(0, 1, 'device')), 'forged');
});
