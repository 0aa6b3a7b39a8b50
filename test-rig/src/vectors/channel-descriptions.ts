/**
 * The descriptions of channel.json: right, wrong, under whose tag they belong, and who may write.
 */
import {
  type ChannelDescription,
  ChannelKind,
  channelTag,
  concat,
  encodeCbor,
  encodeDescription,
  privateLabel,
  utf8,
} from '@muster/core';
import { channelKey, stageDescription, stageTag } from './bundle-contents.ts';
import { crypto, foreignSite, guest, none, site, staff, stranger, user } from './cast.ts';
import type { Vector } from './json.ts';

const open: ChannelDescription = {
  kind: ChannelKind.public,
  revision: 0,
  label: utf8('lost and found'),
  topic: '',
  writers: [],
  sealed: none,
};
const hidden: ChannelDescription = {
  ...open,
  kind: ChannelKind.private,
  label: privateLabel(crypto, channelKey),
  sealed: new Uint8Array(60).fill(0x5a),
};

export function descriptionVectors(): Vector {
  const valid = [open, stageDescription, hidden, { ...hidden, sealed: none }, longest()];
  return {
    valid: valid.map((description) => ({
      ...description,
      payload: encodeDescription(description),
    })),
    invalid: invalid(),
    places: places(),
    writers: writers(),
  };
}

function longest(): ChannelDescription {
  const writer = (_: unknown, i: number) => new Uint8Array(32).fill(i);
  return {
    kind: ChannelKind.announcement,
    revision: 2 ** 32 - 1,
    label: utf8('x'.repeat(64)),
    topic: 'y'.repeat(256),
    writers: Array.from({ length: 32 }, writer),
    sealed: none,
  };
}

function invalid(): Vector[] {
  const bad = (changes: Partial<ChannelDescription>, of = open) =>
    encodeDescription({ ...of, ...changes });
  const right = encodeDescription(open);
  const key = user.key.publicKey;
  const rows: readonly (readonly [why: string, payload: Uint8Array])[] = [
    ['No bytes.', none],
    ['Version 2.', encodeCbor([2, 0, 0, utf8('name'), '', [], none])],
    ['A kind that is not known.', bad({ kind: 3 as ChannelKind })],
    ['A revision of 2^32.', bad({ revision: 2 ** 32 })],
    ['No name.', bad({ label: none })],
    ['A name of 65 bytes.', bad({ label: utf8('x'.repeat(65)) })],
    ['A name that is not UTF-8.', bad({ label: Uint8Array.of(0xff) })],
    ['A topic of 257 bytes.', bad({ topic: 'x'.repeat(257) })],
    ['33 writers.', bad({ writers: Array.from({ length: 33 }, () => key) }, stageDescription)],
    ['A writer of 31 bytes.', bad({ writers: [key.subarray(1)] }, stageDescription)],
    ['Sealed names of an open channel.', bad({ sealed: new Uint8Array(60) })],
    ['A private channel named in the open.', bad({ label: utf8('the quiet room') }, hidden)],
    ['A private channel with an open topic.', bad({ topic: 'Whisper' }, hidden)],
    ['Sealed names of 513 bytes.', bad({ sealed: new Uint8Array(513) }, hidden)],
    ['Cut off by a byte.', right.subarray(0, -1)],
    ['A byte too many.', concat(right, Uint8Array.of(0))],
  ];
  return rows.map(([why, payload]) => ({ why, payload }));
}

/** Whether a description counts where it was found. */
function places(): Vector[] {
  const author = staff.key.publicKey;
  const label = stageDescription.label;
  const strangers = channelTag(crypto, { site, creator: stranger.key.publicKey, label });
  const rows = [
    { why: 'By the creator under its tag.', site, tag: stageTag, author, counts: true },
    {
      why: 'By someone else under the tag of the creator.',
      site,
      tag: stageTag,
      author: stranger.key.publicKey,
      counts: false,
    },
    {
      why: 'By someone else under a tag of their own: another channel of the same name.',
      site,
      tag: strangers,
      author: stranger.key.publicKey,
      counts: true,
    },
    { why: 'In another site.', site: foreignSite, tag: stageTag, author, counts: false },
  ];
  const payload = encodeDescription(stageDescription);
  return rows.map((row) => ({ ...row, payload }));
}

/** Staff made the channel, the user is the one writer named in it, the guest is neither. */
function writers(): Vector[] {
  const creator = staff.key.publicKey;
  const rows = [
    { description: open, may: [staff, user, guest] },
    { description: hidden, may: [staff, user, guest] },
    { description: stageDescription, may: [staff, user] },
    { description: { ...stageDescription, writers: [] }, may: [staff] },
  ];
  return rows.flatMap(({ description, may }) =>
    [staff, user, guest].map((author) => ({
      author: author.key.publicKey,
      creator,
      payload: encodeDescription(description),
      mayWrite: may.includes(author),
    })),
  );
}
