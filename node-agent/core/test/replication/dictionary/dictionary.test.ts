/** The dictionary of a stream: exact bytes come back, few go over the wire, and no damage hurts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BundleKind, Lane } from '../../../src/bundle/bundle.ts';
import { skipChain } from '../../../src/bundle/compose.ts';
import { bundleId } from '../../../src/bundle/id.ts';
import { Role } from '../../../src/identity/role.ts';
import type { ClockQuality } from '../../../src/ports/clock.ts';
import { BundleDecoder } from '../../../src/replication/dictionary/bundle-decoder.ts';
import { BundleEncoder } from '../../../src/replication/dictionary/bundle-encoder.ts';
import { outgoing } from '../../../src/replication/dictionary/outgoing.ts';
import { ageStepMs, type Passage } from '../../../src/replication/messages/bundle-message.ts';
import {
  type SampleAuthor,
  type SampleBundle,
  SampleSite,
} from '../../../src/testing/sample-site.ts';
import { chance, intBelow, pick, SeededRandom } from '../../../src/testing/seeded-random.ts';
import { crypto } from '../../support/crypto.ts';
import { bitFlips, truncated } from '../../support/mutations.ts';

const passage = { mark: 0, wantHeld: false, hops: 1, ageMs: 32, tellTicket: false };
const size = { authorsMax: 4, headersMax: 3 };
const lane = Lane.normal;

function pair() {
  return {
    encoder: new BundleEncoder(size),
    decoder: new BundleDecoder(crypto, { ...size, lane, sender: 7 }),
  };
}

function sent(bundle: SampleBundle) {
  return outgoing({ ...bundle.carried, id: bundle.id, lane });
}

test('random bundles of many authors and headers come back byte for byte', () => {
  const seed = 31;
  const random = new SeededRandom(seed);
  const site = new SampleSite(crypto, random);
  const authors = Array.from({ length: 8 }, () => site.author(Role.staff));
  const tags = Array.from({ length: 5 }, () => random.bytes(16));
  const { encoder, decoder } = pair();
  const told = new Set<SampleAuthor>();
  let nowMs = 1_700_000_000_000;
  for (let i = 0; i < 1500; i++) {
    const author = pick(random, authors);
    if (chance(random, 0.05)) author.chain = skipChain(author.chain.seq + intBelow(random, 9));
    nowMs += intBelow(random, 5000) - (chance(random, 0.1) ? 20_000 : 0);
    const bundle = author.write('', {
      payload: random.bytes(intBelow(random, 400)),
      kind: intBelow(random, 3) as BundleKind,
      tag: pick(random, tags),
      hopLimit: 5 + intBelow(random, 2),
      quality: intBelow(random, 3) as ClockQuality,
      stamp: { ms: nowMs, counter: chance(random, 0.3) ? intBelow(random, 1000) : 0 },
    });
    const beside: Passage = {
      wantHeld: chance(random, 0.5),
      hops: intBelow(random, 16),
      ageMs: intBelow(random, 100_000) * ageStepMs,
      mark: chance(random, 0.5) ? 1 + intBelow(random, 2 ** 32 - 1) : 0,
    };
    const again = chance(random, 0.05);
    const tellTicket = again || !told.has(author);
    told.add(author);
    const decoded = decoder.decode(encoder.encode(sent(bundle), { ...beside, tellTicket: again }));
    const { signed, signature } = bundle.carried;
    const ticket = tellTicket ? bundle.carried.ticket : new Uint8Array(0);
    // Without a link behind it, the sender is where it entered.
    const mark = beside.hops === 0 && beside.mark !== 0 ? 7 : beside.mark;
    const expected = { ...beside, mark, id: bundle.id, signed, signature, ticket };
    assert.deepEqual(decoded, expected, `seed ${seed}, bundle ${i}`);
  }
});

test('after the first of its author a lone bundle adds 6 bytes to payload and signature', () => {
  const site = new SampleSite(crypto, new SeededRandom(32));
  const author = site.author(Role.user);
  const { encoder } = pair();
  const payload = new Uint8Array(300);
  encoder.encode(sent(author.write('', { payload, stamp: { ms: 1e12, counter: 0 } })), passage);
  const later = author.write('', { payload, stamp: { ms: 1e12 + 15 * 60_000, counter: 0 } });
  assert.equal(encoder.encode(sent(later), passage).length, 300 + 64 + 6);
});

test('age travels in steps and never shrinks', () => {
  const site = new SampleSite(crypto, new SeededRandom(33));
  const author = site.author(Role.user);
  const { encoder, decoder } = pair();
  for (const ageMs of [0, 1, 15, 16, 17, 2_000, 14 * 86_400_000, Number.MAX_SAFE_INTEGER]) {
    const message = encoder.encode(sent(author.write('x')), { ...passage, ageMs });
    const carriedMs = decoder.decode(message)!.ageMs;
    if (ageMs < 2 ** 40) assert.ok(carriedMs >= ageMs && carriedMs < ageMs + ageStepMs);
    assert.ok(Number.isSafeInteger(carriedMs));
  }
});

test('a bundle that cannot be restored is sent whole, between others', () => {
  const site = new SampleSite(crypto, new SeededRandom(34));
  const author = site.author(Role.user);
  const { encoder, decoder } = pair();
  const first = encoder.encode(sent(author.write('one')), passage);
  // Signed bytes of some later version: no array of our fields.
  const odd = { ...author.write('two').carried, signed: Uint8Array.of(0x83, 2, 1, 1) };
  const id = crypto.blake2b(32, odd.signed);
  const raw = encoder.encode(outgoing({ ...odd, id, lane }), passage);
  const third = encoder.encode(sent(author.write('three')), passage);
  assert.ok(decoder.decode(first));
  assert.deepEqual(decoder.decodeRaw(raw)?.signed, odd.signed);
  assert.deepEqual(decoder.decodeRaw(raw)?.ticket, odd.ticket);
  for (const cut of truncated(raw.subarray(0, -3))) decoder.decodeRaw(cut);
  assert.equal(decoder.decodeRaw(raw.subarray(0, 20)), undefined);
  assert.ok(decoder.decode(third));
});

test('what was not defined cannot be used, and no damage throws', () => {
  const site = new SampleSite(crypto, new SeededRandom(35));
  const author = site.author(Role.user);
  const { encoder } = pair();
  const first = sent(author.write('a first message'));
  const defining = encoder.encode(first, passage);
  const following = encoder.encode(sent(author.write('the second')), passage);
  const fresh = () => pair().decoder;
  assert.equal(fresh().decode(following), undefined);
  for (const cut of truncated(defining)) {
    // The payload is what is left, so a cut there yields another bundle, never a malformed one.
    const restored = fresh().decode(cut);
    if (restored) assert.notDeepEqual(restored.id, first.bundle.id);
  }
  for (const flipped of bitFlips(defining)) {
    const restored = fresh().decode(flipped);
    // Whatever is restored is named by what it is, not by what somebody said.
    if (restored) assert.deepEqual(restored.id, bundleId(crypto, restored.signed));
  }
  for (const flipped of bitFlips(following)) {
    const decoder = fresh();
    decoder.decode(defining);
    decoder.decode(flipped);
  }
});

test('slot numbers beyond the dictionary are malformed', () => {
  const site = new SampleSite(crypto, new SeededRandom(36));
  const big = new BundleEncoder({ authorsMax: 64, headersMax: 64 });
  const { decoder } = pair();
  const taken = Array.from({ length: 6 }, () => {
    const bundle = site.author(Role.user).write('x', { tag: site.random.bytes(16) });
    return decoder.decode(big.encode(sent(bundle), passage)) !== undefined;
  });
  assert.deepEqual(taken, [true, true, true, false, false, false]);
});
