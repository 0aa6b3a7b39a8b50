/**
 * A bundle about to be sent, taken apart once for all links (step 4 of a message's way). `parts`
 * is undefined for what does not decode: it is then sent raw. What does has one encoding only, so
 * whoever encodes the parts again gets the very bytes that were signed.
 */
import type { BundleFields } from '../../bundle/bundle.ts';
import { decodeFields } from '../../bundle/decode.ts';
import { bytesKey } from '../../bytes/key.ts';
import type { Sendable } from '../host.ts';
import { type IdPrefix, prefixOf } from '../messages/id-prefix.ts';
import type { NodeNumber } from '../messages/node-links.ts';
import { headerKey } from './bundle-header.ts';

export interface Outgoing {
  readonly bundle: Sendable;
  readonly prefix: IdPrefix;
  readonly parts: OutgoingParts | undefined;
  /** The node from which it follows the shortest ways, or 0. */
  readonly mark: NodeNumber;
}

export interface OutgoingParts {
  readonly fields: BundleFields;
  /** Texts that stand for the author with its ticket, the ticket, and the header. */
  readonly authorKey: string;
  readonly ticketKey: string;
  readonly headerKey: string;
}

export function outgoing(bundle: Sendable, mark: NodeNumber = 0): Outgoing {
  return { bundle, prefix: prefixOf(bundle.id), parts: takeApart(bundle), mark };
}

function takeApart({ signed, fields: atHand }: Sendable): OutgoingParts | undefined {
  const fields = atHand ?? fieldsOf(signed);
  if (fields === undefined) return undefined;
  const ticketKey = bytesKey(fields.ticket);
  const authorKey = bytesKey(fields.author) + ticketKey;
  return { fields, authorKey, ticketKey, headerKey: headerKey(fields) };
}

function fieldsOf(signed: Uint8Array): BundleFields | undefined {
  const decoded = decodeFields(signed);
  return decoded.ok ? decoded.value : undefined;
}
