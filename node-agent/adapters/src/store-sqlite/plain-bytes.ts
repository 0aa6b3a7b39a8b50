/** A copy in a plain array of its own: what leaves the store (step 3) is never a Buffer. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}
