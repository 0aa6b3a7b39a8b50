/**
 * Site rules: how the site treats its guests, and what it tells everybody. One document a site,
 * signed by the root or an admin, told apart by its revision, carried by every node (step 2).
 */
import { equalBytes } from '../bytes/compare.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { Power } from '../identity/admin-certificate.ts';
import {
  decodeIssued,
  type Issuer,
  signIssued,
  type TrustChain,
  verifyIssued,
} from '../identity/issued.ts';
import type { SiteTrust } from '../identity/site.ts';
import { guestBudget, trustLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';

/** Who becomes a guest: everybody, whoever shows a guest pass, or whom staff let in. */
export const GuestAdmission = { open: 0, pass: 1, approval: 2 } as const;
export type GuestAdmission = (typeof GuestAdmission)[keyof typeof GuestAdmission];

export interface SiteRules {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** From 1; the highest holds, of two equal ones the greater bytes. */
  readonly revision: number;
  readonly guests: GuestAdmission;
  /** Budget of all guests of one node together, bundles a minute; at most guestBudget's. */
  readonly guestBundlesPerMinute: number;
  /** New guest tickets of one node a minute; at most guestBudget's. */
  readonly guestTicketsPerMinute: number;
  /** Shown to everybody at the head of the page; may be empty. */
  readonly announcement: string;
}

export interface GenuineRules extends SiteRules {
  readonly chain: TrustChain;
}

export type SiteRulesFault = 'malformed' | 'foreign' | 'forged';

const version = 1;

/** What holds where no rules were ever signed. */
export function firstRules(site: Uint8Array): SiteRules {
  const { bundlesPerMinute, ticketsPerMinute } = guestBudget;
  return {
    site,
    revision: 0,
    guests: GuestAdmission.open,
    guestBundlesPerMinute: bundlesPerMinute,
    guestTicketsPerMinute: ticketsPerMinute,
    announcement: '',
  };
}

/** The rules in wire form; a RangeError for some that nobody would accept. */
export function signSiteRules(crypto: Crypto, rules: SiteRules, issuer: Issuer): Uint8Array {
  const signed = encodeCbor([
    version,
    rules.site,
    rules.revision,
    rules.guests,
    rules.guestBundlesPerMinute,
    rules.guestTicketsPerMinute,
    rules.announcement,
  ]);
  if (!decodeSigned(signed)) throw new RangeError('these site rules would be malformed');
  return signIssued(crypto, { domain: 'site-rules', signed }, issuer);
}

/** That they were signed by the root, or by an admin who may. */
export function verifySiteRules(
  trust: SiteTrust,
  wire: Uint8Array,
): Result<GenuineRules, SiteRulesFault> {
  const issued = decodeIssued(wire, trustLimits.rulesBytesMax);
  const rules = issued && decodeSigned(issued.signed);
  if (!issued || !rules) return refused('malformed');
  if (!equalBytes(rules.site, trust.site)) return refused('foreign');
  const verified = verifyIssued(trust, { domain: 'site-rules', issued, power: Power.rules });
  return verified.ok ? ok({ ...rules, chain: verified.value }) : verified;
}

function decodeSigned(signed: Uint8Array): SiteRules | undefined {
  const reader = new CborReader(signed);
  reader.array(7);
  reader.uint(version, version);
  const rules: SiteRules = {
    site: reader.bytes(16).slice(),
    revision: reader.uint(Number.MAX_SAFE_INTEGER, 1),
    guests: reader.uint(GuestAdmission.approval) as GuestAdmission,
    guestBundlesPerMinute: reader.uint(guestBudget.bundlesPerMinute),
    guestTicketsPerMinute: reader.uint(guestBudget.ticketsPerMinute),
    announcement: reader.text(trustLimits.announcementBytesMax),
  };
  return reader.done() ? rules : undefined;
}
