/** Signatures and values of D-Bus, drawn by fast-check: containers within containers. */
import fc from 'fast-check';
import type { DBusValue } from '../../../src/transport-ble/dbus/index.ts';

export interface Typed {
  readonly signature: string;
  readonly value: DBusValue;
}

const integer = (signature: string, min: number, max: number): fc.Arbitrary<Typed> =>
  fc.integer({ min, max }).map((value) => ({ signature, value }));
const text = fc.string({ unit: 'binary', maxLength: 12 }).map((each) => each.replaceAll('\0', ' '));
const element = fc.stringMatching(/^[A-Za-z0-9_]{1,6}$/);
const path = fc.array(element, { maxLength: 4 }).map((elements) => `/${elements.join('/')}`);
const signatures = ['', 'y', 'a{sv}', '(iu)as', 'aa{s(ov)}'];

const basic: fc.Arbitrary<Typed> = fc.oneof(
  integer('y', 0, 0xff),
  integer('n', -0x8000, 0x7fff),
  integer('q', 0, 0xffff),
  integer('i', -0x8000_0000, 0x7fff_ffff),
  integer('u', 0, 0xffff_ffff),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ signature: 'x', value })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ signature: 't', value })),
  fc.double().map((value) => ({ signature: 'd', value })),
  fc.boolean().map((value) => ({ signature: 'b', value })),
  text.map((value) => ({ signature: 's', value })),
  path.map((value) => ({ signature: 'o', value })),
  fc.constantFrom(...signatures).map((value) => ({ signature: 'g', value })),
);

/** One complete type, and a value of it. */
export const typedValue: fc.Arbitrary<Typed> = fc.letrec<{ any: Typed }>((tie) => {
  const any = tie('any');
  const octets = fc.uint8Array({ maxLength: 20 }).map((value) => ({ signature: 'ay', value }));
  const variant = any.map((value) => ({ signature: 'v', value }));
  // All elements alike: copies of one that was drawn.
  const array = fc
    .tuple(
      any.filter(({ signature }) => signature !== 'y'),
      fc.nat(3),
    )
    .map(([{ signature, value }, count]) => ({
      signature: `a${signature}`,
      value: Array.from({ length: count }, () => value),
    }));
  const struct = fc.array(any, { minLength: 1, maxLength: 4 }).map((each) => ({
    signature: `(${each.map(({ signature }) => signature).join('')})`,
    value: each.map(({ value }) => value),
  }));
  const map = fc
    .tuple(fc.uniqueArray(text, { maxLength: 3 }), any)
    .map(([keys, { signature, value }]) => ({
      signature: `a{s${signature}}`,
      value: new Map(keys.map((key) => [key, value])),
    }));
  return {
    any: fc.oneof({ depthSize: 'small' }, basic, octets, variant, array, struct, map),
  };
}).any;
