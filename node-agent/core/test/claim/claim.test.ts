import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rootIssuer } from '../../src/identity/issued.ts';
import {
  type ClaimCodeKind,
  type ClaimIssuerOptions,
  claimFingerprint,
  claimLimits,
  type IssuerStep,
  Power,
  type SubjectStep,
  signAdminCertificate,
  signProvision,
} from '../../src/index.ts';
import { SeededRandom } from '../../src/testing/index.ts';
import { ada, adminOf, bob, root, site, withoutPower } from '../support/admins.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import {
  blank,
  codeOf,
  endsOf,
  papersFor,
  play,
  provisionFor,
  siteKey,
  wireFor,
} from './claim-world.ts';

const kinds = ['invite', 'label', 'admin'] as const;
const none = new Uint8Array(0);

function sent(step: IssuerStep | SubjectStep): Uint8Array {
  if (step.kind !== 'send') assert.fail(`${step.kind} instead of send`);
  return step.message;
}

function faultOf(step: IssuerStep | SubjectStep): string {
  if (step.kind !== 'ended') assert.fail(`${step.kind} instead of ended`);
  return step.fault ?? 'none';
}

/** An invite up to where the person at the issuer's is asked. */
function askedIssuer(changes: Parameters<typeof endsOf>[1] = {}) {
  const { issuer, subject } = endsOf('invite', changes);
  const first = sent(issuer.receive(subject.start()));
  const second = sent(issuer.receive(sent(subject.receive(first))));
  const ready = sent(subject.receive(second));
  return { issuer, subject, ready, ask: issuer.receive(ready) };
}

/** A label up to where the box is asked. */
function askedBox(document = wireFor('label')) {
  const { issuer, subject } = endsOf('label');
  const second = sent(subject.receive(issuer.start()));
  const last = sent(subject.receive(sent(issuer.receive(second))));
  const ask = issuer.receive(last);
  const offer = sent(issuer.confirm(document));
  return { issuer, subject, ask, offer, asked: subject.receive(offer) };
}

test('an invite, a label and an invite for an admin each end with papers and one code', () => {
  for (const kind of kinds) {
    const { issuer, subject, issuerFault, subjectFault, messages } = play(kind);
    assert.deepEqual([issuerFault, subjectFault], ['none', 'none'], kind);
    assert.deepEqual([issuer.phase, subject.phase], ['done', 'done']);
    assert.match(issuer.comparisonCode ?? '', /^[0-9]{3} [0-9]{3}$/);
    assert.equal(issuer.comparisonCode, subject.comparisonCode);
    assert.equal(messages.length, kind === 'label' ? 6 : 8);
  }
});

test('each end learns who is at the other, proven', () => {
  const { issuer, subject } = play('invite');
  assert.deepEqual(issuer.subject, { key: blank.publicKey, name: 'blank box', version: '0.1.0' });
  const known = { siteKey, site, siteName: 'Harbour', issuerKey: ada.key.publicKey };
  assert.deepEqual(subject.site, { ...known, issuerName: 'an admin' });
  assert.equal(play('admin').subject.site?.issuerName, '');
});

test('the papers offered are those confirmed, checked', () => {
  const { asked } = askedBox();
  assert.ok(asked.kind === 'ask' && asked.offer.kind === 'node');
  assert.deepEqual(asked.offer.wire, wireFor('label'));
  assert.equal(asked.offer.provision.siteName, 'Harbour');
  const { subject, issuer, ready } = askedIssuer();
  issuer.confirm(wireFor('invite'));
  const offered = subject.receive(sent(issuer.receive(ready)));
  assert.ok(offered.kind === 'ask' && offered.offer.kind === 'node');
});

test('codes of two claims differ, as their entropy does', () => {
  const codes = new Set(
    Array.from({ length: 40 }, (_, seed) => play('invite', { seed }).issuer.comparisonCode),
  );
  assert.ok(codes.size >= 39, `${codes.size} of 40`);
});

test('nothing is offered before somebody confirmed, and a waiting end may ask again', () => {
  const { issuer, subject, ready, ask } = askedIssuer();
  assert.equal(ask.kind, 'ask');
  assert.deepEqual(issuer.receive(ready), ask, 'asked again');
  assert.deepEqual(subject.receive(none), { kind: 'send', message: ready }, 'not yet');
  assert.equal(subject.phase, 'comparing');
  const offer = sent(issuer.confirm(wireFor('invite')));
  assert.deepEqual(sent(issuer.receive(ready)), offer);
  assert.deepEqual(sent(issuer.confirm(none)), offer, 'confirmed twice');
});

