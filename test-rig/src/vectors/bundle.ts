/**
 * bundle.json: valid bundles of every kind, role, lane and size, with everything that goes into
 * them and everything that comes out. A second implementation must make the same bytes.
 */
import { type BundleFields, orderKeyOf } from '@muster/core';
import type { BundleCase } from './bundle-case.ts';
import { contentBundles } from './bundle-contents.ts';
import { edgeBundles } from './bundle-edges.ts';
import { castVector, none } from './cast.ts';
import type { Vector } from './json.ts';

export function bundleVectors(): Vector {
  return {
    about:
      'Valid bundles. `signed` is what the author signs, `id` its hash, `signature` is over the ' +
      'id; docs/protocol/bundle.md says how. All bytes are hex. With `zeros`, that many zero ' +
      'bytes follow `signed` (and `fields.payload`). `content` is the payload decoded.',
    ...castVector,
    bundles: [...contentBundles(), ...edgeBundles()].map(describe),
  };
}

function describe({ name, why, author, ticket, bundle, content }: BundleCase): Vector {
  const { fields, signed, id, signature } = bundle;
  // The largest payloads are zeros and would only fill the file.
  const zeros = fields.payload.length > 1024 ? fields.payload.length : 0;
  return {
    name,
    why,
    author: author.name,
    authorSeed: author.seed,
    fields: inWireOrder(fields, zeros),
    content,
    ticket,
    signed: signed.subarray(0, signed.length - zeros),
    zeros: zeros || undefined,
    id,
    signature,
    orderKey: orderKeyOf(fields, id),
  };
}

function inWireOrder(fields: BundleFields, zeros: number): Vector {
  return {
    version: fields.version,
    site: fields.site,
    kind: fields.kind,
    tag: fields.tag,
    author: fields.author,
    ticket: fields.ticket,
    seq: fields.seq,
    prev: fields.prev,
    lane: fields.lane,
    lifetimeS: fields.lifetimeS,
    hopLimit: fields.hopLimit,
    scope: fields.scope,
    stampMs: fields.stamp.ms,
    stampCounter: fields.stamp.counter,
    quality: fields.quality,
    payload: zeros ? none : fields.payload,
  };
}
