/**
 * Site policy: which other sites the admin pinned, and which channels cross to and from them. One
 * per site, signed by the root or an admin, told apart by its revision, and carried as a bundle so
 * that every node has it (steps 2 and 6). It gives no rights within the site. See
 * docs/protocol/federation.md.
 */
import { equalBytes } from '../bytes/compare.ts';
import { domain } from '../bytes/domain.ts';
import { bytesKey } from '../bytes/key.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { Power } from '../identity/admin-certificate.ts';
import {
  chainFault,
  decodeIssued,
  type IssuedFault,
  type Issuer,
  signIssued,
  type TrustChain,
  verifyIssued,
} from '../identity/issued.ts';
import { type SiteTrust, siteIdOf } from '../identity/site.ts';
import { federationLimits, nameLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';
import { readSiteItems, type SiteCard, siteItems } from './site-card.ts';

/** Which way a channel crosses; a set of two bits. */
export const Crossing = { none: 0, publish: 1, subscribe: 2, both: 3 } as const;
export type Crossing = (typeof Crossing)[keyof typeof Crossing];

/** Another site that our admin pinned. */
export interface Pin extends SiteCard {
  /** 16 bytes; siteIdOf(siteKey), not on the wire. */
  readonly site: Uint8Array;
}

export interface CrossingRule {
  /** Channel tag, 16 bytes; one rule for each. */
  readonly tag: Uint8Array;
  /** What the channel's home site calls it. */
  readonly name: string;
  /** Id of the site whose channel it is, ours or a pinned one, 16 bytes. */
  readonly home: Uint8Array;
  /** publish: our site's bundles under the tag go to the peers; subscribe: theirs are taken. */
  readonly crossing: Crossing;
  /** Ids of the pinned sites that share it, 16 bytes each. */
  readonly peers: readonly Uint8Array[];
  /** Budget for each direction on one uplink; 0 stands for the gateway's default. */
  readonly bundlesPerMinute: number;
  readonly bytesPerMinute: number;
}

export interface SitePolicy {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** Counts the admin's changes; the highest holds, of two equal ones the greater bytes. */
  readonly revision: number;
  readonly pins: readonly Pin[];
  readonly rules: readonly CrossingRule[];
}

/** A policy that was signed by whom the site lets. */
export interface GenuinePolicy {
  readonly policy: SitePolicy;
  readonly chain: TrustChain;
}

/** `old`: as good or better is known already. The others as for certificates. */
export type PolicyFault = 'malformed' | 'foreign' | 'forged' | 'expired' | 'revoked' | 'old';

const version = 1;
const uint32Max = 2 ** 32 - 1;

/** The tag under which a site's policy travels, 16 bytes. */
export function policyTag(crypto: Crypto, site: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('site-policy-tag'), site);
}

/** A site card as a pin. */
export function pinOf(crypto: Crypto, { siteKey, name, relays }: SiteCard): Pin {
  return { siteKey, name, relays, site: siteIdOf(crypto, siteKey) };
}

/** The policy in wire form; a RangeError for one that nobody would accept. */
export function signSitePolicy(crypto: Crypto, policy: SitePolicy, issuer: Issuer): Uint8Array {
  const pins = policy.pins.map(siteItems);
  const rules = policy.rules.map((rule) => [
    rule.tag,
    rule.name,
    rule.home,
    rule.crossing,
    rule.peers,
    rule.bundlesPerMinute,
    rule.bytesPerMinute,
  ]);
  const signed = encodeCbor([version, policy.site, policy.revision, pins, rules]);
  const isRoot = issuer.certificate.length === 0;
  const isOwn = !isRoot || equalBytes(policy.site, siteIdOf(crypto, issuer.key.publicKey));
  if (!isOwn || signed.length > federationLimits.policyBytesMax || !decodeSigned(crypto, signed)) {
    throw new RangeError('this policy would be malformed, or is not of this site');
  }
  return signIssued(crypto, { domain: 'site-policy', signed }, issuer);
}

/** Judges a policy in wire form as one of the trusted site, cheapest check first. */
export function checkSitePolicy(
  trust: SiteTrust,
  wire: Uint8Array,
): Result<SitePolicy, Exclude<PolicyFault, 'old'>> {
  const verified = verifySitePolicy(trust, wire);
  if (!verified.ok) return verified;
  const { policy, chain } = verified.value;
  const fault = chainFault(trust, chain);
  return fault ? refused(fault) : ok(policy);
}

/** That the root or an admin who may signed it, whatever became of them since. */
export function verifySitePolicy(
  trust: SiteTrust,
  wire: Uint8Array,
): Result<GenuinePolicy, IssuedFault> {
  const issued = decodeIssued(wire, federationLimits.policyBytesMax);
  const policy = issued && decodeSigned(trust.crypto, issued.signed);
  if (!issued || !policy) return refused('malformed');
  if (!equalBytes(policy.site, trust.site)) return refused('foreign');
  const verified = verifyIssued(trust, { domain: 'site-policy', issued, power: Power.rules });
  return verified.ok ? ok({ policy, chain: verified.value }) : verified;
}

function decodeSigned(crypto: Crypto, signed: Uint8Array): SitePolicy | undefined {
  const reader = new CborReader(signed);
  reader.array(5);
  reader.uint(version, version);
  const site = reader.bytes(16).slice();
  const revision = reader.uint(Number.MAX_SAFE_INTEGER);
  const cards = readMany(reader, federationLimits.pinsMax, readPin);
  const rules = readMany(reader, federationLimits.rulesMax, readRule);
  if (!reader.done() || !cards || !rules) return undefined;
  const pins = cards.map((card) => pinOf(crypto, { ...card, siteKey: card.siteKey.slice() }));
  const policy = { site, revision, pins, rules };
  return isConsistent(policy) ? policy : undefined;
}

function readMany<T>(
  reader: CborReader,
  countMax: number,
  read: (reader: CborReader) => T | undefined,
): T[] | undefined {
  const items: T[] = [];
  const count = reader.array(countMax, 0);
  for (let i = 0; i < count; i++) {
    const item = read(reader);
    if (reader.failed || item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function readPin(reader: CborReader): SiteCard | undefined {
  reader.array(3);
  return readSiteItems(reader);
}

function readRule(reader: CborReader): CrossingRule | undefined {
  reader.array(7);
  const tag = reader.bytes(16).slice();
  const name = reader.text(nameLimits.nameBytesMax);
  const home = reader.bytes(16).slice();
  const crossing = reader.uint(Crossing.both) as Crossing;
  const peers = readMany(reader, federationLimits.pinsMax, (peer) => peer.bytes(16).slice());
  const bundlesPerMinute = reader.uint(uint32Max);
  const bytesPerMinute = reader.uint(uint32Max);
  return peers && { tag, name, home, crossing, peers, bundlesPerMinute, bytesPerMinute };
}

/** Every site that a rule names is pinned (its home may be ours), and nothing stands twice. */
function isConsistent({ site, pins, rules }: SitePolicy): boolean {
  const pinned = new Set(pins.map((pin) => bytesKey(pin.site)));
  const own = bytesKey(site);
  if (pinned.size !== pins.length || pinned.has(own)) return false;
  if (new Set(rules.map(({ tag }) => bytesKey(tag))).size !== rules.length) return false;
  return rules.every(({ home, peers }) => {
    const isHomeKnown = bytesKey(home) === own || pinned.has(bytesKey(home));
    const named = new Set(peers.map(bytesKey));
    const areKnown = [...named].every((peer) => pinned.has(peer));
    return isHomeKnown && named.size === peers.length && areKnown;
  });
}
