/**
 * The bundles of bundle-invalid.json that are well-formed and still not to be taken: of another
 * site, seen or expired, without right, forged, or against what was taken before.
 */
import { bundleId, encodeDescription, encodeFields, Role, ticketIdOf } from '@muster/core';
import {
  malleableTwin,
  mixedOrderKey,
  mixedOrderSignature,
  smallOrderKey,
  smallOrderKeySignature,
  smallOrderR,
} from './bad-signatures.ts';
import { written } from './bundle-case.ts';
import { stageDescription, stageTag } from './bundle-contents.ts';
import {
  crypto,
  foreignSite,
  guest,
  none,
  otherGuest,
  staff,
  stranger,
  ticketFor,
  tickets,
} from './cast.ts';
import type { Vector } from './json.ts';
import { type Carried, describeRefusal, type Refusal, signedParts } from './refusal.ts';

const valid = written({ payload: new Uint8Array(4).fill(0x5a) });
const byStaff = { author: staff, ticket: tickets.staff };

export function forgedBundles(): Vector[] {
  return [...elsewhere(), ...forgeries(), ...doubtfulSignatures(), ...later()].map(describeRefusal);
}

function elsewhere(): Refusal[] {
  const fields = { ...valid.fields, site: foreignSite };
  const signed = encodeFields(fields);
  const signature = crypto.sign(bundleId(crypto, signed), guest.key.secretKey);
  return [
    {
      name: 'of another site',
      why: 'Right in every way, but for another site; told before any ticket is looked at.',
      reason: 'site-foreign',
      signed,
      signature,
    },
    {
      name: 'seen before',
      why: 'The same bundle once more; a replay is dropped by its id.',
      reason: 'seen',
      before: [signedParts(valid)],
      ...signedParts(valid),
    },
    {
      name: 'older than its lifetime',
      why: 'Its holders together kept it for as long as it may live.',
      reason: 'expired',
      ...signedParts(valid),
      ageMs: valid.fields.lifetimeS * 1000,
    },
  ];
}

/** The fields of the valid bundle changed under its old signature. */
function tampered(changes: Partial<typeof valid.fields>): Carried {
  return { signed: encodeFields({ ...valid.fields, ...changes }), signature: valid.signature };
}

function forgeries(): Refusal[] {
  const flipped = valid.signature.slice();
  flipped[0]! ^= 1;
  const byOther = (message: Uint8Array, key = stranger.key) => crypto.sign(message, key.secretKey);
  const rows: readonly (readonly [name: string, why: string, carried: Carried])[] = [
    [
      'signature of zeros',
      'Nobody signed.',
      { signed: valid.signed, signature: new Uint8Array(64) },
    ],
    ['bit turned in the signature', 'Damage.', { signed: valid.signed, signature: flipped }],
    [
      'bit turned in the payload',
      'Another bundle than was signed.',
      tampered({ payload: Uint8Array.of(0x5a, 0x5a, 0x5a, 0x5b) }),
    ],
    [
      'stamp changed',
      'Another bundle than was signed.',
      tampered({ stamp: { ms: 1, counter: 0 } }),
    ],
    [
      'lifetime changed',
      'Nobody on the way makes it live longer.',
      tampered({ lifetimeS: 21_599 }),
    ],
    [
      'signed by a stranger',
      'Forged: the author did not sign.',
      { signed: valid.signed, signature: byOther(valid.id) },
    ],
    [
      'signature of another bundle',
      'The author signed, but not this.',
      { signed: valid.signed, signature: written({ lifetimeS: 60 }).signature },
    ],
    [
      'signature over the bytes instead of the id',
      'What is signed is the id, which holds the domain.',
      { signed: valid.signed, signature: byOther(valid.signed, guest.key) },
    ],
    [
      'signature with s + L',
      'The malleable twin of the right signature; s must be below the order of the group.',
      { signed: valid.signed, signature: malleableTwin(valid.signature) },
    ],
  ];
  return rows.map(([name, why, carried]) => ({ name, why, reason: 'signature-wrong', ...carried }));
}

/** Where verifiers differ. The tickets are right; only the equation and its points are in doubt. */
function doubtfulSignatures(): Refusal[] {
  const small = byKey(smallOrderKey);
  const mixed = byKey(mixedOrderKey);
  const nonce = otherGuest;
  const reason = 'signature-wrong';
  return [
    {
      name: 'author key of small order',
      why: 'Without a check of the key this signature fits every message.',
      reason,
      ...small,
      signature: smallOrderKeySignature,
    },
    {
      name: 'R of small order',
      why: 'By the right author, and it fits the equation; R must not be of small order.',
      reason,
      signed: valid.signed,
      signature: smallOrderR(valid.id, guest),
    },
    {
      name: 'author key of mixed order',
      why: 'It fits the equation times the cofactor, and not the equation itself, which counts.',
      reason,
      ...mixed,
      signature: mixedOrderSignature(bundleId(crypto, mixed.signed), { stranger, nonce }),
    },
  ];
}

/** The valid bundle with this key for its author, and a ticket for it. */
function byKey(publicKey: Uint8Array): {
  readonly signed: Uint8Array;
  readonly ticket: Uint8Array;
} {
  const key = { publicKey, secretKey: none };
  const ticket = ticketFor({ ...guest, key }, Role.guest);
  const fields = { ...valid.fields, author: publicKey, ticket: ticketIdOf(crypto, ticket) };
  return { signed: encodeFields(fields), ticket };
}

/** What only an authentic bundle can run into, because of what was taken before it. */
function later(): Refusal[] {
  const one = written({ payload: Uint8Array.of(1) });
  const two = written({ payload: Uint8Array.of(2) });
  const next = written({}, { chain: { seq: 1, prev: one.id } });
  const description = written(
    { kind: 2, tag: stageTag, payload: encodeDescription(stageDescription) },
    byStaff,
  );
  return [
    {
      name: 'after a fork',
      why: 'A fork froze the author; what it writes is remembered as seen and not kept.',
      reason: 'author-frozen',
      before: [signedParts(one), signedParts(two)],
      ...signedParts(next),
    },
    {
      name: 'announcement by someone else',
      why: 'The description names the creator and one writer; this author is neither.',
      reason: 'not-a-writer',
      before: [{ ...signedParts(description), ticket: tickets.staff }],
      ...signedParts(written({ tag: stageTag })),
    },
  ];
}
