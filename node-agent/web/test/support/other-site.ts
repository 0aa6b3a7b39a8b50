/** Another site for tests, `harbour`, and policies of ours that pin it and let channels cross. */
import {
  Crossing,
  type CrossingRule,
  pinOf,
  Role,
  rootIssuer,
  type SitePolicy,
  signSitePolicy,
  signTicket,
  siteChannelTag,
  siteIdOf,
} from '@muster/core';
import { crypto, keyPair, root, site } from './site.ts';

export const otherRoot = keyPair(41);
export const otherSite = siteIdOf(crypto, otherRoot.publicKey);
export const harbour = pinOf(crypto, { siteKey: otherRoot.publicKey, name: 'harbour', relays: [] });
export const news = siteChannelTag(crypto, otherRoot.publicKey, 'news');

/** A ticket that harbour itself issued. */
export function otherTicket(subject: Uint8Array, role: Role = Role.user): Uint8Array {
  const ticket = { site: otherSite, subject, role, serial: 1, epoch: 0 };
  return signTicket(crypto, ticket, { key: otherRoot, certificate: new Uint8Array(0) });
}

/** harbour's channel `news`, read here, unless told otherwise. */
export function rule(change: Partial<CrossingRule> = {}): CrossingRule {
  return {
    tag: news,
    name: 'news',
    home: otherSite,
    crossing: Crossing.subscribe,
    peers: [otherSite],
    bundlesPerMinute: 0,
    bytesPerMinute: 0,
    ...change,
  };
}

export function policyOf(change: Partial<SitePolicy> = {}): SitePolicy {
  return { site, revision: 1, pins: [harbour], rules: [rule()], ...change };
}

export function signedPolicy(change: Partial<SitePolicy> = {}): Uint8Array {
  return signSitePolicy(crypto, policyOf(change), rootIssuer(root));
}
