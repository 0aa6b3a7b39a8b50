import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { mdnsLimits } from '../../src/discovery-mdns/constants.ts';
import { decodeDnsMessage, dnsTypes } from '../../src/discovery-mdns/dns-message.ts';

const service = '\x04_p2p\x04_udp\x05local\0';
const toService = '\xc0\x0c';
const octet = (value: number): string => String.fromCharCode(value);
/** Type, class, time to live (120 s) and length of the data. */
const fixed = (type: number, length: number): string =>
  `\0${octet(type)}\0\x01\0\0\0\x78\0${octet(length)}`;

function message(counts: readonly number[], body: string, flags = 0x84): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(7, 0);
  head[2] = flags;
  for (const [i, count] of counts.entries()) head.writeUInt16BE(count, 4 + 2 * i);
  return Buffer.concat([head, Buffer.from(body, 'latin1')]);
}

/** The service leads to box.<service>; the text stands under that name, which is at octet 39. */
const pointer = `${service}${fixed(dnsTypes.pointer, 6)}\x03box${toService}`;
const text = `\xc0\x27${fixed(dnsTypes.text, 5)}\x01a\x02bc`;

test('a question, a pointer and a text are read, compressed and not', () => {
  assert.deepEqual(decodeDnsMessage(message([1, 0, 0, 0], `${service}\0\xff\0\x01`, 0)), {
    id: 7,
    isResponse: false,
    questions: [{ name: '_p2p._udp.local', type: dnsTypes.any }],
    answers: [],
    additionals: [],
  });
  const target = 'box._p2p._udp.local';
  assert.deepEqual(decodeDnsMessage(message([0, 1, 0, 1], pointer + text)), {
    id: 7,
    isResponse: true,
    questions: [],
    answers: [{ name: '_p2p._udp.local', type: dnsTypes.pointer, ttlS: 120, target }],
    additionals: [{ name: target, type: dnsTypes.text, ttlS: 120, texts: ['a', 'bc'] }],
  });
});

test('records of other types, authorities and what follows are passed over', () => {
  const address = `${toService}${fixed(1, 4)}\x0a\0\0\x01`;
  const read = decodeDnsMessage(message([0, 2, 1, 1], `${pointer}${address}${address}${text}more`));
  assert.deepEqual(
    read?.answers.map(({ type, target }) => [type, target]),
    [
      [dnsTypes.pointer, 'box._p2p._udp.local'],
      [1, undefined],
    ],
  );
  assert.deepEqual(read?.additionals[0]?.texts, ['a', 'bc']);
});

test('cut anywhere it is malformed, and so is what claims more than it holds', () => {
  const whole = message([0, 1, 0, 1], pointer + text);
  assert.ok(decodeDnsMessage(whole));
  for (let length = 0; length < whole.length; length += 1) {
    assert.equal(decodeDnsMessage(whole.subarray(0, length)), undefined, `${length} octets`);
  }
  const broken: Readonly<Record<string, Buffer>> = {
    'a record more': message([0, 1, 0, 2], pointer + text),
    'records without end': message([0, 0xffff, 0xffff, 0xffff], pointer + text),
    'one record too many': message([mdnsLimits.recordsMax + 1, 0, 0, 0], ''),
    'a name behind its data': message([0, 1, 0, 0], `${service}${fixed(12, 5)}\x03box${toService}`),
    'a name before its end': message(
      [0, 1, 0, 0],
      `${service}${fixed(12, 7)}\x03box${toService}\0`,
    ),
    'a text behind its data': message([0, 1, 0, 0], `${service}${fixed(16, 3)}\x05abcde`),
    'a text behind the packet': message([0, 1, 0, 0], `${service}${fixed(16, 9)}\x02ab`),
    'a name that leads to itself': message([1, 0, 0, 0], `${toService}\0\x0c\0\x01`),
    'a name that leads ahead': message([1, 0, 0, 0], `\xc0\x20\0\x0c\0\x01${service}`),
    'a label of a form not assigned': message([1, 0, 0, 0], `\x41${'a'.repeat(65)}\0\0\x0c\0\x01`),
    'a name of 256 octets': message(
      [1, 0, 0, 0],
      `${'\x0f123456789abcdef'.repeat(16)}\0\0\x0c\0\x01`,
    ),
  };
  for (const [what, packet] of Object.entries(broken)) {
    assert.equal(decodeDnsMessage(packet), undefined, what);
  }
  const longest = `${'\x0f123456789abcdef'.repeat(15)}\x0d${'a'.repeat(13)}\0\0\x0c\0\x01`;
  assert.equal(decodeDnsMessage(message([1, 0, 0, 0], longest))?.questions[0]?.name.length, 253);
});

test('more texts than anybody needs are checked and left out', () => {
  const many = `${service}${fixed(16, 40)}${'\x01a'.repeat(20)}`;
  const read = decodeDnsMessage(message([0, 1, 0, 0], many));
  assert.equal(read?.answers[0]?.texts?.length, mdnsLimits.textsMax);
});

test('whatever octets come, the answer is a message or none', () => {
  const seed = 25;
  const random = new SeededRandom(seed);
  const whole = message([0, 1, 0, 1], pointer + text);
  for (let i = 0; i < 5_000; i += 1) {
    const changed = Buffer.from(whole);
    for (let j = intBelow(random, 6); j >= 0; j -= 1) {
      changed[intBelow(random, changed.length)] = intBelow(random, 256);
    }
    const read = decodeDnsMessage(changed);
    const count = read ? read.questions.length + read.answers.length : 0;
    assert.ok(count <= mdnsLimits.recordsMax, `seed ${seed}, ${changed.toString('hex')}`);
  }
});
