/** Boxes claimed by label and by invite, and a new admin: the machines of the core at both ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ClaimCode,
  ClaimIssuer,
  type ClaimOffer,
  ClaimSubject,
  claimFingerprint,
  claimIdOf,
  decodeClaimCode,
  encodeAdminPapers,
  fromBase64url,
  rootIssuer,
  toBase64url,
  toHex,
} from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { AdminClaim } from '../../src/admin/claim/admin-claim.ts';
import { driveClaim, type Posted } from '../../src/admin/claim/claim-driver.ts';
import { OpenClaims } from '../../src/admin/claim/open-claims.ts';
import { newDraft, type SettingsDraft, settingsOf } from '../../src/admin/claim/settings-draft.ts';
import { loadAdminKey, saveAdminKey } from '../../src/admin/keys/key-store.ts';
import type { AdminKeyRecord } from '../../src/admin/keys/sealed-key.ts';
import { adminLimits, adminTimes } from '../../src/admin/limits.ts';
import { MemoryDatabase } from '../../src/storage/memory-database.ts';
import {
  adminKey,
  certificateFor,
  type Json,
  type OpenedAdmin,
  openAdmin,
  settled,
} from '../support/admin-node.ts';
import { crypto, keyPair, root, site } from '../support/site.ts';

const random = new SeededRandom(8);
const boxKey = keyPair(50);
const settings = newDraft({ name: 'Lighthouse', channels: 'general, help' });

function settingsFor(more: Partial<SettingsDraft> = {}) {
  const read = settingsOf({ ...settings, ...more });
  assert.ok(read.ok);
  return read.settings;
}

function labelCode(key = boxKey): ClaimCode {
  return {
    ...({ kind: 'label', secret: random.bytes(16), site: new Uint8Array(0) } as const),
    fingerprint: claimFingerprint(crypto, key.publicKey),
    expiresUnixS: 0,
    addresses: ['192.168.1.20:8080'],
  };
}

/** A blank box behind the node: the other end of a label's claim. `addresses`: where it is. */
function boxBehind({ node }: OpenedAdmin, code: ClaimCode, addresses: readonly string[]) {
  const box = new ClaimSubject({
    ...{ crypto, random, code, isInitiator: false, key: boxKey, name: 'box', version: '1' },
  });
  const seen = { offers: [] as ClaimOffer[], reached: [] as string[], box, drops: 0 };
  node.onClaim = (frame: Json) => {
    if (frame.type !== 'claim-reach') return;
    const { ref, address, message } = frame;
    seen.reached.push(String(address));
    const isHere = addresses.includes(String(address)) && seen.drops-- <= 0;
    const error = { code: 'claim-unreachable', message: '', mend: '' };
    if (!isHere) return node.say({ type: 'claim-answer', ref, message: null, error });
    let step = box.receive(fromBase64url(String(message))!);
    if (step.kind === 'ask') {
      seen.offers.push(step.offer);
      step = box.accept();
    }
    const answer = step.kind === 'ask' ? undefined : step.message;
    node.say({ type: 'claim-answer', ref, message: answer ? toBase64url(answer) : null });
  };
  return seen;
}

test('a box is claimed by its label, at the second address, through a lost answer', async () => {
  const admin = await openAdmin();
  const code = { ...labelCode(), addresses: ['10.0.0.9:8080', '192.168.1.20:8080'] };
  const seen = boxBehind(admin, code, ['192.168.1.20:8080']);
  const claims = new OpenClaims(admin.session, () => 'Harbour');
  const { claim } = claims.label(code, {});
  await settled();
  assert.deepEqual([...new Set(seen.reached)], code.addresses);
  const comparing = claim.state.value;
  assert.equal(comparing.kind === 'comparing' && comparing.comparisonCode, seen.box.comparisonCode);
  claim.confirm(settingsFor());
  assert.equal(
    claim.state.value.kind,
    'comparing',
    'nothing is sent before the codes are compared',
  );
  claim.sameCodes();
  const changes = claim.preview(settingsFor());
  assert.deepEqual(changes?.find(({ what }) => what === 'name')?.to, 'Lighthouse');
  seen.drops = 1;
  claim.confirm(settingsFor());
  await settled();
  admin.clock.advance(adminTimes.claimAskAgainMs);
  await settled();
  assert.deepEqual(claim.state.value.kind, 'done');
  const [offer] = seen.offers;
  assert.ok(offer?.kind === 'node');
  assert.equal(offer.provision.settings.name, 'Lighthouse');
  assert.deepEqual(offer.provision.settings.channels, ['general', 'help']);
  assert.equal(admin.node.bundles.at(-1)?.act?.command, 'node.claimed');
});

