/** Byte arrays: joining, comparing, and their texts. */
export { fromBase32, toBase32 } from './base32.ts';
export { fromBase64url, toBase64url } from './base64url.ts';
export { compareBytes, equalBytes } from './compare.ts';
export { concat } from './concat.ts';
export { domain } from './domain.ts';
export { fromHex, shortId, toHex } from './hex.ts';
export { bytesKey } from './key.ts';
export { fromUtf8, utf8 } from './text.ts';
