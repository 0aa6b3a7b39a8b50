/** The receive order: every reason, that it comes in order, and what each refusal costs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleKind, type CarriedBundle, Lane } from '../../src/bundle/bundle.ts';
import { equalBytes } from '../../src/bytes/compare.ts';
import { Role } from '../../src/identity/role.ts';
import type { SiteTrust } from '../../src/identity/site.ts';
import { ticketIdOf } from '../../src/identity/ticket.ts';
import { ExpiredIds, expiredPrefix } from '../../src/inventory/expired-ids.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { bundleLimits } from '../../src/limits.ts';
import type { Crypto } from '../../src/ports/crypto.ts';
import { Authors } from '../../src/receive/authors.ts';
import type { DropReason } from '../../src/receive/drop-reason.ts';
import { judge, type QuotaCheck, type ReceiveState } from '../../src/receive/receive.ts';
import { TicketBook } from '../../src/receive/ticket-book.ts';
import { SampleSite } from '../../src/testing/sample-site.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { crypto } from '../support/crypto.ts';

/** The real crypto, counting how often a signature is checked. */
class CountingCrypto {
  verified = 0;
  readonly crypto: Crypto = {
    ...crypto,
    verify: (signature, message, publicKey) => {
      this.verified++;
      return crypto.verify(signature, message, publicKey);
    },
  };
}

class Gate {
  readonly random = new SeededRandom(11);
  readonly counting = new CountingCrypto();
  readonly site = new SampleSite(this.counting.crypto, this.random);
  readonly node = this.site.node('gate');
  readonly guest = this.site.guest(this.node);
  readonly inventory = new Inventory(this.random);
  readonly expired = new ExpiredIds();
  readonly authors = new Authors();
  writersOnly = false;
  isNeighbour = false;
  /** Whom it believes of its own site. */
  believed: SiteTrust = this.site.trust;
  readonly state: ReceiveState = {
    trust: this.site.trust,
    inventory: this.inventory,
    expired: this.expired,
    authors: this.authors,
    tickets: new TicketBook({ ticket: () => undefined }),
    trustFor: (fields) =>
      equalBytes(fields.site, this.site.trust.site) ? this.believed : undefined,
    mayWrite: () => !this.writersOnly,
  };

  judge(carried: CarriedBundle, quota: QuotaCheck = () => undefined) {
    return judge(this.state, carried, { quota, isNeighbour: this.isNeighbour });
  }

  /** The reason, and how many signatures were checked to find it. */
  reason(carried: CarriedBundle, quota?: QuotaCheck): [DropReason | 'taken', number] {
    const before = this.counting.verified;
    const judgement = this.judge(carried, quota);
    const cost = this.counting.verified - before;
    if (!judgement.ok) return [judgement.reason, cost];
    return [judgement.value.seenOnly ?? 'taken', cost];
  }
}

test('a good bundle is taken; its ticket is verified once, not with every bundle', () => {
  const gate = new Gate();
  // First: certificate, ticket and bundle; then the bundle alone.
  assert.deepEqual(gate.reason(gate.guest.write('one').carried), ['taken', 3]);
  assert.deepEqual(gate.reason(gate.guest.write('two').carried), ['taken', 1]);
  const bare = { ...gate.guest.write('three').carried, ticket: new Uint8Array(0) };
  assert.deepEqual(gate.reason(bare), ['taken', 1]);
});

test('size and shape are refused before anything is hashed or verified', () => {
  const gate = new Gate();
  const good = gate.guest.write('x').carried;
  const huge = { ...good, signed: new Uint8Array(bundleLimits.signedBytesMax + 1) };
  assert.deepEqual(gate.reason(huge), ['too-large', 0]);
  assert.deepEqual(gate.reason({ ...good, signed: new Uint8Array(0) }), ['malformed', 0]);
  assert.deepEqual(gate.reason({ ...good, signature: new Uint8Array(63) }), ['malformed', 0]);
  const later = good.signed.slice();
  later[1] = 2;
  assert.deepEqual(gate.reason({ ...good, signed: later }), ['version-unknown', 0]);
});

