/**
 * What trust lists and rules make of each other, for trust.json: sets of documents, and what
 * everybody believes who has them.
 */
import {
  type Issuer,
  RevocationReason,
  type SiteRules,
  signSiteRules,
  signTrustList,
  type TrustList,
} from '@muster/core';
import { admin, secondAdmin } from './admins.ts';
import { byRoot, crypto, guest, site, staff } from './cast.ts';
import type { Vector } from './json.ts';

const one = staff.key.publicKey;
const other = guest.key.publicKey;
const [first, second] = [admin.key.publicKey, secondAdmin.key.publicKey];

function list(
  issuer: Issuer,
  changes: Omit<Partial<TrustList>, 'revoked'> & { readonly revoked?: readonly Uint8Array[] },
): Uint8Array {
  const { revoked = [], ...rest } = changes;
  const revocations = revoked.map((key) => ({
    key,
    reason: RevocationReason.unspecified,
    label: '',
  }));
  return signTrustList(
    crypto,
    { site, revision: 1, epoch: 0, revoked: revocations, ...rest },
    issuer,
  );
}

function rules(issuer: Issuer, changes: Partial<SiteRules>): Uint8Array {
  const budgets = { guestBundlesPerMinute: 600, guestTicketsPerMinute: 60 };
  const whole = { site, revision: 1, guests: 0, ...budgets, announcement: '' } as const;
  return signSiteRules(crypto, { ...whole, ...changes }, issuer);
}

type Row = readonly [
  why: string,
  documents: readonly Uint8Array[],
  expected: {
    epoch?: number;
    revoked?: Uint8Array[];
    admins?: Uint8Array[];
    announcement?: string;
  },
];

export function beliefs(): Vector {
  return [...listRows(), ...ruleRows()].map(([why, documents, expected]) => ({
    why,
    documents,
    expected: { epoch: 0, revoked: [], admins: [], announcement: '', ...expected },
  }));
}

function listRows(): readonly Row[] {
  return [
    ['Nothing is known.', [], {}],
    [
      'The union of all lists, the highest of all epochs.',
      [
        list(byRoot, { epoch: 1 }),
        list(admin.issuer, { epoch: 4, revoked: [one] }),
        list(secondAdmin.issuer, { epoch: 2, revoked: [other] }),
      ],
      { epoch: 4, revoked: [one, other] },
    ],
    [
      'Of one issuer the highest revision counts.',
      [list(admin.issuer, { revision: 2 }), list(admin.issuer, { revoked: [one], epoch: 3 })],
      {},
    ],
    [
      'An admin does not revoke another admin as an issuer.',
      [list(admin.issuer, { revoked: [one] }), list(secondAdmin.issuer, { revoked: [first] })],
      { revoked: [one, first] },
    ],
    [
      'The root does; then that list and those rules count no more.',
      [
        list(byRoot, { revoked: [first] }),
        list(admin.issuer, { revoked: [one], epoch: 7 }),
        rules(admin.issuer, { revision: Number.MAX_SAFE_INTEGER, announcement: 'mine' }),
        rules(secondAdmin.issuer, { revision: 2, announcement: 'ours' }),
      ],
      { revoked: [first], admins: [first], announcement: 'ours' },
    ],
    [
      'An admin who revokes itself has spoken for the last time, whatever comes later.',
      [
        list(secondAdmin.issuer, { revoked: [second, one], epoch: 5 }),
        list(secondAdmin.issuer, { revision: 9, revoked: [other], epoch: 6 }),
      ],
      { revoked: [second], admins: [second] },
    ],
    [
      'A list goes on revoking when the certificate of its admin has ended.',
      [list(admin.issuer, { revoked: [one] }), list(byRoot, { epoch: 9 })],
      { epoch: 9, revoked: [one] },
    ],
  ];
}

function ruleRows(): readonly Row[] {
  return [
    [
      'Rules: the highest revision, whoever signed it.',
      [
        rules(byRoot, { revision: 3, announcement: 'old' }),
        rules(admin.issuer, { revision: 4, announcement: 'new' }),
      ],
      { announcement: 'new' },
    ],
    [
      'Rules by an admin whose certificate has ended hold only where there are no others.',
      [
        list(byRoot, { epoch: 9 }),
        rules(admin.issuer, { revision: 4, announcement: 'ended' }),
        rules(byRoot, { announcement: 'holds' }),
      ],
      { epoch: 9, announcement: 'holds' },
    ],
    [
      'There are no others.',
      [list(byRoot, { epoch: 9 }), rules(admin.issuer, { announcement: 'ended' })],
      { epoch: 9, announcement: 'ended' },
    ],
  ];
}
