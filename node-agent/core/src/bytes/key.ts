/** Bytes as a map key: a string of one character a byte, the most compact that engines keep. */
export function bytesKey(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
