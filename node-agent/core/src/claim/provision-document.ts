/**
 * Provision document: everything that makes a blank node a member of a site, signed by an admin who
 * may certify nodes. It may hold a Wi-Fi password, so it travels only inside a claim's encrypted
 * channel, and never in a bundle. Fields, CBOR array: version, site, site key, site name, node key,
 * certificate, settings, documents, authority for TLS.
 */
import { equalBytes } from '../bytes/compare.ts';
import { type CborValue, encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { Power } from '../identity/admin-certificate.ts';
import { verifyCertificate } from '../identity/certificate.ts';
import {
  decodeIssued,
  type Issuer,
  signIssued,
  type TrustChain,
  verifyIssued,
} from '../identity/issued.ts';
import { siteIdOf } from '../identity/site.ts';
import { claimLimits, nameLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';
import { claimFingerprint } from './claim-code.ts';
import { isPlainText } from './plain-text.ts';
import {
  type ProvisionSettings,
  provisionRoles,
  readSettings,
  settingsItems,
} from './provision-settings.ts';

export interface ProvisionDocument {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** The site's root key, 32 bytes. */
  readonly siteKey: Uint8Array;
  readonly siteName: string;
  /** 32 bytes. */
  readonly nodeKey: Uint8Array;
  /** Node certificate in wire form, with the role and name of the settings. */
  readonly certificate: Uint8Array;
  readonly settings: ProvisionSettings;
  /** Trust lists, site rules and site policies in wire form, to begin with. */
  readonly documents: readonly Uint8Array[];
  /** The site's TLS authority as PEM; with its key for who signs certificates (gateways). */
  readonly tlsAuthority?: Uint8Array;
}

/** One that was signed rightly, with what its standing rests on. */
export interface CheckedProvision extends ProvisionDocument {
  /** Root or admin key that signed it, 32 bytes. */
  readonly issuerKey: Uint8Array;
  readonly chain: TrustChain;
}

export type ProvisionFault = 'malformed' | 'foreign' | 'not-yours' | 'wrong-issuer' | 'forged';

/** What a node knows before it believes a document. */
export interface ProvisionExpected {
  /** Its own key, 32 bytes. */
  readonly nodeKey: Uint8Array;
  /** Site id from the code, 16 bytes; left out where the person decides (label) or it is kept. */
  readonly site?: Uint8Array;
  /** claimFingerprint of who must have signed, 16 bytes. */
  readonly issuerFingerprint?: Uint8Array;
}

const version = 1;

/** The document in wire form; a RangeError for one that nobody would accept. */
export function signProvision(
  crypto: Crypto,
  document: ProvisionDocument,
  issuer: Issuer,
): Uint8Array {
  const { site, siteKey, siteName, nodeKey, certificate, settings, documents } = document;
  const signed = encodeCbor([
    ...([version, site, siteKey, siteName, nodeKey, certificate] as const),
    ...([settingsItems(settings), documents] satisfies CborValue[]),
    document.tlsAuthority ?? new Uint8Array(0),
  ]);
  const wire = signIssued(crypto, { domain: 'provision', signed }, issuer);
  const checked = checkProvision(crypto, wire, { nodeKey });
  if (!checked.ok) throw new RangeError(`this provision document would be ${checked.reason}`);
  return wire;
}

/** Judges a document in wire form, cheapest check first; the epoch is not known here yet. */
export function checkProvision(
  crypto: Crypto,
  wire: Uint8Array,
  expected: ProvisionExpected,
): Result<CheckedProvision, ProvisionFault> {
  if (wire.length > claimLimits.documentBytesMax) return refused('malformed');
  const issued = decodeIssued(wire, claimLimits.documentBytesMax);
  const document = issued && decodeSigned(issued.signed);
  if (!issued || !document) return refused('malformed');
  const { site, siteKey, settings } = document;
  if (!equalBytes(site, siteIdOf(crypto, siteKey))) return refused('foreign');
  if (expected.site && !equalBytes(site, expected.site)) return refused('foreign');
  if (!equalBytes(document.nodeKey, expected.nodeKey)) return refused('not-yours');
  const trust = { crypto, siteKey, site, epoch: 0 };
  const claim = { domain: 'provision', issued, power: Power.nodes } as const;
  const verified = verifyIssued(trust, claim);
  if (!verified.ok) return verified;
  const issuerKey = verified.value.admin ?? siteKey;
  const { issuerFingerprint } = expected;
  if (issuerFingerprint && !equalBytes(claimFingerprint(crypto, issuerKey), issuerFingerprint)) {
    return refused('wrong-issuer');
  }
  const certificate = verifyCertificate(trust, document.certificate, document.nodeKey);
  if (!certificate.ok) return certificate;
  const isAsSaid =
    certificate.value.name === settings.name &&
    provisionRoles[certificate.value.role] === settings.role;
  // What is shown to people must be what is certified.
  return isAsSaid ? ok({ ...document, issuerKey, chain: verified.value }) : refused('malformed');
}

/** As many as a provision document or admin papers can carry, in the order given. */
export function fittingDocuments(documents: readonly Uint8Array[]): readonly Uint8Array[] {
  const fitting: Uint8Array[] = [];
  let bytes = 0;
  for (const document of documents) {
    if (fitting.length >= claimLimits.documentsMax) break;
    if (bytes + document.length > claimLimits.documentBytesTotalMax) continue;
    fitting.push(document);
    bytes += document.length;
  }
  return fitting;
}

/** Reads documents within the bounds of `fittingDocuments`; check the reader afterwards. */
export function readDocuments(reader: CborReader): readonly Uint8Array[] {
  const documents: Uint8Array[] = [];
  let left: number = claimLimits.documentBytesTotalMax;
  const count = reader.array(claimLimits.documentsMax, 0);
  for (let i = 0; i < count && !reader.failed; i++) {
    const document = reader.bytes(left, 1).slice();
    left -= document.length;
    documents.push(document);
  }
  return documents;
}

function decodeSigned(signed: Uint8Array): ProvisionDocument | undefined {
  const reader = new CborReader(signed);
  reader.array(9);
  reader.uint(version, version);
  const head = {
    site: reader.bytes(16).slice(),
    siteKey: reader.bytes(32).slice(),
    siteName: reader.text(nameLimits.nameBytesMax),
    nodeKey: reader.bytes(32).slice(),
    certificate: reader.bytes(claimLimits.certificateBytesMax, 1).slice(),
  };
  const settings = readSettings(reader);
  const documents = readDocuments(reader);
  const tlsAuthority = reader.bytes(claimLimits.tlsAuthorityBytesMax, 0).slice();
  if (!reader.done() || !settings || !isPlainText(head.siteName)) return undefined;
  return { ...head, settings, documents, ...(tlsAuthority.length > 0 && { tlsAuthority }) };
}
