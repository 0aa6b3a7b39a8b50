/**
 * Numbers of bytes on the wire: 24 bits of the full number, the rest is told by what is near (as
 * packet numbers in QUIC, RFC 9000 appendix A.3). Below step 4 of a message's way.
 */

export const offsetSpan = 2 ** 24;

export function toWireOffset(offset: number): number {
  return offset % offsetSpan;
}

/** The number nearest to `near` that looks like this on the wire; negative: there is none. */
export function fromWireOffset(wire: number, near: number): number {
  const offset = near - (near % offsetSpan) + wire;
  if (offset - near > offsetSpan / 2) return offset - offsetSpan;
  if (near - offset >= offsetSpan / 2) return offset + offsetSpan;
  return offset;
}
