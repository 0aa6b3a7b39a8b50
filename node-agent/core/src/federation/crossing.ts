/**
 * What crosses between sites: the rules, in one place. A bundle of site X under a tag crosses from
 * X to S when X's policy publishes it to S, S's policy subscribes to it from X, and its author let
 * it leave (steps 2 and 6). Only a site's own bundles are ever published, so loops end.
 */
import { BundleKind, Scope } from '../bundle/bundle.ts';
import { equalBytes } from '../bytes/compare.ts';
import { Crossing, type CrossingRule, type Pin, type SitePolicy } from './site-policy.ts';

/** What a crossing is decided by: site and tag 16 bytes each. */
export interface CrossingSubject {
  readonly site: Uint8Array;
  readonly tag: Uint8Array;
  readonly scope: Scope;
}

/** Kinds that cross at all: what makes up a channel, and nothing about a site's people or rules. */
export const crossingKinds: ReadonlySet<BundleKind> = new Set([
  BundleKind.message,
  BundleKind.channelDescription,
  BundleKind.manifest,
]);

/** Whether a bundle may go to the site `toPeer`: it is our own, and our policy publishes it. */
export function mayLeave(
  policy: SitePolicy,
  subject: CrossingSubject,
  toPeer: Uint8Array,
): boolean {
  if (!equalBytes(subject.site, policy.site)) return false;
  return ruleFor(policy, subject, { way: Crossing.publish, peer: toPeer }) !== undefined;
}

/** The pinned site whose bundle our policy subscribes to, or undefined. */
export function mayEnter(policy: SitePolicy, subject: CrossingSubject): Pin | undefined {
  const { site } = subject;
  if (!ruleFor(policy, subject, { way: Crossing.subscribe, peer: site })) return undefined;
  return policy.pins.find((pin) => equalBytes(pin.site, site));
}

function ruleFor(
  policy: SitePolicy,
  { tag, scope }: CrossingSubject,
  { way, peer }: { readonly way: Crossing; readonly peer: Uint8Array },
): CrossingRule | undefined {
  if (scope !== Scope.anywhere) return undefined;
  const rule = policy.rules.find((candidate) => equalBytes(candidate.tag, tag));
  if (!rule || (rule.crossing & way) === 0) return undefined;
  return rule.peers.some((shared) => equalBytes(shared, peer)) ? rule : undefined;
}