test('what is foreign, seen, dead or too old is refused without a signature check', () => {
  const gate = new Gate();
  const stranger = new Gate();
  const elsewhere = new SampleSite(crypto, new SeededRandom(12));
  const foreign = elsewhere.guest(elsewhere.node('far')).write('x').carried;
  assert.deepEqual(gate.reason(foreign), ['site-foreign', 0]);
  assert.equal(stranger.site.trust.site.length, 16);

  const { id, carried } = gate.guest.write('x');
  assert.deepEqual(gate.reason({ ...carried, ageMs: 6 * 3600 * 1000 }), ['expired', 0]);
  assert.deepEqual(gate.reason({ ...carried, ageMs: Number.NaN }), ['expired', 0]);
  gate.expired.add({ prefix: expiredPrefix(id), forgetTickMs: 1 });
  assert.deepEqual(gate.reason(carried), ['expired-known', 0]);
});

test('tickets: missing, of another, forged, beyond the role', () => {
  const gate = new Gate();
  const { carried } = gate.guest.write('x');
  const none = new Uint8Array(0);
  assert.deepEqual(gate.reason({ ...carried, ticket: none }), ['ticket-missing', 0]);
  const other = gate.site.guest(gate.node);
  // Another ticket than the one that the bundle names is as good as none.
  assert.deepEqual(gate.reason({ ...carried, ticket: other.ticket }), ['ticket-missing', 0]);

  const impostor = new SampleSite(crypto, new SeededRandom(13)).node('impostor');
  const forged = gate.site.guest(impostor).write('x').carried;
  assert.equal(gate.reason(forged)[0], 'ticket-forged');
  const raised = gate.site.author(Role.staff, gate.node).write('x').carried;
  assert.equal(gate.reason(raised)[0], 'ticket-forged');

  const big = gate.guest.write('x'.repeat(3000)).carried;
  assert.equal(gate.reason(big)[0], 'payload-over-role');
  const long = gate.guest.write('x', { lifetimeS: 7 * 3600 }).carried;
  assert.equal(gate.reason(long)[0], 'lifetime-over-role');
  const far = gate.guest.write('x', { hopLimit: 6 }).carried;
  assert.equal(gate.reason(far)[0], 'hops-over-role');
  const urgent = gate.guest.write('x', { lane: Lane.urgent }).carried;
  assert.equal(gate.reason(urgent)[0], 'lane-over-role');
});

test('whether a ticket holds is asked each time, and costs no signature again', () => {
  const gate = new Gate();
  gate.reason(gate.guest.write('one').carried);
  const later = gate.guest.write('two').carried;
  const { epoch: _, ...known } = gate.site.trust;
  const believe = (epoch: number, revoked: readonly Uint8Array[] = []) => {
    const has = (key: Uint8Array) => revoked.some((other) => equalBytes(key, other));
    gate.believed = { ...known, epoch, revoked: { has, hasAdmin: () => false } };
  };
  believe(0);
  assert.deepEqual(gate.reason(later), ['taken', 1]);
  believe(1);
  assert.deepEqual(gate.reason(later), ['ticket-expired', 0]);
  for (const key of [gate.guest.key.publicKey, gate.node.key.publicKey]) {
    believe(0, [key]);
    assert.deepEqual(gate.reason(later), ['ticket-revoked', 0]);
  }
  gate.isNeighbour = true;
  assert.deepEqual(gate.reason(later), ['ticket-revoked', 1], 'remembered, so it is verified');
  believe(1);
  assert.deepEqual(gate.reason(later), ['taken', 1], 'one epoch of grace');
  believe(2);
  assert.deepEqual(gate.reason(later), ['ticket-expired', 1]);
});

test('acts are of admins, reports of nodes', () => {
  const gate = new Gate();
  const staff = gate.site.author(Role.staff);
  const admin = gate.site.admin('Ada');
  for (const [kind, author, reason] of [
    [BundleKind.adminAct, staff, 'not-a-writer'],
    [BundleKind.nodeReport, staff, 'not-a-writer'],
    [BundleKind.nodeReport, admin, 'not-a-writer'],
    [BundleKind.adminAct, admin, 'taken'],
    [BundleKind.grant, staff, 'taken'],
  ] as const) {
    assert.equal(gate.reason(author.write('', { kind }).carried)[0], reason);
  }
});

