/**
 * A renewed certificate for this very admin, out of what came under the tag of its key: taken only
 * when the root signed it for this key, and when it lasts longer or says something else of as late
 * an epoch. Whoever carried it is not believed.
 */
import {
  type AdminCertificate,
  BundleKind,
  type Crypto,
  checkAdminCertificate,
  decodeBundle,
  decodeGrant,
  equalBytes,
  GrantKind,
  type SiteTrust,
} from '@muster/core';
import type { Item } from '../../connection/wire.ts';

export interface OwnGrantParts {
  readonly crypto: Crypto;
  readonly trust: SiteTrust;
  readonly known: AdminCertificate;
}

/** The best one in wire form; undefined when none is better than what is known. */
export function renewedCertificate(
  { crypto, trust, known }: OwnGrantParts,
  items: readonly Item[],
): Uint8Array | undefined {
  let best: AdminCertificate = known;
  let wire: Uint8Array | undefined;
  for (const item of items) {
    const decoded = decodeBundle(crypto, item.signed, item.signature);
    if (!decoded.ok || decoded.value.fields.kind !== BundleKind.grant) continue;
    const grant = decodeGrant(decoded.value.fields.payload);
    if (grant?.kind !== GrantKind.adminCertificate) continue;
    const checked = checkAdminCertificate(trust, grant.content);
    if (!checked.ok || !equalBytes(checked.value.adminKey, known.adminKey)) continue;
    if (checked.value.epoch <= best.epoch) continue;
    best = checked.value;
    wire = grant.content;
  }
  return wire;
}
