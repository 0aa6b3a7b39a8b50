/**
 * Claim code: what a QR code says so that a blank node or a new admin's phone gets its papers. A
 * one-time secret, whom to expect at the other end, and where to ask; never a private key and
 * nothing that is worth anything after its first use. Text for the alphanumeric mode of QR codes
 * (ISO/IEC 18004): a prefix that names the kind, the version, and base32 with a check.
 */
import { fromBase32, toBase32 } from '../bytes/base32.ts';
import { equalBytes } from '../bytes/compare.ts';
import { concat } from '../bytes/concat.ts';
import { domain } from '../bytes/domain.ts';
import { utf8 } from '../bytes/text.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { claimLimits } from '../limits.ts';
import { ClockQuality } from '../ports/clock.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';

/** An admin's invite for a node, a blank node's own label, an invite for a new admin. */
export type ClaimCodeKind = 'invite' | 'label' | 'admin';

export interface ClaimCode {
  readonly kind: ClaimCodeKind;
  /** 16 random bytes, good once. */
  readonly secret: Uint8Array;
  /** claimFingerprint of the issuer's key (invite, admin) or of the blank node's (label), 16. */
  readonly fingerprint: Uint8Array;
  /** The site's id, 16 bytes; empty on a label. */
  readonly site: Uint8Array;
  /** Seconds since 1970; 0 for never by the clock. */
  readonly expiresUnixS: number;
  /** Where to ask by HTTP: `192.168.1.2:8080`, `[fd00::1]:8080`, `name.local:8080`. */
  readonly addresses: readonly string[];
}

/** The last two only where somebody judges a code that came through whole. */
export type ClaimCodeFault =
  | 'not-a-code'
  | 'damaged'
  | 'too-new'
  | 'wrong-kind'
  | 'expired'
  | 'foreign';

const version = 1;
const checkBytes = 4;
const words = { invite: 'NODE', label: 'BOX', admin: 'ADMIN' } as const;
const kinds = { NODE: 'invite', BOX: 'label', ADMIN: 'admin' } as const;
/** Letters of either case, and none that only become one of these in upper case. */
const textForm = /MUSTER-(NODE|BOX|ADMIN):([1-9][0-9]{0,3}):([A-Z2-7]*)/i;
const otherForm = /MUSTER-[A-Z]+:[0-9]+:/i;
/** An IPv6 address in brackets, or an IPv4 address or name; a port. */
const addressForm = /^(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*):[0-9]{1,5}$/i;

/** What names a key in a claim code: BLAKE2b-128 of domain and key. */
export function claimFingerprint(crypto: Crypto, key: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('claim-key'), key);
}

/** How both ends name a code without telling it, 8 bytes. */
export function claimIdOf(crypto: Crypto, secret: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('claim-id'), secret).slice(0, 8);
}

/** For people who stand before several boxes, such as `K7QF-3M`; not a secret, proves nothing. */
export function shortCodeOf(crypto: Crypto, secret: Uint8Array): string {
  const letters = toBase32(crypto.blake2b(16, domain('claim-short'), secret));
  return `${letters.slice(0, 4)}-${letters.slice(4, 6)}`;
}

/** The code as text; a RangeError for one that nobody would accept. */
export function encodeClaimCode(crypto: Crypto, code: ClaimCode): string {
  const { kind, secret, fingerprint, site, expiresUnixS, addresses } = code;
  const content = encodeCbor([secret, fingerprint, site, expiresUnixS, addresses]);
  if (!decodeContent(kind, content)) throw new RangeError('this claim code would be malformed');
  const letters = toBase32(concat(content, checkOf(crypto, kind, content)));
  return `MUSTER-${words[kind]}:${version}:${letters}`;
}

/**
 * Takes the text as people bring it: either case, with spaces and line breaks, inside a URL or
 * after other words. One damaged letter, or the prefix of another kind, is noticed by the check.
 */
export function decodeClaimCode(crypto: Crypto, text: string): Result<ClaimCode, ClaimCodeFault> {
  if (text.length > claimLimits.codeLettersMax) return refused('not-a-code');
  const packed = text.replace(/\s/g, '').replace(/%3a/gi, ':');
  const [, word, textVersion, letters] = textForm.exec(packed) ?? [];
  if (word === undefined || letters === undefined) {
    return refused(otherForm.test(packed) ? 'wrong-kind' : 'not-a-code');
  }
  if (Number(textVersion) !== version) return refused('too-new');
  const kind = kinds[word.toUpperCase() as keyof typeof kinds];
  const bytes = fromBase32(letters.toUpperCase());
  if (!bytes || bytes.length <= checkBytes) return refused('damaged');
  const content = bytes.slice(0, -checkBytes);
  const isWhole = equalBytes(bytes.subarray(-checkBytes), checkOf(crypto, kind, content));
  const code = isWhole ? decodeContent(kind, content) : undefined;
  return code ? ok(code) : refused('damaged');
}

export interface ClaimCodeNow {
  /** What is expected here; left out where every kind is. */
  readonly kinds?: readonly ClaimCodeKind[];
  /** The site that the reader belongs to, 16 bytes; left out on a blank node. */
  readonly site?: Uint8Array;
  readonly unixMs: number;
  readonly quality: ClockQuality;
}

/** What speaks against a code here and now. Only a synced clock is believed against it. */
export function judgeClaimCode(code: ClaimCode, now: ClaimCodeNow): ClaimCodeFault | undefined {
  if (now.kinds && !now.kinds.includes(code.kind)) return 'wrong-kind';
  if (now.site && code.site.length > 0 && !equalBytes(now.site, code.site)) return 'foreign';
  const isOver = code.expiresUnixS !== 0 && now.unixMs >= code.expiresUnixS * 1000;
  return isOver && now.quality === ClockQuality.synced ? 'expired' : undefined;
}

function checkOf(crypto: Crypto, kind: ClaimCodeKind, content: Uint8Array): Uint8Array {
  const parts = [domain('claim-check'), utf8(words[kind]), content];
  return crypto.blake2b(16, ...parts).slice(0, checkBytes);
}

function decodeContent(kind: ClaimCodeKind, content: Uint8Array): ClaimCode | undefined {
  const reader = new CborReader(content);
  reader.array(5);
  const secret = reader.bytes(16).slice();
  const fingerprint = reader.bytes(16).slice();
  const site = reader.bytes(kind === 'label' ? 0 : 16).slice();
  const expiresUnixS = reader.uint(2 ** 40);
  const addresses: string[] = [];
  const count = reader.array(claimLimits.addressesMax, 0);
  for (let i = 0; i < count && !reader.failed; i++) {
    addresses.push(reader.text(claimLimits.addressBytesMax));
  }
  if (!reader.done() || !addresses.every((address) => addressForm.test(address))) return undefined;
  return { kind, secret, fingerprint, site, expiresUnixS, addresses };
}
