/** What admins sign, damaged in every way: each is a refusal, none an exception. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAdminCertificate, Power, powersAll } from '../../src/identity/admin-certificate.ts';
import { checkCertificate, NodeRole, signCertificate } from '../../src/identity/certificate.ts';
import { Role } from '../../src/identity/role.ts';
import { checkTicket, signTicket } from '../../src/identity/ticket.ts';
import { bundleLimits, trustLimits } from '../../src/limits.ts';
import { actTag, decodeAdminAct, encodeAdminAct } from '../../src/trust/admin-act.ts';
import { decodeGrant, encodeGrant, GrantKind, grantTag } from '../../src/trust/grant.ts';
import { checkGuestPass, signGuestPass } from '../../src/trust/guest-pass.ts';
import { reportTag } from '../../src/trust/node-report.ts';
import { verifySiteRules } from '../../src/trust/site-rules.ts';
import { TrustBook } from '../../src/trust/trust-book.ts';
import { signTrustList, verifyTrustList } from '../../src/trust/trust-list.ts';
import { ada, adminOf, byRoot, listBy, root, rulesBy, site } from '../support/admins.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';

const trust = new TrustBook(crypto, root.publicKey);
const someone = keyPair(40).publicKey;
const longName = 'x'.repeat(64);

const judges: Record<string, readonly [wire: Uint8Array, isTaken: (wire: Uint8Array) => boolean]> =
  {
    'admin certificate': [ada.certificate, (wire) => checkAdminCertificate(trust, wire).ok],
    'trust list': [
      listBy(ada, 1, { revoked: [someone] }),
      (wire) => verifyTrustList(trust, wire).ok,
    ],
    'site rules': [
      rulesBy(ada, 1, { announcement: 'x' }),
      (wire) => verifySiteRules(trust, wire).ok,
    ],
    'certificate by an admin': [nodeBy(ada), (wire) => checkCertificate(trust, wire).ok],
    'ticket by an admin': [
      ticketBy(ada, Role.staff),
      (wire) => checkTicket(trust, wire, someone).ok,
    ],
  };

function nodeBy(issuer: typeof ada, name = 'gate'): Uint8Array {
  const fields = { site, nodeKey: keyPair(50).publicKey, role: NodeRole.node, capabilities: 0 };
  return signCertificate(crypto, { ...fields, epoch: 9, name }, issuer);
}

function ticketBy(issuer: typeof ada, role: Role, subject = someone): Uint8Array {
  return signTicket(crypto, { site, subject, role, serial: 1, epoch: 9 }, issuer);
}

for (const [name, [right, isTaken]] of Object.entries(judges)) {
  test(`${name}: every bit turned, byte changed or lost is a refusal`, () => {
    assert.ok(isTaken(right));
    for (const wire of [...bitFlips(right), ...byteChanges(right), ...truncated(right)]) {
      assert.equal(isTaken(wire), false);
    }
    for (const wire of Object.values(hostileCbor)) assert.equal(isTaken(wire), false);
  });
}

test('payloads: what is cut off or hostile is none', () => {
  const act = { command: 'x', node: someone, params: '{}', documents: [site] };
  const grant = { kind: GrantKind.ticket, content: site };
  assert.deepEqual(decodeAdminAct(encodeAdminAct(act)), act);
  assert.deepEqual(decodeGrant(encodeGrant(grant)), grant);
  const hostile = Object.values(hostileCbor);
  for (const wire of [...truncated(encodeAdminAct(act)), ...hostile]) {
    assert.equal(decodeAdminAct(wire), undefined);
  }
  for (const wire of [...truncated(encodeGrant(grant)), ...hostile]) {
    assert.equal(decodeGrant(wire), undefined);
  }
});

test('a list of as many as may be fits into an act, and an act into a bundle', () => {
  const revoked = Array.from({ length: trustLimits.revokedPerListMax }, (_, i) => {
    const key = new Uint8Array(32);
    key.set([i >> 8, i & 255]);
    return { key, reason: 1 as const, label: i < 64 ? longName : '' };
  });
  const wire = signTrustList(crypto, { site, revision: 1, epoch: 0, revoked }, ada);
  const act = encodeAdminAct({
    command: 'x',
    node: site.slice(0, 0),
    params: '',
    documents: [wire],
  });
  assert.ok(act.length <= bundleLimits.payloadBytesMax);
  assert.ok(trust.adopt(wire).ok);
  const tooMany = { site, revision: 2, epoch: 0, revoked: [...revoked, revoked[0]!] };
  assert.throws(() => signTrustList(crypto, tooMany, ada), RangeError);
});

test('an admin gives what its powers allow, and nothing above', () => {
  const without = (power: number) => adminOf(keyPair(23), { powers: powersAll & ~power });
  const reason = (wire: Uint8Array, subject = someone) => {
    const checked = checkTicket(trust, wire, subject);
    return checked.ok ? 'taken' : checked.reason;
  };
  for (const role of [Role.guest, Role.user, Role.staff]) {
    assert.equal(reason(ticketBy(ada, role)), 'taken');
    assert.equal(reason(ticketBy(without(Power.people), role)), 'ticket-forged');
  }
  for (const role of [Role.node, Role.admin]) {
    assert.equal(reason(ticketBy(ada, role)), 'ticket-forged');
  }
  const self = ada.key.publicKey;
  assert.equal(reason(ticketBy(ada, Role.admin, self), self), 'taken');
  const certified = checkCertificate(trust, nodeBy(without(Power.nodes)));
  assert.equal(certified.ok ? 'taken' : certified.reason, 'forged');
});

test('the longest pass is read, and one misread letter is not', () => {
  const node = keyPair(50);
  const brought = adminOf(keyPair(21));
  const certificate = nodeBy(brought, longName);
  const fields = { site, serial: new Uint8Array(8).fill(1), epoch: 2 ** 32 - 1, usesMax: 100_000 };
  const text = signGuestPass(crypto, fields, { key: node, certificate });
  assert.ok(checkGuestPass(trust, text).ok);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  for (let at = 'MUSTER-PASS:1:'.length; at < text.length; at += 7) {
    const other = letters[(letters.indexOf(text[at]!) + 1) % 32];
    const misread = text.slice(0, at) + other + text.slice(at + 1);
    assert.equal(checkGuestPass(trust, misread).ok, false, `letter ${at}`);
  }
});

test('tags of different purposes and keys differ', () => {
  const tags = [
    actTag(crypto, site),
    reportTag(crypto, site),
    grantTag(crypto, site, someone),
    grantTag(crypto, site, byRoot.key.publicKey),
  ];
  assert.equal(new Set(tags.map(String)).size, 4);
});
