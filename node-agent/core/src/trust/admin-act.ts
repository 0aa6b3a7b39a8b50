/**
 * Admin act: what an admin did, as the payload of a bundle that the admin key itself wrote, so that
 * who, what and when are signed and every node keeps the same trail. It carries the documents that
 * it puts in force, or a command to a node. Never a secret: every member of the site may read it.
 */
import { domain } from '../bytes/domain.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { trustLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';

export interface AdminAct {
  /** What is done, such as `node.restart`, `person.revoke`, `rules.set`. */
  readonly command: string;
  /** The node that carries it out, 32 bytes; empty when none has to. */
  readonly node: Uint8Array;
  /** JSON object with what belongs to it; for people who read the trail and for that node. */
  readonly params: string;
  /** Trust lists, site rules and site policies in wire form. */
  readonly documents: readonly Uint8Array[];
}

const version = 1;

/** The tag under which a site's acts travel, 16 bytes. */
export function actTag(crypto: Crypto, site: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('admin-acts'), site);
}

export function encodeAdminAct({ command, node, params, documents }: AdminAct): Uint8Array {
  return encodeCbor([version, command, node, params, documents]);
}

/** Undefined when malformed. Whether an admin wrote it, the bundle's ticket says. */
export function decodeAdminAct(payload: Uint8Array): AdminAct | undefined {
  const reader = new CborReader(payload);
  reader.array(5);
  reader.uint(version, version);
  const command = reader.text(trustLimits.commandBytesMax);
  const node = reader.bytes(32, 0).slice();
  const params = reader.text(trustLimits.paramsBytesMax);
  const documents: Uint8Array[] = [];
  const count = reader.array(trustLimits.documentsPerActMax, 0);
  for (let i = 0; i < count && !reader.failed; i++) {
    documents.push(reader.bytes(trustLimits.listBytesMax + 512, 1).slice());
  }
  if (!reader.done() || (node.length !== 0 && node.length !== 32)) return undefined;
  return { command, node, params, documents };
}
