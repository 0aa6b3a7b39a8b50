import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClaimChannel } from '../../src/claim/claim-channel.ts';
import { type ClaimMessage, decodeClaimMessage } from '../../src/claim/claim-message.ts';
import {
  checkProvision,
  claimLimits,
  decodeAdminPapers,
  decodeClaimCode,
  encodeCbor,
  toBase32,
} from '../../src/index.ts';
import { SeededRandom } from '../../src/testing/index.ts';
import { ada } from '../support/admins.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import { blank, codeOf, endsOf, play, siteKey, wireFor } from './claim-world.ts';

const kinds = ['invite', 'label'] as const;

/** Two channels that one in the middle opened with the code's secret, one to each victim. */
function intercepted(seed: number) {
  const random = new SeededRandom(seed);
  const end = (isInitiator: boolean) =>
    new ClaimChannel({ crypto, random, code: codeOf('invite'), isInitiator });
  const link = (initiator: ClaimChannel, responder: ClaimChannel) => {
    const answer = responder.answer(initiator.greet());
    assert.ok(answer.ok && initiator.open(answer.value).ok);
  };
  const [subject, towardsSubject] = [end(true), end(false)];
  const [towardsIssuer, issuer] = [end(true), end(false)];
  link(subject, towardsSubject);
  link(towardsIssuer, issuer);
  return { subject, towardsSubject, towardsIssuer, issuer };
}

test('whoever knows the secret and stands between gives the two people two codes', () => {
  let same = 0;
  for (let seed = 0; seed < 500; seed++) {
    const { subject, towardsSubject, towardsIssuer, issuer } = intercepted(seed);
    const left = subject.comparisonCode(towardsSubject.nonce);
    const right = issuer.comparisonCode(towardsIssuer.nonce);
    assert.ok(left && right);
    if (left === right) same++;
  }
  // One in a million each; two of 500 would be a hole.
  assert.ok(same <= 1, `${same} of 500 the same`);
});

test('the answering end is bound to its nonce before it sees the other: none can be tried', () => {
  const random = new SeededRandom(78);
  const { subject, towardsSubject, towardsIssuer, issuer } = intercepted(77);
  const wanted = issuer.comparisonCode(towardsIssuer.nonce);
  for (let tries = 0; tries < 5_000; tries++) {
    assert.equal(subject.comparisonCode(random.bytes(16)), undefined);
  }
  // Nor does the other victim's nonce serve: its commitment was made in another channel.
  assert.equal(subject.comparisonCode(issuer.nonce), undefined);
  assert.notEqual(subject.comparisonCode(towardsSubject.nonce), wanted);
});

test('what one end proved in a channel proves nothing in another, nor in the other role', () => {
  const { subject, towardsSubject, towardsIssuer } = intercepted(5);
  const key = keyPair(50);
  const proof = subject.prove('subject', key);
  const shown = { key: key.publicKey, proof };
  assert.equal(towardsSubject.isProven('subject', shown), true);
  assert.equal(towardsSubject.isProven('issuer', shown), false);
  assert.equal(towardsIssuer.isProven('subject', shown), false);
  assert.equal(towardsSubject.isProven('subject', { ...shown, key: blank.publicKey }), false);
});

test('with a photograph of the code one can claim, but under a key and code of one’s own', () => {
  const thief = play('invite', { seed: 3, subject: { key: keyPair(66), name: 'blank box' } });
  const node = play('invite', { seed: 4 });
  assert.notDeepEqual(thief.issuer.subject?.key, node.issuer.subject?.key);
  assert.notEqual(thief.issuer.comparisonCode, node.subject.comparisonCode);
});

test('whoever shows the key of another without having it is refused', () => {
  const { secretKey } = keyPair(66);
  const admin = { key: { publicKey: ada.key.publicKey, secretKey } };
  const issuer = { issuer: { ...admin, certificate: ada.certificate } };
  const box = { key: { publicKey: blank.publicKey, secretKey } };
  const played = [play('invite', { issuer }), play('label', { subject: box })];
  played.push(play('label', { issuer }), play('invite', { subject: box }));
  for (const { issuerFault, subjectFault, issuer: end, subject } of played) {
    assert.deepEqual([issuerFault, subjectFault], ['bad-proof', 'bad-proof']);
    assert.deepEqual([end.subject && subject.site, end.phase], [undefined, 'failed']);
  }
});

