import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rootIssuer } from '../../src/identity/issued.ts';
import {
  bundleLimits,
  checkTicket,
  concat,
  decodeTicket,
  domain,
  encodeCbor,
  epochMax,
  Role,
  signCertificate,
  signTicket,
  siteIdOf,
  type Ticket,
  ticketIdOf,
  ticketSerialMax,
} from '../../src/index.ts';
import { crypto } from '../support/crypto.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';
import {
  certificate,
  certificateFields,
  guest,
  node,
  root,
  site,
  stranger,
  ticket,
  ticketFields,
  trust,
} from '../support/site.ts';

const byNode = { key: node, certificate };
const byRoot = { key: root, certificate: new Uint8Array(0) };
type Fields = Omit<Ticket, 'issuer'>;

function signed(changes: Partial<Fields>, by: Parameters<typeof signTicket>[2] = byNode) {
  return signTicket(crypto, { ...ticketFields, ...changes }, by);
}

function reasonFor(wire: Uint8Array, subject = guest.publicKey): string {
  const checked = checkTicket(trust, wire, subject);
  return checked.ok ? 'taken' : checked.reason;
}

test('what a node signed for its guest comes back', () => {
  const checked = checkTicket(trust, ticket, guest.publicKey);
  assert.ok(checked.ok);
  const fields = { ...ticketFields, issuer: node.publicKey };
  const chain = { keys: [node.publicKey, guest.publicKey], endsEpoch: ticketFields.epoch };
  assert.deepEqual(checked.value, { ...fields, chain });
  assert.deepEqual(decodeTicket(ticket), fields);
});

test('the root gives every role', () => {
  const fields = fc.record({
    role: fc.constantFrom(Role.guest, Role.user, Role.staff, Role.node, Role.admin),
    serial: fc.integer({ min: 0, max: ticketSerialMax }),
    epoch: fc.integer({ min: trust.epoch, max: epochMax }),
  });
  fc.assert(
    fc.property(fields, (drawn) => {
      const checked = checkTicket(trust, signed(drawn, byRoot), guest.publicKey);
      assert.ok(checked.ok);
      const { role, serial, epoch } = checked.value;
      assert.deepEqual({ role, serial, epoch }, { ...drawn });
    }),
    { numRuns: 50 },
  );
});

test('every bit turned, byte changed or lost is a refusal', () => {
  for (const wire of [...bitFlips(ticket), ...byteChanges(ticket)]) {
    assert.notEqual(reasonFor(wire), 'taken');
  }
  for (const wire of truncated(ticket)) assert.equal(reasonFor(wire), 'ticket-malformed');
  assert.equal(reasonFor(Uint8Array.from([...ticket, 0])), 'ticket-malformed');
  for (const [name, wire] of Object.entries(hostileCbor)) {
    assert.equal(reasonFor(wire), 'ticket-malformed', name);
    assert.equal(decodeTicket(wire), undefined, name);
  }
});

test('the longest ticket fits its limit, and a longer one is not even parsed', () => {
  const longName = { ...certificateFields, capabilities: 2 ** 32 - 1, name: 'ü'.repeat(32) };
  const long = signCertificate(crypto, { ...longName, epoch: epochMax }, rootIssuer(root));
  const by = { key: node, certificate: long };
  const wire = signed({ serial: ticketSerialMax, epoch: epochMax }, by);
  assert.equal(reasonFor(wire), 'taken');
  assert.ok(wire.length <= bundleLimits.ticketBytesMax);
  const over = concat(wire, new Uint8Array(bundleLimits.ticketBytesMax));
  assert.equal(reasonFor(over), 'ticket-malformed');
});

test('a ticket of another site, another device or an ended epoch', () => {
  const other = siteIdOf(crypto, stranger.publicKey);
  const elsewhere = signed({ site: other }, { ...byRoot, key: stranger });
  assert.equal(reasonFor(elsewhere), 'site-foreign');
  assert.equal(reasonFor(ticket, stranger.publicKey), 'ticket-not-yours');
  assert.equal(reasonFor(signed({ epoch: trust.epoch - 1 })), 'ticket-expired');
  assert.equal(reasonFor(signed({ epoch: trust.epoch })), 'taken');
});

