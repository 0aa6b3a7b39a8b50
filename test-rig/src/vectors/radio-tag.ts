/**
 * radio-tag.json: what members and blank boxes say on air, with the steps on the way there, and
 * what is taken for foreign or malformed.
 */
import {
  claimIdOf,
  claimTagOf,
  concat,
  domain,
  type RadioTag,
  radioIdOf,
  radioKeyOf,
  sealRadioTag,
} from '@muster/core';
import { crypto, foreignRoot, node, none, root, secondNode } from './cast.ts';
import type { Vector } from './json.ts';

const siteKey = root.key.publicKey;
const radioKey = radioKeyOf(crypto, siteKey);
const nonces = [0x00, 0x5a, 0xff].map((byte) => new Uint8Array(5).fill(byte));
const idOf = (of: typeof node): Uint8Array => radioIdOf(crypto, siteKey, of.key.publicKey);

export function radioTagVectors(): Vector {
  return {
    about:
      'Radio tags and claim tags; docs/protocol/ble.md says how. `foreign` and `malformed` are ' +
      'refused by members of the site. All bytes are hex.',
    siteKey,
    radioKey,
    ids: [node, secondNode].map((of) => ({ nodeKey: of.key.publicKey, id: idOf(of) })),
    tags: { valid: validTags(), foreign: foreignTags(), malformed: malformedTags() },
    claimTags: claimTags(),
  };
}

function validTags(): Vector[] {
  const said: readonly RadioTag[] = [
    { id: idOf(node), kind: 'node' },
    { id: idOf(secondNode), kind: 'node' },
    { id: Uint8Array.of(0, 0, 1), kind: 'carrier' },
  ];
  return said.flatMap(({ id, kind }) =>
    nonces.map((nonce) => ({
      ...{ id, kind, nonce },
      tag: sealRadioTag(crypto, radioKey, { id, kind }, nonce),
    })),
  );
}

function foreignTags(): Vector[] {
  const tag: RadioTag = { id: idOf(node), kind: 'node' };
  const right = sealRadioTag(crypto, radioKey, tag, nonces[1]!);
  const otherKey = radioKeyOf(crypto, foreignRoot.key.publicKey);
  const turned = (at: number, by: number): Uint8Array => {
    const changed = right.slice();
    changed[at]! ^= by;
    return changed;
  };
  return [
    { why: 'Another site.', tag: sealRadioTag(crypto, otherKey, tag, nonces[1]!) },
    { why: 'Bit turned in the nonce.', tag: turned(0, 1) },
    { why: 'Bit turned in the id.', tag: turned(5, 0x80) },
    { why: 'Another kind.', tag: turned(8, 0x40) },
    { why: 'Bit turned in the check.', tag: turned(9, 1) },
    { why: 'A kind that is not known.', tag: tagOfKind(2) },
    { why: 'Zeros.', tag: new Uint8Array(10) },
  ];
}

/** As sealRadioTag does it, written out, for any kind. */
function tagOfKind(kind: number): Uint8Array {
  const nonce = nonces[1]!;
  const hashed = (name: string, ...parts: Uint8Array[]): Uint8Array =>
    crypto.blake2b(16, domain(name), radioKey, nonce, ...parts);
  const check = hashed('radio-check', idOf(node), Uint8Array.of(kind));
  const tail = [(kind << 6) | (check[0]! >> 2), ((check[0]! & 3) << 6) | (check[1]! >> 2)];
  const mask = hashed('radio-mask');
  return concat(
    nonce,
    Uint8Array.from([...idOf(node), ...tail], (byte, i) => byte ^ mask[i]!),
  );
}

function malformedTags(): Vector[] {
  const right = sealRadioTag(crypto, radioKey, { id: idOf(node), kind: 'node' }, nonces[0]!);
  return [
    { why: 'No bytes.', tag: none },
    { why: 'Cut off by a byte.', tag: right.subarray(0, 9) },
    { why: 'A byte too many.', tag: Uint8Array.of(...right, 0) },
  ];
}

function claimTags(): Vector[] {
  return [0x07, 0xa5].flatMap((byte) => {
    const secret = new Uint8Array(16).fill(byte);
    const claimId = claimIdOf(crypto, secret);
    return nonces.map((nonce) => ({
      ...{ secret, claimId, nonce },
      tag: claimTagOf(crypto, claimId, nonce),
    }));
  });
}
