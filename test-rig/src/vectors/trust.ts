/**
 * trust.json: trust lists, site rules, what they make of each other, admin acts, grants and guest
 * passes; right and wrong, each wrong one with the reason and a sentence why.
 */
import {
  actTag,
  concat,
  encodeAdminAct,
  encodeCbor,
  encodeGrant,
  GrantKind,
  GuestAdmission,
  grantTag,
  guestPassId,
  type Issuer,
  RevocationReason,
  reportTag,
  type SiteRules,
  signGuestPass,
  signSiteRules,
  signTrustList,
  type TrustList,
} from '@muster/core';
import { admin, adminKeys, endedAdmin, madeUp, powerless, secondAdmin } from './admins.ts';
import {
  byNode,
  byRoot,
  castVector,
  certificate,
  crypto,
  epoch,
  foreignRoot,
  foreignSite,
  guest,
  lastEpoch,
  node,
  none,
  root,
  site,
  staff,
  stranger,
  tickets,
} from './cast.ts';
import type { Vector } from './json.ts';
import { beliefs } from './trust-beliefs.ts';

type Refused = readonly [reason: string, why: string, wire: Uint8Array];

const refusedRows = (rows: readonly Refused[]): Vector[] =>
  rows.map(([reason, why, wire]) => ({ reason, why, wire }));

export function trustVectors(): Vector {
  return {
    about:
      'Trust lists, site rules, admin acts, grants and guest passes; docs/protocol/trust.md says ' +
      'how. `lists` and `rules` are judged one by one, by somebody who knows the site as in ' +
      '`trust` and no document. `beliefs`: whoever has taken these documents, in whatever order ' +
      'and again and again until nothing changes, believes what stands in `expected`; it begins ' +
      'with epoch 0. Passes are text, and judged as in `trust`. All bytes are hex.',
    ...castVector,
    admins: adminKeys,
    tags: {
      acts: actTag(crypto, site),
      reports: reportTag(crypto, site),
      grants: { key: guest.key.publicKey, tag: grantTag(crypto, site, guest.key.publicKey) },
    },
    lists: lists(),
    rules: rules(),
    beliefs: beliefs(),
    acts: acts(),
    grants: grants(),
    passes: passes(),
  };
}

const listFields: Omit<TrustList, 'issuer'> = {
  site,
  revision: 1,
  epoch,
  revoked: [{ key: staff.key.publicKey, reason: RevocationReason.lost, label: 'Ben, lost phone' }],
};

function lists(): Vector {
  const valid: readonly (readonly [Omit<TrustList, 'issuer'>, Issuer])[] = [
    [listFields, byRoot],
    [listFields, admin.issuer],
    [{ ...listFields, revision: Number.MAX_SAFE_INTEGER, epoch: lastEpoch }, secondAdmin.issuer],
    [{ ...listFields, revoked: [] }, byRoot],
  ];
  const by = (issuer: Issuer, changes: Partial<TrustList> = {}) =>
    signTrustList(crypto, { ...listFields, ...changes }, issuer);
  const right = by(admin.issuer);
  const late = [1, site, admin.key.publicKey, 1, lastEpoch + 1, []];
  const notYours = [1, site, root.key.publicKey, 1, epoch, []];
  return {
    valid: valid.map(([list, issuer]) => ({
      fields: { ...list, issuer: issuer.key.publicKey } as unknown as Vector,
      wire: signTrustList(crypto, list, issuer),
    })),
    invalid: refusedRows([
      ['malformed', 'No bytes.', none],
      ['malformed', 'Cut off by a byte.', right.subarray(0, -1)],
      ['malformed', 'A byte too many.', concat(right, Uint8Array.of(0))],
      ['malformed', 'Revision 0.', issued(admin.issuer, [1, site, admin.key.publicKey, 0, 0, []])],
      [
        'foreign',
        'Of another site.',
        by({ ...byRoot, key: foreignRoot.key }, { site: foreignSite }),
      ],
      ['foreign', 'By a stranger, who says so.', by({ ...byRoot, key: stranger.key })],
      ['foreign', 'By an admin, in the name of the root.', issued(admin.issuer, notYours)],
      ['forged', 'By an admin who may not revoke.', by(powerless)],
      ['forged', 'By an admin who made itself one.', by(madeUp)],
      ['forged', 'An epoch after the end of its own admin.', issued(admin.issuer, late)],
      [
        'forged',
        'By an admin, signed as rules.',
        issued(admin.issuer, fieldsOfRight, 'site-rules'),
      ],
    ]),
  };
}

const fieldsOfRight = [1, site, admin.key.publicKey, 1, epoch, []];

/** What an issuer signs, whatever it is. */
function issued(
  { key, certificate: by }: Issuer,
  items: Parameters<typeof encodeCbor>[0],
  purpose = 'trust-list',
): Uint8Array {
  const signed = encodeCbor(items);
  const domain = new TextEncoder().encode(`muster/1/${purpose}\0`);
  return encodeCbor([signed, crypto.sign(concat(domain, signed), key.secretKey), by]);
}

