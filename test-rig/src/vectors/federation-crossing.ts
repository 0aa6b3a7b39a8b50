/** What leaves and enters under the second policy of federation.json, as a table. */
import { Scope } from '@muster/core';
import { site } from './cast.ts';
import { general, harbour, harbourNews, hill } from './federation-policies.ts';
import type { Vector } from './json.ts';

const unknown = new Uint8Array(16).fill(0xee);
const silent = new Uint8Array(16).fill(9);
const { anywhere, site: staying } = Scope;

interface Case {
  readonly why: string;
  readonly of?: Uint8Array;
  readonly tag?: Uint8Array;
  readonly scope?: Scope;
  readonly kind?: number;
}

/** Of our own site, in `general`, unless said otherwise. */
const published: readonly Case[] = [
  { why: 'Ours, published to both.' },
  { why: 'A description is part of its channel.', kind: 2 },
  { why: 'A manifest is part of its channel.', kind: 5 },
];
const kept: readonly Case[] = [
  { why: 'Ours, and its author keeps it here.', scope: staying },
  { why: 'Profiles never cross.', kind: 3 },
  { why: 'Policies never cross.', kind: 4 },
  { why: 'Kinds that are not known never cross.', kind: 200 },
  { why: 'Ours, in a channel that is only followed.', tag: harbourNews },
  { why: 'Ours, in a channel without a rule.', tag: unknown },
  { why: 'Ours, in a channel that crosses no way.', tag: silent },
];
/** Of the harbour, in its `news`, unless said otherwise. */
const followed: readonly Case[] = [
  { why: 'Theirs, followed.' },
  { why: 'A description of theirs.', kind: 2 },
  { why: 'A manifest of theirs.', kind: 5 },
  { why: 'Theirs, in our shared channel.', tag: general },
  { why: 'Of another peer in our shared channel.', of: hill.site, tag: general },
];
const barred: readonly Case[] = [
  { why: 'Theirs, and its author kept it there.', scope: staying },
  { why: 'A profile of theirs.', kind: 3 },
  { why: 'A policy of theirs.', kind: 4 },
  { why: 'Theirs, in a channel without a rule.', tag: unknown },
  { why: 'Of a pinned site that is no peer there.', of: hill.site },
  { why: 'Of a site that is not pinned.', of: unknown },
];

/** Sorted by hand into what crosses and what does not: no rule of the code decides it here. */
export function crossings(): Vector {
  const both = [harbour.site, hill.site];
  const ours = ({ why, of = site, tag = general, scope = anywhere, kind = 1 }: Case) => ({
    ...{ why, site: of, tag, scope, kind },
  });
  const theirs = (row: Case) => ours({ of: harbour.site, tag: harbourNews, ...row });
  return {
    policy: 1,
    columns:
      'site, tag, scope and kind of a bundle; the pinned sites to which it may leave; whether it ' +
      'may enter. `policy` counts the valid policies from 0',
    rows: [
      ...published.map((row) => ({ ...ours(row), leavesTo: both, enters: false })),
      ...kept.map((row) => ({ ...ours(row), leavesTo: [], enters: false })),
      ...followed.map((row) => ({ ...theirs(row), leavesTo: [], enters: true })),
      ...barred.map((row) => ({ ...theirs(row), leavesTo: [], enters: false })),
    ],
  };
}