test('a box that is nowhere, and another box under the label, end in words', async () => {
  const admin = await openAdmin();
  const claims = new OpenClaims(admin.session, () => 'Harbour');
  boxBehind(admin, labelCode(), []);
  const nowhere = claims.label(labelCode(), { address: '10.0.0.9:8080' }).claim;
  await settled();
  assert.deepEqual(nowhere.state.value, { kind: 'failed', fault: 'unreachable' });
  const code = labelCode(keyPair(51));
  boxBehind(admin, code, ['192.168.1.20:8080']);
  const imposter = claims.label(code, {}).claim;
  await settled();
  assert.deepEqual(imposter.state.value, { kind: 'failed', fault: 'wrong-node' });
});

test('six digits that differ end the claim at both ends', async () => {
  const admin = await openAdmin();
  const code = labelCode();
  const seen = boxBehind(admin, code, code.addresses);
  const { claim } = new OpenClaims(admin.session, () => 'Harbour').label(code, {});
  await settled();
  claim.differentCodes();
  await settled();
  assert.deepEqual(claim.state.value, { kind: 'failed', fault: 'codes-differ' });
  assert.equal(seen.box.phase, 'failed');
});

/** A box that scanned an invite and asks at the node, as often as it takes. */
function claimant({ node, clock }: OpenedAdmin, text: string, key = boxKey) {
  const code = decodeClaimCode(crypto, text);
  assert.ok(code.ok);
  const session = toHex(random.bytes(8));
  const id = toHex(claimIdOf(crypto, code.value.secret));
  const box = new ClaimSubject({
    ...{ crypto, random, code: code.value, isInitiator: true, key, name: 'box', version: '1' },
  });
  let isStopped = false;
  const post = async (message: Uint8Array): Promise<Posted> => {
    const from = node.heard.length;
    node.say({ type: 'claim-message', id, session, message: toBase64url(message) });
    await settled();
    const isReply = (one: Json) => one.type === 'claim-reply' && one.session === session;
    const reply = node.heard.slice(from).findLast(isReply);
    return { ok: true, message: reply ? fromBase64url(String(reply.message))! : new Uint8Array(0) };
  };
  const run = driveClaim({
    ...{ clock, machine: box, post, onTurn: () => undefined, isStopped: () => isStopped },
    decide: async () => box.accept(),
  });
  const stop = () => {
    isStopped = true;
  };
  return { box, run, stop };
}

async function passSeconds(admin: OpenedAdmin, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    admin.clock.advance(adminTimes.claimAskAgainMs);
    await settled();
  }
}

test('an invite is good for one box; the second is refused and both are shown', async () => {
  const admin = await openAdmin();
  const claims = new OpenClaims(admin.session, () => 'Harbour');
  const invite = claims.invite(['10.0.0.1:8080']);
  await settled();
  assert.ok(admin.node.types().includes('claim-open'));
  const first = claimant(admin, invite.text);
  await passSeconds(admin, 2);
  const state = invite.claim.state.value;
  assert.equal(state.kind === 'comparing' && state.comparisonCode, first.box.comparisonCode);
  const second = claimant(admin, invite.text, keyPair(52));
  await passSeconds(admin, 2);
  assert.equal(await second.run, 'used');
  assert.deepEqual(
    invite.claim.others.value.map(({ key }) => key),
    [keyPair(52).publicKey],
  );
  invite.claim.sameCodes();
  invite.claim.confirm(settingsFor({ role: 'gateway' }));
  await passSeconds(admin, 2);
  assert.equal(await first.run, undefined);
  assert.equal(invite.claim.state.value.kind, 'done');
});

test('a box that was cut off comes back and gets the very same papers', async () => {
  const admin = await openAdmin();
  const invite = new OpenClaims(admin.session, () => 'Harbour').invite([]);
  const first = claimant(admin, invite.text);
  await passSeconds(admin, 2);
  invite.claim.sameCodes();
  first.stop();
  invite.claim.confirm(settingsFor());
  await passSeconds(admin, 2);
  assert.equal(invite.claim.state.value.kind, 'sending');
  const again = claimant(admin, invite.text);
  await passSeconds(admin, 3);
  assert.equal(await again.run, undefined);
  assert.equal(invite.claim.state.value.kind, 'done');
});