const ruleFields: SiteRules = {
  site,
  revision: 1,
  guests: GuestAdmission.pass,
  guestBundlesPerMinute: 300,
  guestTicketsPerMinute: 30,
  announcement: 'The north gate is closed.',
};

function rules(): Vector {
  const valid: readonly (readonly [SiteRules, Issuer])[] = [
    [ruleFields, byRoot],
    [{ ...ruleFields, revision: 2, guests: GuestAdmission.approval }, secondAdmin.issuer],
    [{ ...ruleFields, guestBundlesPerMinute: 0, announcement: '' }, admin.issuer],
  ];
  const by = (issuer: Issuer, changes: Partial<SiteRules> = {}) =>
    signSiteRules(crypto, { ...ruleFields, ...changes }, issuer);
  const right = by(admin.issuer);
  const over = [1, site, 1, 0, 601, 60, ''];
  return {
    valid: valid.map(([fields, issuer]) => ({
      fields: { ...fields } as Vector,
      wire: signSiteRules(crypto, fields, issuer),
    })),
    invalid: refusedRows([
      ['malformed', 'Cut off by a byte.', right.subarray(0, -1)],
      ['malformed', 'A budget above that of every site.', issued(admin.issuer, over, 'site-rules')],
      [
        'foreign',
        'Of another site.',
        by({ ...byRoot, key: foreignRoot.key }, { site: foreignSite }),
      ],
      ['forged', 'Not by the root.', by({ ...byRoot, key: stranger.key })],
      ['forged', 'By an admin who may not.', by(powerless)],
    ]),
  };
}

function acts(): Vector {
  const whole = { command: 'node.restart', node: node.key.publicKey, params: '{}', documents: [] };
  const withList = {
    command: 'person.revoke',
    node: none,
    params: '{"name":"Ben"}',
    documents: [signTrustList(crypto, listFields, admin.issuer)],
  };
  const right = encodeAdminAct(whole);
  return {
    valid: [whole, withList].map((fields) => ({ fields, payload: encodeAdminAct(fields) })),
    invalid: [
      { why: 'Cut off by a byte.', payload: right.subarray(0, -1) },
      { why: 'A node key of 16 bytes.', payload: encodeCbor([1, 'x', site, '{}', []]) },
      { why: 'Five documents.', payload: encodeCbor([1, 'x', none, '{}', Array(5).fill(site)]) },
      { why: 'Version 2.', payload: encodeCbor([2, 'x', none, '{}', []]) },
    ],
  };
}

function grants(): Vector {
  const ticket = { kind: GrantKind.ticket, content: tickets.guest };
  const renewed = { kind: GrantKind.certificate, content: certificate };
  return {
    valid: [ticket, renewed, { kind: 255, content: Uint8Array.of(1) }].map((fields) => {
      return { fields, payload: encodeGrant(fields) };
    }),
    invalid: [
      { why: 'Nothing in it.', payload: encodeCbor([1, 2, none]) },
      { why: 'A kind above 255.', payload: encodeCbor([1, 256, site]) },
      { why: 'A byte too many.', payload: concat(encodeGrant(ticket), Uint8Array.of(0)) },
    ],
  };
}

function passes(): Vector {
  const serial = new Uint8Array(8).fill(7);
  const fields = { site, serial, epoch: lastEpoch, usesMax: 50 };
  const by = (issuer: Issuer, changes: Partial<typeof fields> = {}) =>
    signGuestPass(crypto, { ...fields, ...changes }, issuer);
  const right = by(byNode);
  const wrong = right.endsWith('A') ? 'B' : 'A';
  return {
    valid: [byNode, byRoot, admin.issuer].map((issuer) => {
      return { fields, text: by(issuer), id: guestPassId(crypto, fields) };
    }),
    invalid: [
      ['malformed', 'Something else.', 'https://example.org/'],
      ['malformed', 'Cut off by a letter.', right.slice(0, -1)],
      ['malformed', 'A later version.', right.replace(':1:', ':2:')],
      [
        'foreign',
        'Of another site.',
        by({ ...byRoot, key: foreignRoot.key }, { site: foreignSite }),
      ],
      ['expired', 'Of an ended epoch.', by(byNode, { epoch: epoch - 1 })],
      ['expired', 'By an admin whose certificate ended.', by(endedAdmin)],
      ['forged', 'By an admin who may not.', by(secondAdmin.issuer)],
      [
        'forged',
        'By a stranger, with the certificate of a node.',
        by({ key: stranger.key, certificate }),
      ],
      ['forged', 'The last letter misread.', `${right.slice(0, -1)}${wrong}`],
    ].map(([reason, why, text]) => ({ reason: reason!, why: why!, text: text! })),
  };
}
