/** Provision documents and admin papers of claim.json, right and wrong. */
import {
  concat,
  decodeAdminPapers,
  domain,
  encodeAdminPapers,
  encodeCbor,
  type Issuer,
  type ProvisionDocument,
  provisionRoles,
  rootIssuer,
  signProvision,
} from '@muster/core';
import { crypto, foreignRoot, foreignSite, none, root, stranger } from './cast.ts';
import {
  blank,
  byAdmin,
  bySecondAdmin,
  certificateFor,
  leastProvision,
  provision,
  secondAdmin,
} from './claim-cast.ts';
import { adminPapers } from './claim-transcript.ts';
import type { Item } from './federation-signed.ts';
import type { Vector } from './json.ts';

const nodeKey = blank.key.publicKey;

const settings: readonly Item[] = [
  ...[provisionRoles.indexOf('gateway'), 'north gate', [], [], [], []],
  [],
];

function items(changes: Readonly<Record<number, Item>> = {}): Item[] {
  const { site, siteKey, siteName, certificate } = leastProvision;
  const usual: Item[] = [1, site, siteKey, siteName, nodeKey, certificate, settings, [], none];
  return usual.map((item, i) => changes[i] ?? item);
}

/** Any items, signed as provision documents are. */
function signedBy(of: Item, { key, certificate }: Issuer = byAdmin): Uint8Array {
  const signed = encodeCbor(of);
  const signature = crypto.sign(concat(domain('provision'), signed), key.secretKey);
  return encodeCbor(
    certificate.length > 0 ? [signed, signature, certificate] : [signed, signature],
  );
}

const withSetting = (at: number, item: Item) =>
  signedBy(items({ 6: settings.map((usual, i) => (i === at ? item : usual)) }));

export function provisionVectors(): Vector {
  const right = signProvision(crypto, leastProvision, byAdmin);
  const wrong: readonly (readonly [why: string, reason: string, wire: Uint8Array])[] = [
    ['Cut off.', 'malformed', right.slice(0, -1)],
    ['Version 2.', 'malformed', signedBy(items({ 0: 2 }))],
    ['A site that is not that of its key.', 'foreign', signedBy(items({ 1: foreignSite }))],
    ['A site name with a line break.', 'malformed', signedBy(items({ 3: 'a\nb' }))],
    ['For another node.', 'not-yours', signedBy(items({ 4: stranger.key.publicKey }))],
    ['Signed by another root.', 'forged', signedBy(items(), rootIssuer(foreignRoot.key))],
    ['Signed by another admin than the code’s.', 'wrong-issuer', signedBy(items(), bySecondAdmin)],
    [
      'A certificate for another node.',
      'not-yours',
      signedBy(items({ 5: certificateFor(stranger.key.publicKey) })),
    ],
    ['Another name than in the certificate.', 'malformed', withSetting(1, 'south gate')],
    ['Another role than in the certificate.', 'malformed', withSetting(0, 0)],
    ['A channel without a name.', 'malformed', withSetting(2, [''])],
    ['An address that is no multiaddr.', 'malformed', withSetting(3, ['gate:7321'])],
    ['Wi-Fi with a short password.', 'malformed', withSetting(4, ['net', 'seven77', 'DE', 0])],
    ['Wi-Fi with a line break.', 'malformed', withSetting(4, ['a\nb', '', 'DE', 0])],
    ['Wi-Fi of three items.', 'malformed', withSetting(4, ['net', '', 'DE'])],
    ['An uplink address with a space.', 'malformed', withSetting(5, [[0, 'a b', '']])],
    ['A host name that ends with a dot.', 'malformed', withSetting(6, ['gate.'])],
    ['An empty document in it.', 'malformed', signedBy(items({ 7: [none] }))],
  ];
  const valid: readonly (readonly [ProvisionDocument, Issuer])[] = [
    [provision, byAdmin],
    [leastProvision, byAdmin],
    [leastProvision, rootIssuer(root.key)],
  ];
  return {
    nodeKey,
    issuer: byAdmin.key.publicKey,
    valid: valid.map(([document, issuer]) => ({
      wire: signProvision(crypto, document, issuer),
      issuer: issuer.key.publicKey,
      document: document as unknown as Vector,
    })),
    invalid: wrong.map(([why, reason, wire]) => ({ why, reason, wire })),
  };
}

export function adminPapersVectors(): Vector {
  const adminKey = secondAdmin.key.publicKey;
  const right = adminPapers(adminKey);
  const { certificate, ...papers } = decodeAdminPapers(right)!;
  const moved = { ...papers, certificate, siteKey: foreignRoot.key.publicKey };
  const empty = { ...papers, certificate: Uint8Array.of(0x80) };
  const wrong: readonly (readonly [why: string, reason: string, wire: Uint8Array])[] = [
    ['Something after it.', 'malformed', Uint8Array.of(...right, 0)],
    ['A certificate that is none.', 'malformed', encodeAdminPapers(empty)],
    ['For another key.', 'not-yours', adminPapers(stranger.key.publicKey)],
    ['Certified by another root.', 'forged', adminPapers(adminKey, foreignRoot.key)],
    ['Another site than its certificate’s.', 'foreign', encodeAdminPapers(moved)],
  ];
  return {
    adminKey,
    valid: [{ wire: right, certificate, ...papers }],
    invalid: wrong.map(([why, reason, wire]) => ({ why, reason, wire })),
  };
}
