/**
 * The one total order, the same on every node and phone: stamp, then author key, then id. As an
 * order key of 25 bytes it is compared bytewise: ms (6, big-endian) ‖ counter (3) ‖ first 8 bytes
 * of the author key ‖ first 8 bytes of the id.
 */
import type { BundleFields, Stamp } from '../bundle/bundle.ts';

export const orderKeyBytes = 25;

export function orderKeyOf(
  fields: Pick<BundleFields, 'stamp' | 'author'>,
  id: Uint8Array,
): Uint8Array {
  const key = new Uint8Array(orderKeyBytes);
  writeUint(key, { at: 0, length: 6 }, fields.stamp.ms);
  writeUint(key, { at: 6, length: 3 }, fields.stamp.counter);
  for (let i = 0; i < 8; i++) {
    key[9 + i] = fields.author[i]!;
    key[17 + i] = id[i]!;
  }
  return key;
}

export function stampOfOrderKey(key: Uint8Array): Stamp {
  return { ms: readUint(key, 0, 6), counter: readUint(key, 6, 9) };
}

function writeUint(
  into: Uint8Array,
  place: { readonly at: number; readonly length: number },
  value: number,
): void {
  let rest = value;
  for (let i = place.at + place.length - 1; i >= place.at; i--) {
    into[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

function readUint(from: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = value * 256 + from[i]!;
  return value;
}