test('every lost answer is given again, the same', () => {
  for (const kind of kinds) {
    const { issuer, subject } = endsOf(kind);
    const [from, to] = kind === 'label' ? [issuer, subject] : [subject, issuer];
    let message: Uint8Array | undefined = from.start();
    assert.deepEqual(from.start(), message);
    for (let turn = 0; message && turn < 8; turn++) {
      let step: IssuerStep | SubjectStep = to.receive(message);
      if (step.kind === 'ask') {
        step = to === issuer ? issuer.confirm(wireFor(kind)) : subject.accept();
      }
      assert.deepEqual(to.receive(message), step, 'the request again');
      assert.ok(step.kind !== 'ask' && step.message);
      let next: IssuerStep | SubjectStep = from.receive(step.message);
      if (next.kind === 'ask') {
        next = from === issuer ? issuer.confirm(wireFor(kind)) : subject.accept();
      }
      assert.deepEqual(from.receive(step.message), next, 'the answer again');
      message = next.kind === 'send' ? next.message : undefined;
    }
    assert.deepEqual([issuer.phase, subject.phase], ['done', 'done'], kind);
  }
});

test('a person at either end can say no, and the other end hears why', () => {
  const { issuer, subject, ready } = askedIssuer();
  assert.equal(faultOf(issuer.refuse('used')), 'used');
  const answer = issuer.receive(ready);
  assert.ok(answer.kind === 'ended' && answer.message);
  assert.equal(faultOf(subject.receive(answer.message)), 'used');
  assert.deepEqual([issuer.phase, subject.phase], ['failed', 'failed']);

  const other = askedIssuer();
  const words = other.subject.refuse('codes-differ');
  assert.ok(words.kind === 'ended' && words.message);
  const heard = other.issuer.receive(words.message);
  assert.equal(faultOf(heard), 'codes-differ');
  assert.deepEqual(other.issuer.receive(words.message), heard);
  assert.equal(faultOf(other.issuer.confirm(wireFor('invite'))), 'codes-differ', 'too late');

  const box = askedBox();
  const no = box.subject.refuse('not-kept');
  assert.ok(no.kind === 'ended' && no.message);
  assert.equal(faultOf(box.issuer.receive(no.message)), 'not-kept');
});

test('refusing before it is its turn ends an end without a word', () => {
  const { issuer, subject } = endsOf('invite');
  issuer.receive(subject.start());
  assert.deepEqual(issuer.refuse('busy'), { kind: 'ended', fault: 'busy' });
  assert.deepEqual(issuer.refuse('used'), { kind: 'ended', fault: 'busy' });
  assert.deepEqual(subject.accept().kind, 'send', 'nothing was asked');
  const box = endsOf('label');
  const second = sent(box.subject.receive(box.issuer.start()));
  box.subject.receive(sent(box.issuer.receive(second)));
  assert.equal(box.subject.phase, 'comparing');
  assert.deepEqual(box.subject.refuse('busy'), { kind: 'ended', fault: 'busy' });
});

test('papers that were kept stay kept, whatever becomes of the last answer', () => {
  for (const last of [Uint8Array.of(1, 2, 3), new Uint8Array(40)]) {
    const { issuer, subject, ready } = askedIssuer();
    issuer.confirm(wireFor('invite'));
    subject.receive(sent(issuer.receive(ready)));
    const done = sent(subject.accept());
    assert.equal(subject.phase, 'done');
    assert.deepEqual(subject.receive(last), { kind: 'ended' });
    assert.equal(subject.phase, 'done');
    assert.equal(issuer.receive(done).kind, 'ended');
    assert.equal(issuer.phase, 'done');
  }
});

test('a node that was cut off after it kept its papers is the same claimant again', () => {
  const first = play('invite', { seed: 1 });
  const again = play('invite', { seed: 2 });
  assert.deepEqual(first.issuer.subject?.key, again.issuer.subject?.key);
  assert.notEqual(first.issuer.comparisonCode, again.issuer.comparisonCode);
  assert.equal(again.subjectFault, 'none');
});

test('another secret, site, kind or key in the code: the ends never meet', () => {
  const invite = codeOf('invite');
  const wrong = [
    { ...invite, secret: codeOf('invite', 8).secret },
    { ...invite, site: new Uint8Array(16) },
    { ...invite, kind: 'admin' as const },
    { ...invite, fingerprint: new Uint8Array(16) },
  ];
  for (const code of wrong) {
    const { issuer, issuerFault, subject } = play('invite', { subject: { code } });
    assert.equal(issuerFault, 'wrong-secret');
    assert.deepEqual([issuer.phase, subject.phase], ['failed', 'greeting']);
  }
});

