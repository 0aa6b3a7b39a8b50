/** Federation: site cards, the signed policy of a site, what crosses between sites, manifests. */
export { type CrossingSubject, crossingKinds, mayEnter, mayLeave } from './crossing.ts';
export { decodeManifest, encodeManifest } from './manifest.ts';
export { decodeSiteCard, encodeSiteCard, type SiteCard, type SiteCardFault } from './site-card.ts';
export {
  Crossing,
  type CrossingRule,
  checkSitePolicy,
  type Pin,
  type PolicyFault,
  pinOf,
  policyTag,
  type SitePolicy,
  signSitePolicy,
} from './site-policy.ts';
