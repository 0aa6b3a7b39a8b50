/**
 * The worked example of docs/protocol/bundle.md, derived from the text of the specification alone:
 * primitives of libsodium and bytes written down here, nothing of the core. What it derives must be
 * the first bundle of bundle.json.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ascii, domain, hash, join, keysOf, sign, text } from '../support/by-hand.ts';
import { load } from './load.ts';

const root = keysOf('01');
const node = keysOf('02');
const guest = keysOf('11');

/** identity.md: the site id. */
const site = hash(16, domain('site'), root.publicKey);

/** identity.md: the node's certificate. Role node, no capabilities, until epoch 8, named "node". */
function certificate(): Uint8Array {
  const issuer = root.publicKey;
  const fields = ['88 01 50', site, '5820', node.publicKey, '00 00 08'] as const;
  const signed = join(...fields, '64', ascii('node'), '5820', issuer);
  assert.equal(signed.length, 0x5f);
  const signature = sign(join(domain('certificate'), signed), root.privateKey);
  return join('82 585f', signed, '5840', signature);
}

/** identity.md: the guest's ticket. Role guest, serial 1, until epoch 8, issued by the node. */
function ticket(): Uint8Array {
  const fields = ['87 01 50', site, '5820', guest.publicKey, '00 01 08'] as const;
  const signed = join(...fields, '5820', node.publicKey);
  assert.equal(signed.length, 0x5a);
  const signature = sign(join(domain('ticket'), signed), node.privateKey);
  const inside = certificate();
  assert.equal(inside.length, 0xa4);
  return join('83 585a', signed, '5840', signature, '58a4', inside);
}

/** channels.md: a message. */
function payload(): Uint8Array {
  const words = ascii('Is anybody at the north gate?');
  assert.equal(words.length, 0x1d);
  return join('83 01 63', ascii('Ada'), '78 1d', words);
}

/** bundle.md: the signed part. */
function signedPart(): Uint8Array {
  const tag = hash(16, domain('channel'), site, root.publicKey, ascii('general'));
  const ticketId = hash(16, domain('ticket-id'), ticket());
  return join(
    '90', // an array of 16
    '01', // version
    '50',
    site,
    '01', // kind: message
    '50',
    tag,
    '5820',
    guest.publicKey,
    '50',
    ticketId,
    '00', // seq
    '40', // prev: none
    '01', // lane: normal
    '19 5460', // lifetime: 21,600 s
    '05', // hop limit
    '00', // scope: anywhere
    '1b 000001a1fb671800', // stamp: 2026-11-21T00:00:00Z in milliseconds
    '00', // counter
    '01', // clock quality: device
    '58 25',
    payload(),
  );
}

test('the worked example follows from the specification alone', () => {
  interface First {
    readonly bundles: readonly Readonly<
      Record<'ticket' | 'signed' | 'id' | 'signature' | 'orderKey', string>
    >[];
  }
  const [expected] = load<First>('bundle.json').bundles;
  const signed = signedPart();
  const id = hash(32, domain('bundle'), signed);
  const signature = sign(id, guest.privateKey);
  const orderKey = join(
    '01a1fb671800',
    '000000',
    guest.publicKey.subarray(0, 8),
    id.subarray(0, 8),
  );
  assert.equal(text(ticket()), expected?.ticket);
  assert.equal(text(signed), expected?.signed);
  assert.equal(text(id), expected?.id);
  assert.equal(text(signature), expected?.signature);
  assert.equal(text(orderKey), expected?.orderKey);
});
