/** Bytes as a map key: a string of one character a byte, the most compact that engines keep. */
export function bytesKey(bytes: Uint8Array): string {
  if (bytes.length === 32) return keyOf32(bytes);
  if (bytes.length === 16) return keyOf16(bytes);
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

/** The bytes that a key was made of. */
export function bytesOfKey(key: string): Uint8Array {
  const bytes = new Uint8Array(key.length);
  for (let i = 0; i < key.length; i++) bytes[i] = key.charCodeAt(i);
  return bytes;
}

/** Tags and ids of sites and tickets: as below. */
// biome-ignore format: eight bytes a line
function keyOf16(b: Uint8Array): string {
  return String.fromCharCode(
    b[0]!, b[1]!, b[2]!, b[3]!, b[4]!, b[5]!, b[6]!, b[7]!,
    b[8]!, b[9]!, b[10]!, b[11]!, b[12]!, b[13]!, b[14]!, b[15]!,
  );
}

/** Ids and public keys: spelled out, because engines are three times as fast without a list. */
// biome-ignore format: eight bytes a line
function keyOf32(b: Uint8Array): string {
  return String.fromCharCode(
    b[0]!, b[1]!, b[2]!, b[3]!, b[4]!, b[5]!, b[6]!, b[7]!,
    b[8]!, b[9]!, b[10]!, b[11]!, b[12]!, b[13]!, b[14]!, b[15]!,
    b[16]!, b[17]!, b[18]!, b[19]!, b[20]!, b[21]!, b[22]!, b[23]!,
    b[24]!, b[25]!, b[26]!, b[27]!, b[28]!, b[29]!, b[30]!, b[31]!,
  );
}
