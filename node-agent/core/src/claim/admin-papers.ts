/**
 * Admin papers: what a new admin's phone gets at the end of its claim: its admin certificate, and
 * the site that it is for. Not signed as a whole: the certificate is, and the channel is the root's
 * own. They hold no secret.
 */
import { equalBytes } from '../bytes/compare.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { type AdminCertificate, verifyAdminCertificate } from '../identity/admin-certificate.ts';
import { adminCertificateBytesMax } from '../identity/issued.ts';
import { siteIdOf } from '../identity/site.ts';
import { claimLimits, nameLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';
import { isPlainText } from './plain-text.ts';
import { readDocuments } from './provision-document.ts';

export interface AdminPapers {
  /** The site's root key, 32 bytes. */
  readonly siteKey: Uint8Array;
  readonly siteName: string;
  /** Admin certificate in wire form. */
  readonly certificate: Uint8Array;
  /** Trust lists, site rules and site policies in wire form, to begin with. */
  readonly documents: readonly Uint8Array[];
}

export interface CheckedAdminPapers extends AdminPapers {
  readonly admin: AdminCertificate;
}

export type AdminPapersFault = 'malformed' | 'foreign' | 'not-yours' | 'forged';

const version = 1;

export function encodeAdminPapers(papers: AdminPapers): Uint8Array {
  const { siteKey, siteName, certificate, documents } = papers;
  return encodeCbor([version, siteKey, siteName, certificate, documents]);
}

/** Undefined when malformed. */
export function decodeAdminPapers(wire: Uint8Array): AdminPapers | undefined {
  if (wire.length > claimLimits.documentBytesMax) return undefined;
  const reader = new CborReader(wire);
  reader.array(5);
  reader.uint(version, version);
  const papers = {
    siteKey: reader.bytes(32).slice(),
    siteName: reader.text(nameLimits.nameBytesMax),
    certificate: reader.bytes(adminCertificateBytesMax, 1).slice(),
    documents: readDocuments(reader),
  };
  return reader.done() && isPlainText(papers.siteName) ? papers : undefined;
}

/** That they make this key (32 bytes) an admin; of this site (16 bytes) where one is expected. */
export function checkAdminPapers(
  crypto: Crypto,
  wire: Uint8Array,
  { adminKey, site }: { readonly adminKey: Uint8Array; readonly site?: Uint8Array },
): Result<CheckedAdminPapers, AdminPapersFault> {
  const papers = decodeAdminPapers(wire);
  if (!papers) return refused('malformed');
  const { siteKey, certificate } = papers;
  const trust = { crypto, siteKey, site: siteIdOf(crypto, siteKey), epoch: 0 };
  if (site && !equalBytes(site, trust.site)) return refused('foreign');
  const admin = verifyAdminCertificate(trust, certificate);
  if (!admin.ok) return admin;
  return equalBytes(admin.value.adminKey, adminKey)
    ? ok({ ...papers, admin: admin.value })
    : refused('not-yours');
}
