/**
 * A bundle about to be sent, taken apart once for all links (step 4 of a message's way). `parts`
 * is undefined when encoding them again would not give the signed bytes: it is then sent raw.
 */
import type { BundleFields } from '../bundle/bundle.ts';
import { decodeFields } from '../bundle/decode.ts';
import { encodeFields } from '../bundle/encode.ts';
import { equalBytes } from '../bytes/compare.ts';
import { toHex } from '../bytes/hex.ts';
import { headerKey } from './bundle-header.ts';
import type { Sendable } from './host.ts';
import { type IdPrefix, prefixOf } from './id-prefix.ts';

export interface Outgoing {
  readonly bundle: Sendable;
  readonly prefix: IdPrefix;
  readonly parts: OutgoingParts | undefined;
}

export interface OutgoingParts {
  readonly fields: BundleFields;
  /** Texts that stand for the author with its ticket, the ticket, and the header. */
  readonly authorKey: string;
  readonly ticketKey: string;
  readonly headerKey: string;
}

export function outgoing(bundle: Sendable): Outgoing {
  return { bundle, prefix: prefixOf(bundle.id), parts: takeApart(bundle.signed) };
}

function takeApart(signed: Uint8Array): OutgoingParts | undefined {
  const decoded = decodeFields(signed);
  if (!decoded.ok || !equalBytes(encodeFields(decoded.value), signed)) return undefined;
  const fields = decoded.value;
  const ticketKey = toHex(fields.ticket);
  const authorKey = toHex(fields.author) + ticketKey;
  return { fields, authorKey, ticketKey, headerKey: headerKey(fields) };
}
