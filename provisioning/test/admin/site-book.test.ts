/** The admin's book: invites burn once, ends never shrink, every change is durable and bounded. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  checkCertificate,
  epochMax,
  RevocationReason,
  rootIssuer,
  siteIdOf,
  TrustBook,
} from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { nextTrustList, renewNodes, SiteBook } from '@muster/provisioning';
import { bookLimits } from '../../src/limits.ts';
import { walkCuts } from '../support/crash-disk.ts';
import { crypto, groundOf, sampleSite } from '../support/sample.ts';

const random = new SeededRandom(3);
const key = (): Uint8Array => random.bytes(32);
const invite = (id: number, more = {}) => ({
  id: id.toString(16).padStart(16, '0'),
  ...({ kind: 'invite', state: 'open', name: `Box ${id}` } as const),
  ...{ code: `MUSTER-NODE:1:${id}`, createdUnixMs: id, claimants: [] },
  ...more,
});
const node = (name: string, more = {}) => ({
  ...({ key: key(), name, role: 'node', endsEpoch: 1, issuedUnixMs: 5 } as const),
  ...more,
});

test('the first claimant burns an invite; a second one is told of the first', (t) => {
  const folder = groundOf(t)();
  const book = SiteBook.open(folder);
  book.addInvites([invite(1), invite(2)]);
  const [first, second] = [key(), key()];
  const { id } = invite(1);
  assert.equal(book.burnInvite('f'.repeat(16), first, 7), 'unknown');
  assert.equal(book.burnInvite(id, first, 7), 'first');
  const again = SiteBook.open(folder);
  assert.equal(again.burnInvite(id, first, 8), 'same');
  assert.deepEqual(again.burnInvite(id, second, 9), { second: first });
  assert.deepEqual(again.burnInvite(id, second, 10), { second: first });
  assert.equal(again.burnInvite(id, first, 11), 'same');
  const used = SiteBook.open(folder).invites.find((one) => one.id === id)!;
  assert.equal(used.state, 'used');
  assert.equal(used.code, undefined, 'the one-time secret is spent');
  assert.deepEqual(used.claimants, [
    { key: first, unixMs: 7 },
    { key: second, unixMs: 9 },
  ]);
  for (let i = 0; i < 20; i++) again.burnInvite(id, key(), i);
  const many = again.invites.find((one) => one.id === id)!;
  assert.equal(many.claimants.length, bookLimits.claimantsPerInviteMax);
  again.withdrawInvite(invite(2).id);
  assert.equal(again.burnInvite(invite(2).id, first, 12), 'burned');
});

test('an invite is burned once, also when the power is cut while it burns', async (t) => {
  const ground = groundOf(t);
  const [first, second] = [key(), key()];
  const walked = await walkCuts({
    prepare() {
      const folder = ground();
      SiteBook.open(folder).addInvites([invite(1)]);
      return { folder, said: undefined as unknown };
    },
    run(at, calls) {
      at.said = SiteBook.open(at.folder, { calls }).burnInvite(invite(1).id, first, 7);
    },
    check({ folder, said }, at) {
      const came = SiteBook.open(folder).burnInvite(invite(1).id, second, 8);
      // Whoever was told that it is theirs stays the first.
      if (said !== undefined) assert.deepEqual(came, { second: first }, at);
      else assert.ok(came === 'first' || typeof came === 'object', at);
    },
  });
  assert.ok(walked > 10);
});

test('who is noted again lasts as long as ever was issued', (t) => {
  const folder = groundOf(t)();
  const book = SiteBook.open(folder);
  const gate = node('Gate', { endsEpoch: 9 });
  book.noteNodes([gate, node('Box')]);
  book.noteNodes([{ ...gate, name: 'Harbour gate', endsEpoch: 4 }]);
  const person = { key: key(), name: 'Eve', role: 'staff', endsEpoch: 2, issuedUnixMs: 1 } as const;
  book.notePerson({ ...person, serial: book.nextSerial() });
  const admin = { key: key(), name: 'Bo', powers: 15, endsEpoch: epochMax, issuedUnixMs: 1 };
  book.noteAdmin(admin);
  book.markRevoked(gate.key);
  const read = SiteBook.open(folder);
  assert.deepEqual(
    read.nodes.map(({ name, endsEpoch, revoked }) => [name, endsEpoch, revoked]),
    [
      ['Harbour gate', 9, true],
      ['Box', 1, false],
    ],
  );
  assert.deepEqual(read.people, [{ ...person, serial: 1, revoked: false }]);
  assert.deepEqual(read.admins, [{ ...admin, revoked: false }]);
  assert.equal(read.nextSerial(), 2);
});

test('what a newer version noted stays, and what no version writes is damage', (t) => {
  const folder = groundOf(t)();
  SiteBook.open(folder).noteNodes([node('Gate')]);
  const path = join(folder, 'site-book.json');
  const json = JSON.parse(readFileSync(path, 'utf8'));
  json.fridges = 3;
  json.nodes[0].colour = 'blue';
  writeFileSync(path, JSON.stringify(json));
  const book = SiteBook.open(folder);
  book.noteNodes([{ ...book.nodes[0]!, name: 'Door' }]);
  const written = JSON.parse(readFileSync(path, 'utf8'));
  assert.equal(written.fridges, 3);
  assert.deepEqual([written.nodes[0].colour, written.nodes[0].name], ['blue', 'Door']);
  const [kept] = written.nodes;
  const damage: readonly Record<string, unknown>[] = [
    { nodes: {} },
    { nodes: [{ ...kept, key: 'AAAA' }] },
    { nodes: [{ ...kept, role: 'king' }] },
    { nodes: [{ ...kept, endsEpoch: -1 }] },
    { invites: [{ id: '../../etc' }] },
    { listRevisions: { x: 'y' } },
    { lastSerial: 0.5 },
    { people: [null] },
  ];
  for (const change of damage) {
    writeFileSync(path, JSON.stringify({ ...written, ...change }));
    const code = { code: 'record-damaged' };
    assert.throws(() => SiteBook.open(folder), code, JSON.stringify(change));
  }
});

test('a full book forgets invites that are spent, and else says so', (t) => {
  const book = SiteBook.open(groundOf(t)());
  const all = Array.from({ length: bookLimits.invitesMax }, (_, i) => invite(i));
  book.addInvites(all);
  assert.throws(() => book.addInvites([invite(5_000)]), { code: 'book-full' });
  book.withdrawInvite(all[7]!.id);
  book.addInvites([invite(5_000)]);
  assert.equal(book.invites.length, bookLimits.invitesMax);
  assert.ok(!book.invites.some(({ id }) => id === all[7]!.id));
});

test('every node that is not revoked is renewed for this epoch and the next', (t) => {
  const folder = groundOf(t)();
  const site = sampleSite();
  const book = SiteBook.open(folder);
  const [gate, box, gone] = [node('Gate', { role: 'gateway' }), node('Box'), node('Gone')];
  book.noteNodes([gate, box, gone]);
  book.markRevoked(gone.key);
  const { siteKey, admin: issuer } = site;
  const renewed = renewNodes(book, { crypto, siteKey, issuer, epoch: 4, unixMs: 99 });
  assert.deepEqual(
    renewed.map(({ name }) => name),
    ['Gate', 'Box'],
  );
  const id = siteIdOf(crypto, siteKey);
  for (const { nodeKey, certificate } of renewed) {
    const good = (epoch: number) =>
      checkCertificate({ crypto, siteKey, site: id, epoch }, certificate, nodeKey).ok;
    assert.deepEqual([4, 5, 6].map(good), [true, true, false]);
  }
  const ends = SiteBook.open(folder).nodes.map(({ endsEpoch }) => endsEpoch);
  assert.deepEqual(ends, [5, 5, 1]);
});

test('a list goes on from the higher of book and mesh, and revokes in the book too', (t) => {
  const folder = groundOf(t)();
  const site = sampleSite();
  const { siteKey, admin: issuer } = site;
  const trust = new TrustBook(crypto, siteKey);
  const book = SiteBook.open(folder);
  const gate = node('Gate');
  book.noteNodes([gate]);
  const add = (revoked: Uint8Array) => [
    { key: revoked, reason: RevocationReason.lost, label: 'Gate' },
  ];
  const first = nextTrustList(book, { crypto, issuer, trust, add: add(gate.key) });
  assert.ok(trust.adopt(first).ok);
  assert.ok(trust.revoked.has(gate.key) && book.nodes[0]!.revoked);
  // The book is an old copy now: what the mesh has goes on counting.
  const old = SiteBook.open(groundOf(t)());
  const other = key();
  const second = nextTrustList(old, { crypto, issuer, trust, add: add(other), epoch: 3 });
  assert.ok(trust.adopt(second).ok);
  assert.ok(trust.revoked.has(gate.key) && trust.revoked.has(other));
  assert.equal(trust.epoch, 3);
  // The mesh is behind: the book counts.
  const behind = new TrustBook(crypto, siteKey);
  old.noteRevision(issuer.key.publicKey, 40);
  assert.ok(behind.adopt(nextTrustList(old, { crypto, issuer, trust: behind })).ok);
  assert.equal(behind.lists[0]!.list.revision, 41);
  const root = rootIssuer(site.root);
  assert.ok(trust.adopt(nextTrustList(book, { crypto, issuer: root, trust, add: [] })).ok);
});
