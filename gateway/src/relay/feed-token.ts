/**
 * Where a reader goes on in a followed site's bundles, as the opaque token that it keeps for the
 * relay (step 6 of a message's way). It holds for one store and one set of tags: with any other it
 * means the beginning, which costs ids and no bundles. A reader can harm only itself with it.
 */
import { type Crypto, compareBytes, concat, domain, equalBytes, lanes } from '@muster/core';

const viewBytes = 16;
const rowBytes = 6;

/** Rows by lane: everything up to them is settled. */
export type FeedRows = readonly number[];

/** Names the store and the tags that rows were counted with, 16 bytes. */
export function viewOf(
  crypto: Crypto,
  incarnation: Uint8Array,
  tags: readonly Uint8Array[],
): Uint8Array {
  return crypto.blake2b(
    viewBytes,
    domain('relay-view'),
    incarnation,
    ...[...tags].sort(compareBytes),
  );
}

export function encodeToken(view: Uint8Array, rows: FeedRows): Uint8Array {
  const bytes = new Uint8Array(rowBytes * rows.length);
  const fields = new DataView(bytes.buffer);
  for (const [lane, row] of rows.entries()) {
    fields.setUint16(rowBytes * lane, Math.floor(row / 2 ** 32));
    fields.setUint32(rowBytes * lane + 2, row % 2 ** 32);
  }
  return concat(view, bytes);
}

/** Zeros for a token that is not of this view. */
export function decodeToken(view: Uint8Array, token: Uint8Array): number[] {
  const fits = token.length === viewBytes + rowBytes * lanes.length;
  if (!fits || !equalBytes(token.subarray(0, viewBytes), view)) return lanes.map(() => 0);
  const fields = new DataView(token.buffer, token.byteOffset + viewBytes);
  return lanes.map(
    (lane) => fields.getUint16(rowBytes * lane) * 2 ** 32 + fields.getUint32(rowBytes * lane + 2),
  );
}
