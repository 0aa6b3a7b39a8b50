/** An admin's session against a node that answers, refuses, is silent and breaks off. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BundleKind,
  decodeGrant,
  decodeTrustList,
  GrantKind,
  GuestAdmission,
  grantTag,
  NodeRole,
  Power,
  RevocationReason,
  Role,
  signTrustList,
  toBase64url,
  toHex,
  verifyTicket,
} from '@muster/core';
import { adminTimes } from '../../src/admin/limits.ts';
import { adminKey, keyHex, openAdmin, settled } from '../support/admin-node.ts';
import { crypto, keyPair, node as nodeKey, root, site } from '../support/site.ts';

const trust = { crypto, site, siteKey: root.publicKey, epoch: 0 };
const ada = keyPair(30).publicKey;
const revocation = { key: ada, reason: RevocationReason.lost, label: 'Ada’s old phone' };

test('it opens as an admin, watches, and follows what is granted to it', async () => {
  const { session, node } = await openAdmin();
  assert.equal(session.state.value.kind, 'open');
  assert.deepEqual(node.types(), ['session', 'admin-watch', 'follow']);
  const tag = toBase64url(grantTag(crypto, site, adminKey.publicKey));
  assert.equal(node.heard[2]!.tag, tag);
  assert.ok(session.may(Power.revoke));
});

test('where the node takes it for no admin it says so and stays away', async () => {
  const { session, node, clock } = await openAdmin({ epoch: 0 });
  assert.equal(session.state.value.kind, 'open');
  node.role = 'guest';
  node.cut();
  clock.advance(2_000);
  await settled();
  assert.equal(session.state.value.kind, 'not-admin');
  const result = await session.act({ command: 'node.restart' });
  assert.equal(!result.ok && result.code, 'offline');
});

test('an act says who, what and at which node, and is answered', async () => {
  const { session, node } = await openAdmin();
  node.actResult = { ok: true, result: { done: 1 } };
  const target = nodeKey.publicKey;
  const result = await session.act({ command: 'node.rename', node: target, params: { name: 'B' } });
  assert.deepEqual(result, { ok: true, sent: false, result: { done: 1 } });
  const { act, fields } = node.bundles[0]!;
  assert.equal(toHex(fields.author), keyHex);
  assert.equal(act?.command, 'node.rename');
  assert.deepEqual(act?.node, target);
  assert.deepEqual(JSON.parse(act!.params), { name: 'B', via: toBase64url(target) });
  node.actResult = { ok: false, error: { code: 'here-only', message: 'No.', mend: 'Go there.' } };
  const refused = await session.act({ command: 'mqtt.client.add', node: target });
  assert.deepEqual(refused, { ok: false, code: 'here-only', message: 'No.', mend: 'Go there.' });
});

test('the chain goes on over sessions, past what the node has seen', async () => {
  const { session, node, db } = await openAdmin();
  await session.act({ command: 'node.restart', node: nodeKey.publicKey });
  await session.act({ command: 'node.restart', node: nodeKey.publicKey });
  assert.deepEqual(
    node.bundles.map(({ fields }) => fields.seq),
    [0, 1],
  );
  session.stop();
  const later = await openAdmin({ db });
  await later.session.act({ command: 'node.restart', node: nodeKey.publicKey });
  assert.equal(later.node.bundles[0]!.fields.seq, 2);
  later.node.seqMax = 40;
  later.node.cut();
  later.clock.advance(2_000);
  await settled();
  await later.session.act({ command: 'node.restart', node: nodeKey.publicKey });
  assert.equal(later.node.bundles.at(-1)!.fields.seq, 41);
});

test('what a break swallowed is said again as the same bundle, with its age', async () => {
  const { session, node, clock } = await openAdmin();
  node.onWrite = 'silence';
  const writing = session.act({ command: 'node.restart', node: nodeKey.publicKey });
  await settled();
  node.cut();
  node.onWrite = 'hold';
  clock.advance(2_000);
  await settled();
  assert.equal((await writing).ok, true);
  const [first, second] = node.bundles;
  assert.deepEqual(first!.id, second!.id);
  assert.deepEqual([first!.ageMs, second!.ageMs], [0, 2_000]);
});

test('refusals, silence and patience are told apart', async () => {
  const { session, node, clock } = await openAdmin();
  const draft = { kind: BundleKind.grant, tag: site, payload: new Uint8Array(3) };
  node.onWrite = 'refuse';
  const refused = await session.put(draft);
  assert.deepEqual(refused, { ok: false, code: 'quota-author', message: 'No.', mend: '' });
  node.onWrite = 'silence';
  const silent = session.put(draft);
  await settled();
  clock.advance(adminTimes.writeMsMax);
  assert.equal(await silent.then((one) => !one.ok && one.code), 'timeout');
  node.onWrite = 'hold';
  node.actResult = undefined;
  const unanswered = session.act({ command: 'node.restart', node: nodeKey.publicKey });
  await settled();
  clock.advance(adminTimes.writeMsMax);
  assert.equal(await unanswered.then((one) => !one.ok && one.code), 'unanswered');
  node.onWrite = 'later';
  const late = session.put(draft);
  await settled();
  clock.advance(2_000);
  assert.equal((await late).ok, true);
});

test('a ticket goes as a grant to its phone, then into the trail', async () => {
  const { session, node } = await openAdmin();
  assert.equal(
    (await session.issueTicket({ device: ada, role: Role.staff, label: 'Ada' })).ok,
    true,
  );
  const [granted, told] = node.bundles;
  assert.deepEqual(granted!.fields.tag, grantTag(crypto, site, ada));
  const grant = decodeGrant(granted!.fields.payload);
  assert.equal(grant?.kind, GrantKind.ticket);
  const ticket = verifyTicket(trust, grant!.content, ada);
  assert.ok(ticket.ok);
  assert.deepEqual([ticket.value.role, ticket.value.epoch], [Role.staff, 1]);
  assert.equal(told!.act?.command, 'person.ticket');
});

test('revoking adds to the own list, whatever revision others know', async () => {
  const { session, node, db } = await openAdmin();
  assert.equal((await session.revoke(revocation)).ok, true);
  const first = decodeTrustList(node.bundles[0]!.act!.documents[0]!);
  assert.deepEqual([first?.revision, first?.revoked.length], [1, 1]);
  assert.ok(session.trust.value.book.revoked.has(ada));
  // Another device of this admin has gone further.
  const { key, certificate } = session.issuer;
  const revoked = [revocation, { ...revocation, key: keyPair(31).publicKey }];
  const newer = signTrustList(
    crypto,
    { site, revision: 7, epoch: 0, revoked },
    { key, certificate },
  );
  node.say({ type: 'trust', documents: [toBase64url(newer)] });
  await settled();
  node.onWrite = 'refuse';
  const third = { ...revocation, key: keyPair(32).publicKey };
  assert.equal((await session.revoke(third)).ok, false);
  assert.ok(!session.trust.value.book.revoked.has(third.key));
  // What failed has used up its number all the same, also over a restart.
  session.stop();
  const later = await openAdmin({ db });
  await later.session.revoke(third);
  const last = decodeTrustList(later.node.bundles[0]!.act!.documents[0]!);
  assert.deepEqual([last?.revision, last?.revoked.length], [9, 3]);
});

test('an epoch is advanced after the certificates of known nodes were renewed', async () => {
  const { session, node } = await openAdmin();
  const report = (certificateEpoch: number) => ({
    ...{ name: 'A1', role: 'gateway', version: '1', uptimeMs: 1, boots: 1, unixMs: 0 },
    ...{ clockQuality: 0, epoch: 0, certificateEpoch, links: [], clients: 0, guestsWaiting: 0 },
    ...{ store: { bundles: 0, contentBytes: 0, contentBytesMax: 1 }, machine: {}, problems: [] },
  });
  const view = (fill: number, more: object) => {
    return { key: toBase64url(keyPair(fill).publicKey), name: `N${fill}`, ageMs: 0, ...more };
  };
  const nodes = [
    view(40, { report: report(1) }),
    view(41, { report: report(1), revoked: true }),
    view(42, { report: report(9) }),
  ];
  node.say({ type: 'site', self: toBase64url(nodeKey.publicKey), epoch: 0, nodes });
  await settled();
  assert.equal(session.site.value?.nodes.length, 3);
  assert.equal((await session.advanceEpoch(2)).ok, true);
  const [grant, act] = node.bundles;
  assert.equal(node.bundles.length, 2);
  assert.deepEqual(grant!.fields.tag, grantTag(crypto, site, keyPair(40).publicKey));
  assert.equal(JSON.parse(act!.act!.params).renewed, 1);
  assert.equal(session.trust.value.book.epoch, 2);
  const beyond = await session.advanceEpoch(101);
  assert.equal(!beyond.ok && beyond.code, 'epoch-beyond');
});

test('rules change only in what was asked', async () => {
  const { session } = await openAdmin();
  await session.setRules({ guests: GuestAdmission.pass });
  await session.setRules({ announcement: 'Gate 3 is closed.' });
  const { rules } = session.trust.value.book;
  assert.equal(rules.revision, 2);
  assert.equal(rules.guests, GuestAdmission.pass);
  assert.equal(rules.announcement, 'Gate 3 is closed.');
});

test('without the power nothing is even sent', async () => {
  const { session, node } = await openAdmin({ powers: Power.people });
  const node40 = { nodeKey: keyPair(40).publicKey, name: 'X', role: NodeRole.node };
  const tries = [
    session.revoke(revocation),
    session.setRules({ announcement: '' }),
    session.certify(node40),
    session.setPolicy((policy) => policy),
    session.advanceEpoch(1),
  ];
  for (const one of await Promise.all(tries)) assert.equal(!one.ok && one.code, 'power-missing');
  assert.equal(node.bundles.length, 0);
});

test('the trail shows what admins signed and nothing else', async () => {
  const { session, node } = await openAdmin();
  await session.act({ command: 'node.restart', node: nodeKey.publicKey });
  const { frame } = node.bundles[0]!;
  const item = { signed: frame.signed, signature: frame.signature, ticket: frame.ticket };
  const forged = { ...item, signature: toBase64url(new Uint8Array(64)) };
  const bare = { ...item, ticket: '' };
  node.say({ type: 'acts', items: [forged, bare, {}, item, item], end: true });
  await settled();
  assert.equal(session.acts.value.length, 1);
  const [entry] = session.acts.value;
  assert.deepEqual([entry?.act.command, entry?.adminName], ['node.restart', 'Ada']);
});

test('a sign-in by passkey looks and changes nothing, until its time is over', async () => {
  const { session, node } = await openAdmin({ viewToken: 'token' });
  assert.equal(session.state.value.kind, 'open');
  assert.equal(node.heard[0]!.passkey, 'token');
  assert.deepEqual(node.heard[0]!.tickets, []);
  node.say({ type: 'site', self: toBase64url(nodeKey.publicKey), epoch: 0, nodes: [] });
  await settled();
  assert.ok(session.site.value);
  const act = await session.act({ command: 'node.restart', node: nodeKey.publicKey });
  assert.equal(!act.ok && act.code, 'view-only');
  assert.equal(await session.revoke(revocation).then((one) => one.ok), false);
  assert.equal(node.bundles.length, 0);
  node.say({ type: 'error', code: 'not-allowed', message: '' });
  await settled();
  assert.equal(session.state.value.kind, 'not-admin');
});
