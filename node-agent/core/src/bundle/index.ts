/** The bundle: format, id, signature, and how an author makes one. */
export * from './bundle.ts';
export { chainPast, seqAheadMax } from './chain-past.ts';
export * from './compose.ts';
export { type DecodeFault, decodeBundle, decodeFields } from './decode.ts';
export { encodeFields } from './encode.ts';
export { bundleId, verifyBundle } from './id.ts';