test('whoever has the code but not the key in it is refused, and told', () => {
  const cases: readonly [ClaimCodeKind, Partial<ClaimIssuerOptions>, string][] = [
    ['invite', { issuer: bob }, 'wrong-issuer'],
    ['invite', { issuer: rootIssuer(root) }, 'wrong-issuer'],
    ['admin', { issuer: ada }, 'wrong-issuer'],
    ['invite', { siteKey: keyPair(9).publicKey }, 'foreign'],
    ['invite', { issuer: { key: ada.key, certificate: bob.certificate } }, 'not-allowed'],
    ['invite', { issuer: { key: ada.key, certificate: none } }, 'not-allowed'],
    ['invite', { issuer: { key: ada.key, certificate: Uint8Array.of(1) } }, 'not-allowed'],
    ['invite', { issuer: withoutPower(Power.nodes, ada.key) }, 'not-allowed'],
    ['invite', { issuer: adminOf(ada.key, { by: keyPair(9) }) }, 'not-allowed'],
    ['label', { issuer: withoutPower(Power.nodes) }, 'not-allowed'],
  ];
  for (const [kind, issuer, fault] of cases) {
    const played = play(kind, { issuer });
    assert.deepEqual([played.subjectFault, played.issuerFault], [fault, fault], kind);
    assert.equal(played.subject.comparisonCode, undefined);
  }
  const box = play('label', { subject: { key: keyPair(42) } });
  assert.deepEqual([box.issuerFault, box.subjectFault], ['wrong-node', 'wrong-node']);
});

test('names that a terminal or a page would act on end the claim', () => {
  for (const name of ['blank\u001b[2J', 'a\nb', '\u202egnp.exe', '\u2066x']) {
    const box = play('invite', { subject: { name } });
    assert.deepEqual([box.issuerFault, box.issuer.subject], ['malformed', undefined]);
    const phone = play('invite', { issuer: { siteName: name } });
    assert.deepEqual([phone.subjectFault, phone.subject.site], ['malformed', undefined]);
  }
  const fields = { site, adminKey: ada.key.publicKey, powers: 15, epoch: 9, name: 'a\u001bc' };
  const issuer = { key: ada.key, certificate: signAdminCertificate(crypto, fields, root) };
  assert.equal(play('label', { issuer: { issuer } }).subjectFault, 'not-allowed');
  assert.equal(play('invite', { subject: { name: 'Ölstand 👩‍🚒' } }).issuerFault, 'none');
});

test('an admin who is not the root makes no admins, even with a code of its own', () => {
  const fingerprint = claimFingerprint(crypto, ada.key.publicKey);
  const code = { ...codeOf('admin'), fingerprint };
  const { subjectFault } = play('admin', { issuer: { issuer: ada, code }, subject: { code } });
  assert.equal(subjectFault, 'not-allowed');
});

test('papers for or of somebody else, or damaged, are refused, and nothing is kept', () => {
  const wires: Readonly<Record<string, Uint8Array>> = {
    'for another node': wireFor('invite', keyPair(42)),
    'signed by another admin': signProvision(crypto, provisionFor(blank.publicKey), bob),
    'admin papers': papersFor(blank.publicKey),
    damaged: wireFor('invite').map((byte, i) => (i === 90 ? byte ^ 1 : byte)),
    'no papers': Uint8Array.of(0x80),
  };
  for (const [what, wire] of Object.entries(wires)) {
    const { issuer, subject, asked } = askedBox(wire);
    assert.equal(faultOf(asked), 'bad-document', what);
    assert.ok(asked.kind === 'ended' && asked.message);
    assert.equal(faultOf(issuer.receive(asked.message)), 'bad-document');
    assert.deepEqual([issuer.phase, subject.phase], ['failed', 'failed']);
  }
  const { issuer } = askedIssuer();
  const long = new Uint8Array(claimLimits.documentBytesMax + 1);
  assert.throws(() => issuer.confirm(long), RangeError);
});

test('admin papers for another key, by another root or of another site are refused', () => {
  const other = papersFor(blank.publicKey, keyPair(9));
  const elsewhere = papersFor(blank.publicKey, keyPair(9), keyPair(9).publicKey);
  for (const wire of [papersFor(keyPair(42).publicKey), other, elsewhere]) {
    const { issuer, subject } = endsOf('admin');
    const first = sent(issuer.receive(subject.start()));
    const second = sent(issuer.receive(sent(subject.receive(first))));
    issuer.receive(sent(subject.receive(second)));
    assert.equal(faultOf(subject.receive(sent(issuer.confirm(wire)))), 'bad-document');
  }
});

test('the end that did not scan the code cannot begin', () => {
  assert.throws(() => endsOf('invite').issuer.start(), RangeError);
  assert.throws(() => endsOf('label').subject.start(), RangeError);
  assert.throws(() => endsOf('invite').issuer.confirm(none), RangeError);
  assert.throws(() => endsOf('label').subject.accept(), RangeError);
});

test('after the end nothing is said again but to the same octets', () => {
  const { issuer, subject, ready } = askedIssuer({ seed: 5 });
  issuer.refuse('declined');
  assert.deepEqual(issuer.receive(new SeededRandom(6).bytes(50)), {
    kind: 'ended',
    fault: 'declined',
  });
  const again = issuer.receive(ready);
  assert.ok(again.kind === 'ended' && again.message, 'its last request is still answered');
  assert.equal(faultOf(subject.receive(again.message)), 'declined');
});
