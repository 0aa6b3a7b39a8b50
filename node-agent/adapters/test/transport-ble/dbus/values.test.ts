import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DBusError, type DBusValue } from '../../../src/transport-ble/dbus/index.ts';
import { dbusLimits } from '../../../src/transport-ble/dbus/limits.ts';
import { parseSignature } from '../../../src/transport-ble/dbus/signature.ts';
import { ValueReader } from '../../../src/transport-ble/dbus/value-reader.ts';
import { ValueWriter } from '../../../src/transport-ble/dbus/value-writer.ts';
import { typedValue } from './arbitrary-values.ts';
import { encodePlainly } from './plain-encoder.ts';

function write(signature: string, values: readonly DBusValue[]): Buffer {
  const writer = new ValueWriter();
  for (const [index, type] of parseSignature(signature)!.entries()) {
    writer.value(type, values[index]!);
  }
  return writer.take();
}

function read(bytes: Buffer, signature: string, isLittle = true) {
  const reader = new ValueReader(bytes, isLittle, 0, bytes.length);
  const values = parseSignature(signature)!.map((type) => reader.value(type));
  const fault = reader.fault ?? (reader.at === bytes.length ? undefined : 'more');
  return { values, fault };
}

const octets = (text: string): Buffer => Buffer.from(text.replace(/[^0-9a-f]/g, ''), 'hex');

test('values come back in both byte orders, and are written as the plain encoder does', () => {
  fc.assert(
    fc.property(fc.array(typedValue, { maxLength: 5 }), (typed) => {
      const signature = typed.map((each) => each.signature).join('');
      if (parseSignature(signature) === undefined) return;
      const values = typed.map((each) => each.value);
      const little = encodePlainly(signature, values, true);
      assert.deepEqual(write(signature, values), little);
      assert.deepEqual(read(little, signature), { values, fault: undefined });
      const big = encodePlainly(signature, values, false);
      assert.deepEqual(read(big, signature, false), { values, fault: undefined });
    }),
    { numRuns: 500 },
  );
});

test('whatever is cut short or changed is a fault or other values, and never an exception', () => {
  const change = fc.record({ at: fc.nat(), octet: fc.nat(255), isCut: fc.boolean() });
  fc.assert(
    fc.property(typedValue, change, ({ signature, value }, { at, octet, isCut }) => {
      const types = parseSignature(signature);
      if (types === undefined) return;
      const bytes = encodePlainly(signature, [value], true);
      const place = at % bytes.length;
      if (isCut) {
        assert.notEqual(read(bytes.subarray(0, place), signature).fault, undefined);
        return;
      }
      bytes[place] = octet;
      const { values, fault } = read(bytes, signature);
      // What is taken has one form only, but for maps in which two keys became one.
      if (fault === undefined && !signature.includes('{') && !signature.includes('v')) {
        assert.deepEqual(write(signature, values), bytes);
      }
    }),
    { numRuns: 500 },
  );
});

test('the examples of the specification', () => {
  // "Marshaling (Wire Format)": three strings in both byte orders, and an array of one INT64.
  const little = octets('03000000 666f6f00 01000000 2b00 0000 03000000 62617200');
  assert.deepEqual(read(little, 'sss').values, ['foo', '+', 'bar']);
  assert.deepEqual(write('sss', ['foo', '+', 'bar']), little);
  const big = octets('00000003 666f6f00 00000001 2b00 0000 00000003 62617200');
  assert.deepEqual(read(big, 'sss', false).values, ['foo', '+', 'bar']);
  const int64 = octets('00000008 00000000 00000000 00000005');
  assert.deepEqual(read(int64, 'ax', false).values, [[5n]]);
  // An empty array of INT64 has its padding all the same.
  assert.deepEqual(read(octets('00000000 00000000'), 'ax', false).values, [[]]);
});

const damaged: Readonly<Record<string, readonly [string, string, string]>> = {
  'a boolean of two': ['b', '02000000', 'boolean'],
  'padding that says something': ['yu', '01ffffff 00000000', 'padding'],
  'a text with a zero inside': ['s', '03000000 61006200', 'text'],
  'a text without a zero behind': ['s', '01000000 6162', 'text'],
  'a text that is no UTF-8': ['s', '02000000 c32800', 'text'],
  'a half of a surrogate pair': ['s', '03000000 eda08000', 'text'],
  'a path that ends with a slash': ['o', '02000000 2f612f00'.replace('02', '03'), 'object-path'],
  'a path of nothing': ['o', '00000000 00', 'object-path'],
  'a signature that is none': ['g', '01 61 00', 'signature'],
  'a variant of two types': ['v', '02 7979 00 0102', 'signature'],
  'a variant of no type': ['v', '00 00', 'signature'],
  'a variant of an entry': ['v', '04 7b73737d 00', 'signature'],
  'an array longer than the message': ['ay', '05000000 01020304', 'ends-early'],
  'an array longer than any': ['ay', 'ffffffff 01020304', 'ends-early'],
  'an array that ends within an element': ['au', '06000000 01000000 0200', 'ends-early'],
  'a text that reaches out of its array': ['as', '06000000 04000000 61616161 00', 'ends-early'],
  'a length that wraps around': ['s', 'ffffffff 6100', 'ends-early'],
};

for (const [what, [signature, hex, fault]] of Object.entries(damaged)) {
  test(`${what} is a fault`, () => assert.equal(read(octets(hex), signature).fault, fault));
}

test('variants within variants end at the depth of the specification', () => {
  const nested = (depth: number): DBusValue => {
    let value: DBusValue = 1;
    for (let at = 0; at < depth; at += 1) {
      value = { signature: at === 0 ? 'y' : 'v', value };
    }
    return value;
  };
  const deepest = dbusLimits.valueDepthMax;
  const bytes = encodePlainly('v', [nested(deepest)], true);
  assert.deepEqual(read(bytes, 'v'), { values: [nested(deepest)], fault: undefined });
  assert.equal(read(encodePlainly('v', [nested(deepest + 1)], true), 'v').fault, 'too-deep');
  assert.throws(() => write('v', [nested(deepest + 1)]), { code: 'malformed' });
});

test('a message of tiny values costs no more than its bound', () => {
  const bytes = Buffer.alloc(8 + 2 * dbusLimits.valuesMax);
  bytes.writeUInt32LE(bytes.length - 4);
  assert.equal(read(bytes, 'ag').fault, 'too-many-values');
});

const unsayable: readonly (readonly [string, DBusValue])[] = [
  ['y', 256],
  ['y', -1],
  ['n', 0x8000],
  ['q', 1.5],
  ['u', 2 ** 32],
  ['i', Number.NaN],
  ['x', 2n ** 63n],
  ['t', -1n],
  ['t', 5],
  ['u', 5n],
  ['b', 1],
  ['s', 'a\0b'],
  ['s', '\ud800'],
  ['s', 5],
  ['o', 'no/path'],
  ['g', '(('],
  ['as', 'text'],
  ['ay', [256]],
  ['au', new Uint8Array(4)],
  ['a{sv}', []],
  ['(uu)', [1]],
  ['v', 'bare'],
  ['v', { signature: 'uu', value: 1 }],
  ['v', { signature: '', value: 1 }],
];

test('what does not fit its signature is not written', () => {
  for (const [signature, value] of unsayable) {
    assert.throws(
      () => write(signature, [value]),
      (error) => error instanceof DBusError && error.code === 'malformed',
      `${signature}`,
    );
  }
  assert.throws(() => write('ay', [new Uint8Array(dbusLimits.messageBytesMax)]), {
    code: 'too-large',
  });
});