test('octets of whoever guesses disturb no invite; a withdrawn one answers nobody', async () => {
  const admin = await openAdmin();
  const claims = new OpenClaims(admin.session, () => 'Harbour');
  const invite = claims.invite([]);
  for (let i = 0; i < 3 * adminLimits.claimSessionsMax; i++) {
    const session = toHex(random.bytes(8));
    const message = toBase64url(random.bytes(64));
    admin.node.say({ type: 'claim-message', id: invite.id, session, message });
  }
  await settled();
  assert.deepEqual(invite.claim.state.value, { kind: 'waiting' });
  claims.stop(invite.id);
  await settled();
  assert.equal(admin.node.types().at(-1), 'claim-close');
  const late = claimant(admin, invite.text);
  await passSeconds(admin, 2);
  assert.equal(late.box.comparisonCode, undefined);
  late.stop();
});

test('in a new session the node is asked to await the invites again', async () => {
  const admin = await openAdmin();
  const invite = new OpenClaims(admin.session, () => 'Harbour').invite([]);
  await settled();
  admin.node.cut();
  admin.clock.advance(2_000);
  await settled();
  const opened = admin.node.heard.filter(({ type }) => type === 'claim-open');
  assert.deepEqual(
    opened.map(({ id }) => id),
    [invite.id],
  );
});

test('whose place a box takes is revoked when the box is in, not before', async () => {
  const admin = await openAdmin();
  const dead = keyPair(53).publicKey;
  const replaces = { key: dead, name: 'Lighthouse', role: 'node' } as const;
  const invite = new OpenClaims(admin.session, () => 'Harbour').invite([], replaces);
  const box = claimant(admin, invite.text);
  await passSeconds(admin, 2);
  invite.claim.sameCodes();
  invite.claim.confirm(settingsFor());
  assert.ok(!admin.session.trust.value.book.revoked.has(dead));
  await passSeconds(admin, 2);
  assert.equal(await box.run, undefined);
  assert.ok(admin.session.trust.value.book.revoked.has(dead));
});

/** Whoever keeps the root, at the other end of a new admin's claim. */
function rootKeeper(code: ClaimCode) {
  const issuer = new ClaimIssuer({
    ...{ crypto, random, code, isInitiator: false, issuer: rootIssuer(root) },
    ...{ siteKey: root.publicKey, siteName: 'Harbour' },
  });
  const papers = { siteKey: root.publicKey, siteName: 'Harbour', documents: [] };
  const post = async (_id: string, _session: string, message: Uint8Array): Promise<Posted> => {
    let step = issuer.receive(message);
    if (step.kind === 'ask') {
      step = issuer.confirm(encodeAdminPapers({ ...papers, certificate: certificateFor() }));
    }
    return { ok: true, message: (step.kind !== 'ask' && step.message) || new Uint8Array(0) };
  };
  return { issuer, post };
}

const adminCode: ClaimCode = {
  ...({ kind: 'admin', secret: random.bytes(16), site } as const),
  fingerprint: claimFingerprint(crypto, root.publicKey),
  ...{ expiresUnixS: 0, addresses: [] },
};
const none = new Uint8Array(0);
const lock = { salt: none, cost: { opsLimit: 1, memBytes: 8192 }, nonce: none, box: none };
const sealed: AdminKeyRecord = { key: adminKey.publicKey, certificate: none, passphrase: lock };

test('a phone becomes an admin’s; its certificate is on disk before it says so', async () => {
  const db = new MemoryDatabase();
  await saveAdminKey(db, sealed);
  const keeper = rootKeeper(adminCode);
  const clock = new FakeClock();
  const options = { db, crypto, random, clock, name: 'Ada', version: '1' };
  const claim = new AdminClaim({ ...options, post: keeper.post });
  await claim.run(adminCode, adminKey, sealed);
  assert.equal(claim.state.value.kind, 'done');
  assert.equal(keeper.issuer.phase, 'done');
  assert.deepEqual((await loadAdminKey(db))?.certificate, certificateFor());
});

test('a phone that cannot keep the certificate stays what it was', async () => {
  const db = new MemoryDatabase();
  const keeper = rootKeeper(adminCode);
  const broken = Object.assign(Object.create(db), {
    write: () => Promise.reject(new Error('full')),
  });
  const options = { db: broken, crypto, random, name: 'Ada', version: '1' };
  const claim = new AdminClaim({ ...options, clock: new FakeClock(), post: keeper.post });
  await claim.run(adminCode, adminKey, sealed);
  assert.deepEqual(claim.state.value, { kind: 'failed', fault: 'not-kept' });
  assert.equal(keeper.issuer.phase, 'failed');
});
