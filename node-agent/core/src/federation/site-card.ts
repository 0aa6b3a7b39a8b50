/**
 * Site card: what two admins exchange so that each pins the other's site: its root key, a name and
 * addresses of its relays, signed by the root. As text it fits the alphanumeric mode of QR codes
 * (ISO/IEC 18004): `MUSTER-SITE:1:` and base32. It admits nobody: pinning is the admin's act.
 */
import { fromBase32, toBase32 } from '../bytes/base32.ts';
import { equalBytes } from '../bytes/compare.ts';
import { type CborValue, encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import {
  decodeStatement,
  encodeStatement,
  signStatement,
  verifyStatement,
} from '../identity/statement.ts';
import { federationLimits, nameLimits } from '../limits.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';

export interface SiteCard {
  /** Ed25519 public key of the site's root, 32 bytes. */
  readonly siteKey: Uint8Array;
  /** A label given by the site's admin. */
  readonly name: string;
  /** Multiaddrs of relays that keep bundles for the site, best first. */
  readonly relays: readonly string[];
}

export type SiteCardFault = 'malformed' | 'too-new' | 'forged';

const version = 1;
/** Letters of either case, and none that only become one of these in upper case. */
const textForm = /^MUSTER-SITE:([1-9][0-9]{0,3}):([A-Z2-7]+)$/i;

/** The card as text; a RangeError for one that breaks the format or is not the root's own. */
export function encodeSiteCard(crypto: Crypto, card: SiteCard, root: KeyPair): string {
  const signed = encodeCbor([version, ...siteItems(card)]);
  if (!decodeSigned(signed)) throw new RangeError('this site card would be malformed');
  if (!equalBytes(card.siteKey, root.publicKey)) throw new RangeError('the card of another site');
  const statement = signStatement(crypto, { domain: 'site-card', signed }, root.secretKey);
  return `MUSTER-SITE:${version}:${toBase32(encodeStatement(statement))}`;
}

/** Letters of either case; anything before or after the card is a fault. */
export function decodeSiteCard(crypto: Crypto, text: string): Result<SiteCard, SiteCardFault> {
  if (text.length > federationLimits.siteCardLettersMax) return refused('malformed');
  const [, textVersion, letters] = textForm.exec(text) ?? [];
  if (textVersion === undefined || letters === undefined) return refused('malformed');
  if (Number(textVersion) !== version) return refused('too-new');
  const wire = fromBase32(letters.toUpperCase());
  const statement = wire && decodeStatement(wire, federationLimits.siteCardBytesMax);
  const card = statement && decodeSigned(statement.signed);
  if (!statement || !card) return refused('malformed');
  const isSigned = verifyStatement(crypto, { domain: 'site-card', statement }, card.siteKey);
  return isSigned ? ok(card) : refused('forged');
}

/** Key, name and relays as they stand in a card, and in a policy for each pinned site. */
export function siteItems({ siteKey, name, relays }: SiteCard): readonly CborValue[] {
  return [siteKey, name, relays];
}

/** Reads what `siteItems` gives; check the reader afterwards. Undefined for a bad address. */
export function readSiteItems(reader: CborReader): SiteCard | undefined {
  const siteKey = reader.bytes(32);
  const name = reader.text(nameLimits.nameBytesMax);
  const count = reader.array(federationLimits.relaysPerSiteMax, 0);
  const relays: string[] = [];
  for (let i = 0; i < count; i++) relays.push(reader.text(federationLimits.relayAddressBytesMax));
  return relays.every(isAddress) ? { siteKey, name, relays } : undefined;
}

/** Looks like a multiaddr; whether it leads anywhere, dialling shows. */
function isAddress(text: string): boolean {
  return /^\/[\x21-\x7e]+$/.test(text);
}

function decodeSigned(signed: Uint8Array): SiteCard | undefined {
  const reader = new CborReader(signed);
  reader.array(4);
  reader.uint(version, version);
  const card = readSiteItems(reader);
  return reader.done() ? card : undefined;
}
