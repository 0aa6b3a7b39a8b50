/**
 * A bundle about to be sent, taken apart once for all links (step 4 of a message's way). `fields`
 * is undefined when encoding them again would not give the signed bytes: it is then sent raw.
 */
import type { BundleFields } from '../bundle/bundle.ts';
import { decodeFields } from '../bundle/decode.ts';
import { encodeFields } from '../bundle/encode.ts';
import { equalBytes } from '../bytes/compare.ts';
import type { Sendable } from './host.ts';
import { type IdPrefix, prefixOf } from './id-prefix.ts';

export interface Outgoing {
  readonly bundle: Sendable;
  readonly prefix: IdPrefix;
  readonly fields: BundleFields | undefined;
}

export function outgoing(bundle: Sendable): Outgoing {
  const decoded = decodeFields(bundle.signed);
  const exact = decoded.ok && equalBytes(encodeFields(decoded.value), bundle.signed);
  const fields = exact ? decoded.value : undefined;
  return { bundle, prefix: prefixOf(bundle.id), fields };
}
