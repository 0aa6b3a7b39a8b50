/** The plain forms: every message reads back as it was written, and in no other form. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { costClasses } from '../../../src/ports/link.ts';
import { messageLimits, treeLimits, wayLimits } from '../../../src/replication/limits.ts';
import {
  closeReasons,
  decodeBye,
  encodeBye,
} from '../../../src/replication/messages/close-reason.ts';
import { decodeHello, encodeHello, speaksOurs } from '../../../src/replication/messages/hello.ts';
import {
  decodeAnnounce,
  decodeAnswer,
  decodeIdList,
  encodeAnnounce,
  encodeAnswer,
  encodeIdList,
  idsMaxOf,
} from '../../../src/replication/messages/id-list-message.ts';
import { prefixOf } from '../../../src/replication/messages/id-prefix.ts';
import { MessageReader } from '../../../src/replication/messages/message-reader.ts';
import { MessageType } from '../../../src/replication/messages/message-type.ts';
import { MessageWriter } from '../../../src/replication/messages/message-writer.ts';
import {
  decodeNear,
  decodeNearAnswer,
  encodeNear,
  encodeNearAnswer,
} from '../../../src/replication/messages/near-message.ts';
import {
  decodeLinks,
  decodeLinksDigest,
  encodeLinks,
  encodeLinksDigest,
  encodeNodeLinks,
  linksOf,
} from '../../../src/replication/messages/node-links.ts';
import { decodePath, encodePath } from '../../../src/replication/messages/path-message.ts';
import { truncated } from '../../support/mutations.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const prefix = bytes(8).map((id) => prefixOf(id));
const prefixes = (max: number) => fc.array(prefix, { minLength: 1, maxLength: max });

test('varints have one form each and keep to their bound', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const written = new MessageWriter().varint(value).finish();
      const reader = new MessageReader(written);
      assert.equal(reader.varint(Number.MAX_SAFE_INTEGER), value);
      assert.ok(reader.done());
      if (value > 0) {
        const bounded = new MessageReader(written);
        bounded.varint(value - 1);
        assert.ok(bounded.failed);
      }
      const padded = Uint8Array.from([...written, 0]);
      padded[written.length - 1]! |= 128;
      const strict = new MessageReader(padded);
      strict.varint(Number.MAX_SAFE_INTEGER);
      assert.ok(strict.failed);
    }),
  );
  for (const endless of [128, 255]) {
    const reader = new MessageReader(new Uint8Array(100_000).fill(endless));
    reader.varint(Number.MAX_SAFE_INTEGER);
    assert.ok(reader.failed);
  }
});

test('a reader never reads past its end, and stays failed', () => {
  const reader = new MessageReader(Uint8Array.of(1, 2, 3));
  assert.deepEqual(reader.bytes(4), new Uint8Array(0));
  assert.ok(reader.failed);
  assert.equal(reader.byte(), 0);
  assert.equal(reader.varint(10), 0);
  assert.ok(!reader.done());
});

test('lists of ids', () => {
  const types = [MessageType.graft, MessageType.offer, MessageType.want, MessageType.held] as const;
  for (const type of types) {
    fc.assert(
      fc.property(prefixes(20), (list) => {
        const message = encodeIdList(type, list);
        assert.equal(message[0], type);
        assert.equal(message.length, 1 + 8 * list.length);
        assert.deepEqual(decodeIdList(type, message), list);
        assert.equal(decodeIdList(type, message.subarray(0, -1)), undefined);
      }),
    );
    const full = new Uint8Array(1 + 8 * idsMaxOf(type)).fill(7);
    assert.equal(decodeIdList(type, full)?.length, idsMaxOf(type));
    assert.equal(decodeIdList(type, new Uint8Array(full.length + 8)), undefined);
    assert.equal(decodeIdList(type, Uint8Array.of(type)), undefined);
  }
});

test('announcements', () => {
  const announced = fc.record({ prefix, hops: fc.nat(15) }, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(announced, { minLength: 1, maxLength: 20 }), (list) => {
      const message = encodeAnnounce(list);
      assert.deepEqual(decodeAnnounce(message), list);
      assert.equal(decodeAnnounce(message.subarray(0, -1)), undefined);
      const far = message.slice();
      far[far.length - 1] = 16;
      assert.equal(decodeAnnounce(far), undefined);
    }),
  );
  const full = new Uint8Array(1 + 9 * messageLimits.idsMax);
  assert.equal(decodeAnnounce(full)?.length, messageLimits.idsMax);
  assert.equal(decodeAnnounce(new Uint8Array(full.length + 9)), undefined);
  assert.equal(decodeAnnounce(Uint8Array.of(MessageType.announce)), undefined);
});

test('answers are one bit for each bundle offered, the rest zero', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 64 }), (wanted) => {
      const message = encodeAnswer(wanted);
      assert.deepEqual(decodeAnswer(message, wanted.length), wanted);
      assert.equal(decodeAnswer(message, wanted.length + 8), undefined);
      assert.equal(decodeAnswer(message.subarray(0, -1), wanted.length), undefined);
      if (wanted.length % 8 === 0) return;
      const stray = message.slice();
      stray[stray.length - 1]! |= 128;
      assert.equal(decodeAnswer(stray, wanted.length), undefined);
    }),
  );
});

test('paths end with who tells them and keep to their bounds', () => {
  fc.assert(
    fc.property(
      fc.nat(treeLimits.costMax),
      fc.array(bytes(32), { minLength: 1, maxLength: treeLimits.pathNodesMax }),
      (cost, keys) => {
        const path = { cost, nodes: keys.map((key) => prefixOf(key)) };
        const message = encodePath(path);
        assert.deepEqual(decodePath(message, keys.at(-1)!), path);
        const other = keys.at(-1)!.slice();
        other[0]! ^= 1;
        assert.equal(decodePath(message, other), undefined);
        for (const cut of truncated(message)) {
          const read = decodePath(cut, keys.at(-1)!);
          assert.ok(read === undefined || read.nodes.length < keys.length);
        }
      },
    ),
  );
  const key = new Uint8Array(32);
  const tooLong = new Uint8Array(2 + 8 * (treeLimits.pathNodesMax + 1));
  assert.equal(decodePath(tooLong, key), undefined);
  const nodes = [prefixOf(key)];
  assert.equal(decodePath(encodePath({ cost: treeLimits.costMax + 1, nodes }), key), undefined);
});

test('hellos: strict in this version, open at the end for later ones', () => {
  const nonce = new Uint8Array(16).fill(3);
  const certificate = new Uint8Array(200).fill(4);
  const hello = { versionMin: 1, versionMax: 1, nonce, certificate };
  const message = encodeHello(hello);
  assert.deepEqual(decodeHello(message), hello);
  for (const cut of truncated(message)) assert.equal(decodeHello(cut), undefined);
  assert.equal(decodeHello(Uint8Array.from([...message, 0])), undefined);
  const later = encodeHello({ ...hello, versionMax: 2 });
  const extended = decodeHello(Uint8Array.from([...later, 9, 9, 9]));
  assert.deepEqual(extended?.certificate, certificate);
  assert.ok(speaksOurs(extended!));
  const only2 = decodeHello(encodeHello({ ...hello, versionMin: 2, versionMax: 2 }));
  assert.equal(speaksOurs(only2!), false);
  assert.equal(decodeHello(encodeHello({ ...hello, versionMin: 2 })), undefined);
  assert.equal(decodeHello(encodeHello({ ...hello, versionMin: 0 })), undefined);
  const long = new Uint8Array(messageLimits.certificateBytesMax + 1);
  assert.equal(decodeHello(encodeHello({ ...hello, certificate: long })), undefined);
});

test('questions and answers how near a bundle is', () => {
  fc.assert(
    fc.property(fc.array(bytes(32), { minLength: 1, maxLength: 16 }), fc.nat(15), (ids, hops) => {
      assert.deepEqual(decodeNear(encodeNear(ids)), ids);
      assert.equal(decodeNear(encodeNear(ids).subarray(0, -1)), undefined);
      const answer = encodeNearAnswer({ id: ids[0]!, hops });
      assert.deepEqual(decodeNearAnswer(answer), { id: ids[0], hops });
      for (const cut of truncated(answer)) assert.equal(decodeNearAnswer(cut), undefined);
    }),
  );
  const id = new Uint8Array(32);
  assert.equal(decodeNear(encodeNear([])), undefined);
  assert.equal(decodeNear(encodeNear(new Array(17).fill(id))), undefined);
  assert.equal(decodeNearAnswer(encodeNearAnswer({ id, hops: 16 })), undefined);
});

test('what nodes say of their links', () => {
  const node = fc.integer({ min: 1, max: 2 ** 32 - 1 });
  const linkTo = fc.record({ node, costClass: fc.constantFrom(...costClasses) });
  const neighbours = fc.array(linkTo, { maxLength: wayLimits.linksMax });
  const version = fc.nat(wayLimits.versionMax);
  const said = fc.record(
    { node, version, links: neighbours.map(linksOf) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 9 }), (words) => {
      const message = encodeLinks(words.map(encodeNodeLinks));
      assert.deepEqual(decodeLinks(message), words);
      const cuts = [...truncated(message)].map((cut) => decodeLinks(cut));
      // What ends with a word is whole.
      assert.equal(cuts.filter((cut) => cut !== undefined).length, words.length - 1);
    }),
  );
});

test('links in another form, of nobody, or too many, are malformed', () => {
  const one = { node: 9, version: 1, links: linksOf([{ node: 7, costClass: 'lan' }]) };
  const read = (change: Partial<typeof one>) =>
    decodeLinks(encodeLinks([encodeNodeLinks({ ...one, ...change })]));
  assert.ok(read({}));
  assert.ok(read({ links: '' }));
  assert.equal(read({ node: 0 }), undefined);
  assert.equal(read({ version: wayLimits.versionMax + 1 }), undefined);
  assert.equal(read({ links: one.links + one.links }), undefined);
  assert.equal(read({ links: '\0\0\0\0\0' }), undefined);
  assert.equal(read({ links: '\0\0\0\x07\x03' }), undefined);
  assert.equal(read({ links: one.links.slice(1) }), undefined);
  const many = Array.from({ length: wayLimits.linksMax + 1 }, (_, i) => i + 1);
  const links = linksOf(many.map((node) => ({ node, costClass: 'radio' })));
  assert.equal(read({ links }), undefined);
});

test('digests of links', () => {
  const digest = new Uint8Array(16).fill(3);
  for (const isQuestion of [true, false]) {
    const message = encodeLinksDigest({ isQuestion, digest });
    assert.deepEqual(decodeLinksDigest(message), { isQuestion, digest });
    for (const cut of truncated(message)) assert.equal(decodeLinksDigest(cut), undefined);
  }
  assert.equal(decodeLinksDigest(Uint8Array.of(20, 2, ...digest)), undefined);
});

test('byes', () => {
  for (const reason of closeReasons) assert.equal(decodeBye(encodeBye(reason)), reason);
  assert.equal(decodeBye(Uint8Array.of(MessageType.bye, 200)), 'other');
  assert.equal(decodeBye(Uint8Array.of(MessageType.bye)), undefined);
  assert.equal(decodeBye(Uint8Array.of(MessageType.bye, 1, 1)), undefined);
});
