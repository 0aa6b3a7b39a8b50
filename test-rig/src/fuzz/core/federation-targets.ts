/** Fuzz targets: what sites exchange with each other: cards, policies, manifests. */
import {
  Crossing,
  checkSitePolicy,
  decodeManifest,
  decodeSiteCard,
  encodeManifest,
  encodeSiteCard,
  fromBase32,
  fromUtf8,
  ok,
  pinOf,
  type Result,
  refused,
  type SitePolicy,
  signSitePolicy,
  toBase32,
  utf8,
} from '@muster/core';
import { fuzzLimits } from '../limits.ts';
import { broken, type FuzzTarget } from '../target.ts';
import { admin, crypto, foreignSite, site } from './cast.ts';
import { issuerIn, issuerOf } from './issuers.ts';
import { paperTarget } from './paper.ts';
import { resign } from './resign.ts';

const { trust } = site;
const cardPrefix = 'MUSTER-SITE:1:';
const relays = ['/ip4/192.0.2.1/tcp/4001', '/dns4/relay.example/tcp/443/wss'];
const cards = [
  { siteKey: site.key.publicKey, name: 'Fair', relays: [] },
  { siteKey: foreignSite.key.publicKey, name: '', relays },
];
const roots = [site.key, foreignSite.key];

/** Input: the card's octets, or its text. */
export function createSiteCardTarget(): FuzzTarget {
  const texts = cards.map((card, i) => encodeSiteCard(crypto, card, roots[i]!));
  const wires = texts.map((text) => fromBase32(text.slice(cardPrefix.length))!);
  return {
    name: 'site-card',
    inputBytesMax: fuzzLimits.codeBytesMax,
    seeds: () => [...wires, ...texts.map(utf8)],
    dictionary: [utf8(cardPrefix), utf8('MUSTER-SITE:2:')],
    repair: (input) => (input[0]! >> 5 === 4 ? resign(input, 'site-card') : undefined),
    run(input) {
      const isOctets = input[0] !== undefined && input[0] >> 5 === 4;
      const text = isOctets ? cardPrefix + toBase32(input) : (fromUtf8(input) ?? '');
      const decoded = decodeSiteCard(crypto, text);
      if (!decoded.ok) return decoded.reason;
      const { key } = issuerOf(decoded.value.siteKey);
      const again = encodeSiteCard(crypto, decoded.value, key);
      return again === text.toUpperCase() || broken('two forms of one card');
    },
  };
}

export function createSitePolicyTarget(): FuzzTarget {
  const pin = pinOf(crypto, cards[1]!);
  const rule = {
    ...{ tag: site.general, name: 'general', home: trust.site, crossing: Crossing.both },
    ...{ peers: [pin.site], bundlesPerMinute: 0, bytesPerMinute: 2 ** 32 - 1 },
  };
  const theirs = {
    ...{ ...rule, tag: foreignSite.general, home: pin.site, crossing: Crossing.subscribe },
  };
  const empty: SitePolicy = { site: trust.site, revision: 0, pins: [], rules: [] };
  return paperTarget('site-policy', {
    domain: 'site-policy',
    seeds: [
      signSitePolicy(crypto, empty, site.root),
      signSitePolicy(crypto, { ...empty, revision: 2, pins: [pin], rules: [rule] }, admin.issuer),
      signSitePolicy(crypto, { ...empty, pins: [pin], rules: [rule, theirs] }, site.root),
    ],
    judge(wire): Result<Uint8Array, string> {
      const checked = checkSitePolicy(trust, wire);
      if (!checked.ok) return checked;
      return ok(signSitePolicy(crypto, checked.value, issuerIn(wire)));
    },
  });
}

export function createManifestTarget(): FuzzTarget {
  const ids = Array.from({ length: 5 }, (_, i) => new Uint8Array(32).fill(i));
  return paperTarget('manifest', {
    seeds: [encodeManifest([]), encodeManifest(ids)],
    judge(payload): Result<Uint8Array, string> {
      const read = decodeManifest(payload);
      return read ? ok(encodeManifest(read)) : refused('malformed');
    },
  });
}
