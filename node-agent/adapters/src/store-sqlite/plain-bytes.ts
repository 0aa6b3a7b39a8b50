/** Copies bytes into a plain array of their own: what leaves the store is never a Buffer (step 3). */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}
