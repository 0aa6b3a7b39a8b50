/** Damaged forms of a byte string, for decoders that must answer each with a refusal. */

export const hostileCbor: Readonly<Record<string, Uint8Array>> = {
  nothing: new Uint8Array(0),
  'nested 200,000 deep': new Uint8Array(200_000).fill(0x81),
  'nested 200,000 deep, of 15 items': new Uint8Array(200_000).fill(0x8f),
  'byte string of 2^32 bytes declared': Uint8Array.of(0x5b, 0, 0, 0, 1, 0, 0, 0, 0),
  'byte string of 2^53 bytes declared': Uint8Array.of(0x5b, 0, 0x20, 0, 0, 0, 0, 0, 0),
  'text of 2^64 - 1 bytes declared': new Uint8Array(9).fill(0xff).fill(0x7b, 0, 1),
  'array of 2^32 - 1 items declared': Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff),
  'array of 2^53 items declared': Uint8Array.of(0x9b, 0, 0x20, 0, 0, 0, 0, 0, 0),
  'indefinite array': Uint8Array.of(0x9f, 0x01, 0xff),
  'map with __proto__': Uint8Array.from([0xa1, 0x69, ...Buffer.from('__proto__'), 0xa0]),
  tag: Uint8Array.of(0xc1, 0x81, 0x01),
  float: Uint8Array.of(0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0),
  'break alone': Uint8Array.of(0xff),
};

/** Every prefix that is shorter than the input. */
export function* truncated(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.slice(0, length);
}

/** Every single bit turned. */
export function* bitFlips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    yield flipped;
  }
}

/** Every single byte, replaced by the heads and bounds that decoders look at. */
export function* byteChanges(bytes: Uint8Array): Generator<Uint8Array> {
  const values = [
    0x00, 0x17, 0x18, 0x1b, 0x20, 0x40, 0x58, 0x5f, 0x78, 0x80, 0x9f, 0xa0, 0xf5, 0xff,
  ];
  for (let at = 0; at < bytes.length; at++) {
    for (const value of values) {
      if (bytes[at] === value) continue;
      const changed = bytes.slice();
      changed[at] = value;
      yield changed;
    }
  }
}