test('a node gives guests their role and itself its own, and nothing else', () => {
  for (const role of [Role.user, Role.staff, Role.node, Role.admin]) {
    assert.equal(reasonFor(signed({ role })), 'ticket-forged');
  }
  const itself = signed({ role: Role.node, subject: node.publicKey });
  assert.equal(reasonFor(itself, node.publicKey), 'taken');
  const greater = signed({ role: Role.admin, subject: node.publicKey });
  assert.equal(reasonFor(greater, node.publicKey), 'ticket-forged');
});

test('nobody issues by the certificate of another node', () => {
  const stolen = signed({}, { key: stranger, certificate });
  assert.equal(reasonFor(stolen), 'ticket-forged');
  const selfMade = signCertificate(
    crypto,
    { ...certificateFields, nodeKey: stranger.publicKey },
    rootIssuer(stranger),
  );
  assert.equal(reasonFor(signed({}, { key: stranger, certificate: selfMade })), 'ticket-forged');
  // The guest itself as its own issuer.
  assert.equal(reasonFor(signed({}, { key: guest, certificate })), 'ticket-forged');
});

test('nobody signs as the root', () => {
  const claimed = encodeCbor([1, site, guest.publicKey, Role.admin, 1, 7, root.publicKey]);
  const signature = crypto.sign(concat(domain('ticket'), claimed), stranger.secretKey);
  const wire = encodeCbor([claimed, signature, new Uint8Array(0)]);
  assert.equal(reasonFor(wire), 'ticket-forged');
});

test('a certificate is there exactly when a node signed', () => {
  assert.equal(reasonFor(signed({}, { key: root, certificate })), 'ticket-malformed');
  const none = new Uint8Array(0);
  assert.equal(reasonFor(signed({}, { key: node, certificate: none })), 'ticket-malformed');
  const rubbish = Uint8Array.of(1, 2, 3);
  assert.equal(reasonFor(signed({}, { key: node, certificate: rubbish })), 'ticket-malformed');
});

test('a ticket ends with the certificate inside it, which is no forgery of its bearer', () => {
  const ended = signCertificate(
    crypto,
    { ...certificateFields, epoch: trust.epoch - 1 },
    rootIssuer(root),
  );
  const wire = signed({ epoch: 100 }, { key: node, certificate: ended });
  assert.equal(reasonFor(wire), 'ticket-expired');
});

test('no signature is verified for a ticket that its fields rule out', () => {
  let verified = 0;
  const verify = (): boolean => {
    verified++;
    return true;
  };
  const counting = { ...trust, crypto: { ...crypto, verify } };
  const stolen = signed({}, { key: stranger, certificate });
  const ruledOut = [
    stolen,
    signed({ role: Role.staff }),
    signed({ epoch: 1 }),
    signed({ subject: stranger.publicKey }),
  ];
  for (const wire of ruledOut) assert.ok(!checkTicket(counting, wire, guest.publicKey).ok);
  assert.equal(verified, 0);
  assert.ok(checkTicket(counting, ticket, guest.publicKey).ok);
  assert.equal(verified, 2);
});

test('the id is the hash of the whole wire form', () => {
  const name = Buffer.from('muster/1/ticket-id\0', 'latin1');
  assert.deepEqual(ticketIdOf(crypto, ticket), crypto.blake2b(16, name, ticket));
  assert.notDeepEqual(ticketIdOf(crypto, signed({ serial: 13 })), ticketIdOf(crypto, ticket));
});

test('a ticket signed for another purpose is forged', () => {
  const fields = encodeCbor([1, site, guest.publicKey, Role.guest, 12, 7, root.publicKey]);
  for (const purpose of ['certificate', 'device', 'session']) {
    const signature = crypto.sign(concat(domain(purpose), fields), root.secretKey);
    const wire = encodeCbor([fields, signature, new Uint8Array(0)]);
    assert.equal(reasonFor(wire), 'ticket-forged', purpose);
  }
});
