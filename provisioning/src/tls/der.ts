/**
 * Writes the little of DER (ITU-T X.690) that a certificate needs. Only writes: what is read goes
 * through Node's own X.509.
 */
export const DerTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Of at most 65,535 bytes. */
export function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const lengthBytes =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), body]);
}

export function derSequence(...parts: Uint8Array[]): Buffer {
  return der(DerTag.sequence, ...parts);
}

/** Such as `2.5.29.15`. */
export function derOid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const digits = [arc & 127];
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 127) | 128);
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
}

/** Whole bytes: no unused bits. */
export function derBitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return der(DerTag.bitString, Buffer.from([unusedBits]), bytes);
}
