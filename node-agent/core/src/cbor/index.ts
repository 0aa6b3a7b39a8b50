/** Deterministic CBOR: one strict reader, one encoder. */
export { type CborValue, encodeCbor } from './encode.ts';
export { CborReader } from './reader.ts';
