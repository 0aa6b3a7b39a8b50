/**
 * What liars make out of bundles and tickets that pass by, without the keys of those whose name
 * they use: one function for each way, from a genuine bundle and some octets to turn it with.
 */
import {
  bundleId,
  type CarriedBundle,
  composeBundle,
  decodeFields,
  encodeFields,
  NodeRole,
  newChain,
  Role,
  signCertificate,
  signTicket,
  ticketIdOf,
} from '@muster/core';
import type { SampleBundle } from '@muster/core/testing';
import { crypto, foreignSite, guest, node, site, staff, user } from './cast.ts';

/** Somebody without any papers. */
const stranger = crypto.keyPairFromSeed(new Uint8Array(32).fill(0x66));
const none = new Uint8Array(0);
const id = site.trust.site;

export type Forgery = (from: CarriedBundle, turn: Uint8Array) => CarriedBundle;

function fieldsOf({ signed }: CarriedBundle) {
  const fields = decodeFields(signed);
  if (!fields.ok) throw new Error('a genuine bundle does not decode');
  return fields.value;
}

type Fields = ReturnType<typeof fieldsOf>;

/** Other fields under the old signature. */
function changed(from: CarriedBundle, fields: Partial<Fields>): CarriedBundle {
  return { ...from, signed: encodeFields({ ...fieldsOf(from), ...fields }) };
}

/** Other fields, signed by whoever has this key. */
function signedBy(
  secretKey: Uint8Array,
  from: CarriedBundle,
  fields: Partial<Fields>,
): CarriedBundle {
  const { signed } = changed(from, fields);
  return { ...from, signed, signature: crypto.sign(bundleId(crypto, signed), secretKey) };
}

function flipped(bytes: Uint8Array, turn: Uint8Array): Uint8Array {
  const turned = bytes.slice();
  if (turned.length === 0) return turned;
  const at = ((turn[0] ?? 0) * 256 + (turn[1] ?? 0)) % turned.length;
  turned[at]! ^= 1 << ((turn[2] ?? 0) & 7);
  return turned;
}

/** The next of the author's bundles, which the author never wrote. */
function another(from: CarriedBundle, turn: Uint8Array): Partial<Fields> {
  const payload = turn.slice(0, 64);
  return { payload, seq: fieldsOf(from).seq + 1, prev: new Uint8Array(32).fill(turn[0] ?? 1) };
}

/** A ticket that this issuer is not entitled to, and a bundle of the stranger under it. */
function underTicket(ticket: Uint8Array, turn: Uint8Array): CarriedBundle {
  const author = { key: stranger, site: id, ticket: ticketIdOf(crypto, ticket) };
  const draft = {
    ...({ kind: 1, tag: site.general, lane: 1, lifetimeS: 3600, hopLimit: 5 } as const),
    ...({ stamp: { ms: 1_700_000_000_000, counter: 0 }, quality: 1, payload: turn } as const),
  };
  const { bundle } = composeBundle(crypto, author, { chain: newChain, draft });
  return { signed: bundle.signed, signature: bundle.signature, ageMs: 0, hops: 0, ticket };
}

const toStranger = { site: id, subject: stranger.publicKey, serial: 7, epoch: 9 };
const foreignNode = {
  ...{ site: id, nodeKey: stranger.publicKey, role: NodeRole.gateway, capabilities: 0 },
  ...{ epoch: 9, name: 'mallory' },
};

export const forgeries: Readonly<Record<string, Forgery>> = {
  replayed: (from) => from,
  'age reset': (from, turn) => ({ ...from, ageMs: turn[0] ?? 0, hops: (turn[1] ?? 0) % 15 }),
  'bit in content': (from, turn) => ({ ...from, signed: flipped(from.signed, turn) }),
  'bit in signature': (from, turn) => ({ ...from, signature: flipped(from.signature, turn) }),
  'bit in ticket': (from, turn) => ({ ...from, ticket: flipped(from.ticket, turn) }),
  'no signature': (from, turn) => ({
    ...changed(from, another(from, turn)),
    signature: new Uint8Array(64),
  }),
  'cross-posted': (from, turn) => changed(from, { tag: crypto.blake2b(16, turn) }),
  'other site': (from, turn) => changed(from, { site: crypto.blake2b(16, turn) }),
  'other author': (from) => changed(from, { author: stranger.publicKey }),
  'lives longer': (from, turn) => changed(from, { lifetimeS: 60 + (turn[0] ?? 0) }),
  'goes further': (from, turn) => changed(from, { hopLimit: (turn[0] ?? 0) % 5 }),
  'in their name': (from, turn) => signedBy(stranger.secretKey, from, another(from, turn)),
  'foreign site': (from, turn) =>
    signedBy(stranger.secretKey, from, { ...another(from, turn), site: foreignSite.trust.site }),
  "another's ticket": (from, turn) =>
    signedBy(stranger.secretKey, from, { ...another(from, turn), author: stranger.publicKey }),
  'no ticket': (from, turn) => ({ ...underTicket(from.ticket, turn), ticket: none }),
  'ticket by itself': (_, turn) => {
    const issuer = { key: stranger, certificate: none };
    return underTicket(signTicket(crypto, { ...toStranger, role: Role.staff }, issuer), turn);
  },
  'ticket by a guest': (_, turn) => {
    const issuer = { key: guest.key, certificate: node.certificate };
    return underTicket(signTicket(crypto, { ...toStranger, role: Role.guest }, issuer), turn);
  },
  'staff by a node': (_, turn) => {
    const issuer = { key: node.key, certificate: node.certificate };
    return underTicket(signTicket(crypto, { ...toStranger, role: Role.staff }, issuer), turn);
  },
  'ticket by a foreign site': (_, turn) =>
    underTicket(signTicket(crypto, { ...toStranger, role: Role.user }, foreignSite.root), turn),
  'certificate by a foreign site': (_, turn) => {
    const certificate = signCertificate(crypto, foreignNode, foreignSite.root);
    const issuer = { key: stranger, certificate };
    return underTicket(signTicket(crypto, { ...toStranger, role: Role.guest }, issuer), turn);
  },
};

/**
 * Expired before the first forgery comes. Its id is remembered for two lifetimes more, in which all
 * forgeries of a chunk come; after that, who resets its age may show it once more (time.md).
 */
export const soonGoneS = 3_600;

/** Some that the box has, one of which has expired there, and some that it never saw. */
export const known: readonly SampleBundle[] = [
  ...Array.from({ length: 8 }, (_, i) => guest.write(`guest ${i}`)),
  ...Array.from({ length: 8 }, (_, i) => user.write(`user ${i}`)),
  ...Array.from({ length: 8 }, (_, i) => staff.write(`staff ${i}`, { lane: i % 3 === 0 ? 0 : 1 })),
  staff.write('soon gone', { lifetimeS: soonGoneS }),
];
export const unseen: readonly SampleBundle[] = [guest, user, staff].map((author) =>
  author.write('never put anywhere'),
);
