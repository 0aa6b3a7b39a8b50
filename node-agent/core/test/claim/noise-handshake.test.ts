import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { NoiseHandshake } from '../../src/claim/noise-handshake.ts';
import { crypto } from '../support/crypto.ts';
import { truncated } from '../support/mutations.ts';

const bytes = (text: string) => fromHex(text)!;

/** The row Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b of cacophony's vectors/cacophony.txt. */
const vector = {
  prologue: '4a6f686e2047616c74',
  psk: '54686973206973206d7920417573747269616e20706572737065637469766521',
  initiatorEphemeral: '893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a',
  responderEphemeral: 'bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b',
  hash:
    'ed5e9692d0ab507b6c2beec3f584fd5b127817a9d20b26cd50aa72c507260fa3' +
    '1aa7d88dd3723316338af37ce0b4cfb2923aeb848bbf2b934911306f01ffc963',
  messages: [
    [
      '4c756477696720766f6e204d69736573',
      'ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944' +
        'ed63df2f5a12aee1185ee9c50305f2ecf12421dcb53c047a63b784cf7c54a105',
    ],
    [
      '4d757272617920526f746862617264',
      '95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843' +
        '0e0fe7d5c0c9b92f7478716c8852f1b4f389edb75e3ebe546fafafd5b6f0f7',
    ],
    ['462e20412e20486179656b', '0fe04b26dcfbb69f8a6a94c61f1a26ef88769218d32f5d17c068a6'],
    ['4361726c204d656e676572', '2239e0c540c01f09eb1f4cc5258fd5acfefff18a5a3773f21b7bfe'],
    [
      '4a65616e2d426170746973746520536179',
      'f216cb03d30fb8af1e561fe02a07552d09b416e27a75e62c77d193718b0bdaae9f',
    ],
    [
      '457567656e2042f6686d20766f6e2042617765726b',
      '6e8baf98b944184dd7dc5ef14d8108cbeca626de118a5460f3308e294d61e17238bce29bd9',
    ],
  ].map(([payload, message]) => ({ payload: payload!, message: message! })),
};

function end(isInitiator: boolean, psk = vector.psk, prologue = vector.prologue) {
  const secret = isInitiator ? vector.initiatorEphemeral : vector.responderEphemeral;
  const random = { bytes: () => bytes(secret) };
  const agreed = { psk: bytes(psk), prologue: bytes(prologue) };
  return new NoiseHandshake({ crypto, random, isInitiator, ...agreed });
}

test('speaks Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b as the published vector does', () => {
  const [initiator, responder] = [end(true), end(false)];
  const [first, second, ...rest] = vector.messages;
  assert.equal(toHex(initiator.write(bytes(first!.payload))), first!.message);
  assert.equal(toHex(responder.read(bytes(first!.message))!), first!.payload);
  assert.equal(toHex(responder.write(bytes(second!.payload))), second!.message);
  assert.equal(toHex(initiator.read(bytes(second!.message))!), second!.payload);
  const [here, there] = [initiator.split(), responder.split()];
  assert.equal(toHex(here.hash), vector.hash);
  assert.equal(toHex(there.hash), vector.hash);
  rest.forEach(({ payload, message }, i) => {
    const [from, to] = i % 2 === 0 ? [here, there] : [there, here];
    assert.equal(toHex(from.send.seal(bytes(payload))), message);
    assert.equal(toHex(to.receive.open(bytes(message))!), payload);
    assert.equal(to.receive.open(bytes(message)), undefined, 'a repeated message');
  });
});

test('another key, another prologue, or a changed or cut first message opens nothing', () => {
  const first = bytes(vector.messages[0]!.message);
  assert.equal(end(false, vector.psk.replace('54', '55')).read(first), undefined);
  assert.equal(end(false, vector.psk, '00').read(first), undefined);
  for (const cut of truncated(first)) assert.equal(end(false).read(cut), undefined);
  for (let at = 0; at < first.length; at++) {
    const changed = first.slice();
    changed[at]! ^= 0x10;
    assert.equal(end(false).read(changed), undefined, `byte ${at}`);
  }
});

test('a changed or cut second message, or a point of low order, opens nothing', () => {
  const second = bytes(vector.messages[1]!.message);
  const begun = () => {
    const initiator = end(true);
    initiator.write(new Uint8Array(0));
    return initiator;
  };
  for (const cut of truncated(second)) assert.equal(begun().read(cut), undefined);
  const low = second.slice().fill(0, 0, 32);
  assert.equal(begun().read(low), undefined);
  assert.equal(end(false).read(low), undefined);
});