test('staff may use the urgent lane within its own limits', () => {
  const gate = new Gate();
  const staff = gate.site.author(Role.staff);
  const urgent = { lane: Lane.urgent, hopLimit: 15, lifetimeS: 14 * 86_400 };
  assert.equal(gate.reason(staff.write('fire', urgent).carried)[0], 'taken');
  const big = staff.write('x'.repeat(2100), urgent).carried;
  assert.equal(gate.reason(big)[0], 'payload-over-role');
});

test('quota is asked before the signature and after the ticket', () => {
  const gate = new Gate();
  const { carried } = gate.guest.write('x');
  assert.deepEqual(
    gate.reason(carried, () => 'quota-author'),
    ['quota-author', 2],
  );
  assert.deepEqual(gate.reason(carried), ['taken', 1]);
});

test('every flipped bit of the signature is refused, and so is a swapped author', () => {
  const gate = new Gate();
  const { carried } = gate.guest.write('x');
  for (let bit = 0; bit < 512; bit += 37) {
    const signature = carried.signature.slice();
    signature[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(gate.reason({ ...carried, signature })[0], 'signature-wrong');
  }
  const other = gate.guest.write('y').carried;
  assert.equal(gate.reason({ ...carried, signature: other.signature })[0], 'signature-wrong');
});

test('two contents under one number are told as a fork; what follows is only seen', () => {
  const gate = new Gate();
  const fork = gate.guest.fork('other');
  const { carried, id } = gate.guest.write('one');
  const judged = gate.judge(carried);
  assert.ok(judged.ok);
  const { bundle, known } = judged.value;
  gate.inventory.add({
    row: 1,
    id,
    author: bundle.fields.author,
    issuer: known.ticket.issuer,
    tag: bundle.fields.tag,
    kind: BundleKind.message,
    lane: Lane.normal,
    role: Role.guest,
    seq: 0,
    bytes: 1,
    hops: 0,
    ageMs: 0,
    arrivedTickMs: 0,
    expiresTickMs: 1,
    arrivedUnixMs: 0,
    orderKey: new Uint8Array(25),
    held: true,
  });
  assert.equal(gate.reason(carried)[0], 'seen');
  const second = gate.judge(fork.carried);
  assert.ok(second.ok && second.value.forkOf === gate.inventory.slotOf(id));
  gate.authors.freeze(gate.guest.key.publicKey);
  assert.equal(gate.reason(gate.guest.write('two').carried)[0], 'author-frozen');
});

test('a policy that forbids writing leaves an authentic bundle seen and not kept', () => {
  const gate = new Gate();
  gate.writersOnly = true;
  assert.equal(gate.reason(gate.guest.write('x').carried)[0], 'not-a-writer');
});

test('unsigned age and hops are clamped', () => {
  const gate = new Gate();
  const { carried } = gate.guest.write('x');
  const judged = gate.judge({ ...carried, ageMs: -5, hops: -3 });
  assert.ok(judged.ok);
  assert.equal(judged.value.ageMs, 0);
  assert.equal(judged.value.hops, 0);
  const far = gate.judge({ ...carried, hops: 1e9 });
  assert.ok(far.ok && far.value.hops === bundleLimits.hopLimitMax);
});

test('a stored ticket of somebody else is named as that, not as missing', () => {
  const gate = new Gate();
  const store = { ticket: () => gate.guest.ticket };
  const book = new TicketBook(store);
  const id = ticketIdOf(crypto, gate.guest.ticket);
  const none = new Uint8Array(0);
  const other = gate.site.guest(gate.node).key.publicKey;
  assert.deepEqual(book.find({ id, author: other }, none, gate.site.trust), {
    ok: false,
    reason: 'ticket-not-yours',
  });
  const own = book.find({ id, author: gate.guest.key.publicKey }, none, gate.site.trust);
  assert.equal(own.ok && own.value.stored, true);
});

test('an older record of an author takes nothing from what its bundles say', () => {
  const authors = new Authors();
  const author = new Uint8Array(32).fill(1);
  authors.saw(author, 9);
  authors.load({ author, seqMax: 4, frozen: true });
  authors.load({ author, seqMax: 4, frozen: true });
  assert.deepEqual([authors.seqMax(author), authors.isFrozen(author)], [9, true]);
  assert.equal(authors.frozenCount, 1);
});