/** An admin's end, and a claimant that says in the channel whatever it likes. */
function unrulyClaimant() {
  const { issuer } = endsOf('invite');
  const random = new SeededRandom(12);
  const channel = new ClaimChannel({ crypto, random, code: codeOf('invite'), isInitiator: true });
  const say = (message: ClaimMessage) => issuer.receive(channel.seal(message));
  const first = issuer.receive(channel.greet());
  assert.ok(first.kind === 'send' && channel.open(first.message).ok);
  const proof = channel.prove('subject', blank);
  const said = { nonce: channel.nonce, key: blank.publicKey, proof, name: 'box', version: '1' };
  const introduction = { type: 'subject', ...said } as const;
  return { issuer, say, introduction };
}

test('a claimant that speaks out of turn ends its claim, and gets and gains nothing', () => {
  const document = wireFor('invite');
  const plays: readonly (readonly ClaimMessage['type'][])[] = [
    ...([['done'], ['closed'], ['offer'], ['subject']] as const),
    ...([
      ['ready', 'ready'],
      ['ready', 'done'],
      ['ready', 'closed'],
    ] as const),
  ];
  for (const types of plays) {
    const { issuer, say, introduction } = unrulyClaimant();
    assert.equal(say(introduction).kind, 'send');
    const steps = types.map((type) =>
      say(type === 'subject' ? introduction : ({ type, document } as unknown as ClaimMessage)),
    );
    const last = steps.at(-1);
    assert.ok(last?.kind === 'ended' && last.fault === 'tampered', types.join(', '));
    assert.equal(issuer.phase, 'failed');
    assert.equal(issuer.confirm(document).kind, 'ended', 'no papers after that');
  }
  const { issuer, say } = unrulyClaimant();
  const early = say({ type: 'ready' });
  assert.ok(early.kind === 'ended' && early.fault === 'malformed');
  assert.equal(issuer.subject, undefined);
});

test('an issuer that offers twice, or speaks without an offer, leaves the box blank', () => {
  const box = wireFor('label');
  const plays: readonly (readonly ClaimMessage['type'][])[] = [
    ...([['offer', 'offer'], ['offer', 'closed'], ['closed'], ['done'], ['issuer']] as const),
  ];
  for (const types of plays) {
    const { subject } = endsOf('label');
    const random = new SeededRandom(13);
    const channel = new ClaimChannel({ crypto, random, code: codeOf('label'), isInitiator: true });
    const first = subject.receive(channel.greet());
    assert.ok(first.kind === 'send' && channel.open(first.message).ok);
    const { nonce } = channel;
    const said = { nonce, key: ada.key.publicKey, proof: channel.prove('issuer', ada.key) };
    const site = { certificate: ada.certificate, siteKey, siteName: 'Harbour' };
    const introduction = { type: 'issuer', ...said, ...site } as const;
    const say = (message: ClaimMessage) => subject.receive(channel.seal(message));
    assert.equal(say(introduction).kind, 'send');
    const steps = types.map((type) =>
      say(type === 'issuer' ? introduction : ({ type, document: box } as unknown as ClaimMessage)),
    );
    const last = steps.at(-1);
    assert.ok(last?.kind === 'ended' && last.fault === 'tampered', types.join(', '));
    assert.deepEqual([subject.phase, subject.accept().kind], ['failed', 'ended']);
  }
});

test('a reason that only a later version knows reads as declined', () => {
  const message = decodeClaimMessage(encodeCbor([6, 200]));
  assert.deepEqual(message, { type: 'refused', reason: 'declined' });
});

test('messages of one claim fit into no other of the same code', () => {
  const before = play('invite', { seed: 8 }).messages;
  for (let number = 0; number < before.length; number++) {
    const meddle = (message: Uint8Array, at: number) => (at === number ? before[at]! : message);
    const { issuer, subject } = play('invite', { seed: 9, meddle });
    // Message 7 comes after the papers were kept.
    assert.equal(issuer.phase === 'done', number >= 7, `message ${number}`);
    assert.equal(subject.phase === 'done', number >= 6, `message ${number}`);
  }
});

/** How a claim came out when the message with this number was changed on its way. */
function assertEnded(kind: 'invite' | 'label', number: number, played: ReturnType<typeof play>) {
  const { issuerFault, subjectFault, issuer, subject } = played;
  // `done`: from here on the node has its papers, whatever becomes of the message.
  const kept = kind === 'invite' ? 6 : 5;
  assert.equal(subject.phase === 'done', number >= kept, `message ${number}`);
  assert.equal(issuer.phase === 'done', number > kept, `message ${number}`);
  const faults = [issuerFault, subjectFault].filter((fault) => fault && fault !== 'none');
  assert.equal(faults.length > 0, number <= kept, `message ${number}`);
}

for (const kind of kinds) {
  test(`${kind}: a changed byte of any message ends it, with nothing half done`, () => {
    const random = new SeededRandom(21);
    for (const [number, whole] of play(kind).messages.entries()) {
      for (let at = 0; at < whole.length; at++) {
        const bit = 1 << (random.uint32() & 7);
        const meddle = (message: Uint8Array, n: number) =>
          n === number ? message.map((byte, i) => (i === at ? byte ^ bit : byte)) : message;
        assertEnded(kind, number, play(kind, { meddle }));
      }
    }
  });

  test(`${kind}: any message cut, prolonged or left out ends it`, () => {
    for (const [number, whole] of play(kind).messages.entries()) {
      const lengths = [1, 15, 16, 17, 31, 32, 33, 48, whole.length - 1];
      const forms = lengths.filter((n) => n < whole.length).map((n) => whole.slice(0, n));
      forms.push(Uint8Array.of(...whole, 0), new Uint8Array(claimLimits.messageBytesMax + 1));
      for (const form of forms) {
        const meddle = (message: Uint8Array, n: number) => (n === number ? form : message);
        assertEnded(kind, number, play(kind, { meddle }));
      }
    }
  });
}

test('an oversized message is refused before anything is opened', () => {
  const { issuer } = endsOf('invite');
  const step = issuer.receive(new Uint8Array(claimLimits.messageBytesMax + 1));
  assert.deepEqual(step, { kind: 'ended', fault: 'too-large' });
});

test('100,000 random messages give typed faults and nothing else', () => {
  const random = new SeededRandom(31);
  for (let i = 0; i < 100_000; i++) {
    const octets = random.bytes(random.uint32() % 160);
    // Half of them begin like something that would be read on.
    if (i % 2 === 0 && octets.length > 1) octets.set([0x81 + (random.uint32() % 8), 1 + (i % 7)]);
    const message = decodeClaimMessage(octets);
    assert.ok(message === undefined || octets.length < 12, 'only the short ones can be right');
    assert.equal(decodeAdminPapers(octets), undefined);
    assert.equal(checkProvision(crypto, octets, { nodeKey: blank.publicKey }).ok, false);
    if (i % 10 === 0) {
      const code = decodeClaimCode(crypto, `MUSTER-NODE:1:${toBase32(octets)}`);
      assert.ok(!code.ok && code.reason === 'damaged');
    }
  }
});

test('random octets at every turn of both ends end them, with a typed fault', () => {
  const random = new SeededRandom(32);
  for (let i = 0; i < 300; i++) {
    const number = i % 8;
    const octets = random.bytes(1 + (random.uint32() % 200));
    const kind = kinds[i & 1]!;
    const meddle = (message: Uint8Array, n: number) => (n === number ? octets : message);
    const { messages, issuerFault, subjectFault } = play(kind, { meddle });
    if (number >= messages.length - 1 && messages.length >= 6) continue;
    const expected = number < 2 ? 'wrong-secret' : 'tampered';
    assert.ok([issuerFault, subjectFault].includes(expected), `${kind} ${number}`);
  }
});

test('the papers never leave before the codes were compared', () => {
  const part = Buffer.from(wireFor('invite').subarray(100, 132));
  const { messages } = play('invite');
  const clear = messages.some((message) => Buffer.from(message).includes(part));
  assert.equal(clear, false);
  const { issuer, subject } = endsOf('invite');
  issuer.receive(subject.start());
  assert.equal(issuer.confirm(wireFor('invite')).kind, 'send');
  assert.equal(issuer.phase, 'greeting');
});
