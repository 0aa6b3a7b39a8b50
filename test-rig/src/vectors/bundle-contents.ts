/** The valid bundles of bundle.json that differ in what they hold and who wrote them. */
import {
  BundleKind,
  ChannelKind,
  certifyDevice,
  channelTag,
  concat,
  encodeDescription,
  encodeMessage,
  encodeProfile,
  encodeSealedNames,
  Lane,
  privateLabel,
  profileTag,
  type Random,
  type SealPlace,
  sealPayload,
  utf8,
} from '@muster/core';
import { type BundleCase, written } from './bundle-case.ts';
import { crypto, guest, node, none, person, site, staff, tickets, user } from './cast.ts';

/** A random source that gives one nonce, so that a sealed payload is the same in every run. */
export const nonceOf = (byte: number): Random => ({
  bytes: (length) => new Uint8Array(length).fill(byte),
});

export const channelKey = new Uint8Array(32).fill(0x77);
export const stageLabel = utf8('stage');
export const stageTag = channelTag(crypto, {
  site,
  creator: staff.key.publicKey,
  label: stageLabel,
});
export const stageDescription = {
  kind: ChannelKind.announcement,
  revision: 1,
  label: stageLabel,
  topic: 'What is on, and when',
  writers: [user.key.publicKey],
  sealed: none,
};
const quietLabel = privateLabel(crypto, channelKey);
export const quietTag = channelTag(crypto, {
  site,
  creator: user.key.publicKey,
  label: quietLabel,
});

const quietPlace = (author: Uint8Array): SealPlace => ({
  site,
  tag: quietTag,
  author,
  key: channelKey,
});

export function contentBundles(): BundleCase[] {
  return [...messages(), ...channelBundles(), ...privateBundles()];
}

function messages(): BundleCase[] {
  const first = { name: 'Ada', text: 'Is anybody at the north gate?' };
  const firstBundle = written({ payload: encodeMessage(first) });
  const second = { name: 'Ada', text: 'Grüße vom Tor ✓' };
  const alert = { name: 'Desk', text: 'Leave by the south gate.' };
  const notice = { name: 'north gate', text: 'Running on battery.' };
  const byGuest = { author: guest, ticket: tickets.guest };
  const byStaff = { author: staff, ticket: tickets.staff };
  const byNode = { author: node, ticket: tickets.node };
  return [
    {
      name: 'first message of a guest',
      why: 'The worked example of the specification: a public message in `general`.',
      ...byGuest,
      bundle: firstBundle,
      content: first,
    },
    {
      name: 'second message of the guest',
      why: 'seq counts up and prev is the id of the bundle before.',
      ...byGuest,
      bundle: written(
        { payload: encodeMessage(second), stamp: { ms: 1_795_219_200_000, counter: 1 } },
        { chain: { seq: 1, prev: firstBundle.id } },
      ),
      content: second,
    },
    {
      name: 'urgent alert of staff',
      why: 'The urgent lane has limits of its own: 14 days, 15 hops, 2 KiB.',
      ...byStaff,
      bundle: written(
        {
          payload: encodeMessage(alert),
          lane: Lane.urgent,
          lifetimeS: 14 * 86_400,
          hopLimit: 15,
          quality: 2,
        },
        byStaff,
      ),
      content: alert,
    },
    {
      name: 'message of a node',
      why: 'A node admits itself: its ticket has itself as subject and issuer.',
      ...byNode,
      bundle: written({ payload: encodeMessage(notice), quality: 0, lane: Lane.bulk }, byNode),
      content: notice,
    },
    {
      name: 'message without name and text',
      why: 'Both texts may be empty.',
      ...byGuest,
      bundle: written({ payload: encodeMessage({ name: '', text: '' }) }),
      content: { name: '', text: '' },
    },
  ];
}

function channelBundles(): BundleCase[] {
  const kind = BundleKind.channelDescription;
  const label = utf8('lost and found');
  const open = { ...stageDescription, kind: ChannelKind.public, revision: 0, label, writers: [] };
  const openTag = channelTag(crypto, { site, creator: guest.key.publicKey, label });
  const byGuest = { author: guest, ticket: tickets.guest };
  const byStaff = { author: staff, ticket: tickets.staff };
  const byUser = { author: user, ticket: tickets.user };
  const news = { name: 'Bo', text: 'Doors at eight.' };
  const certificate = certifyDevice(crypto, person.key, guest.key.publicKey);
  return [
    {
      name: 'description of a public channel',
      why: 'Written by the creator under the tag that only this creator can describe.',
      ...byGuest,
      bundle: written({ kind, tag: openTag, payload: encodeDescription(open) }),
      content: { ...open },
    },
    {
      name: 'description of an announcement channel',
      why: 'Names one writer beside the creator.',
      ...byStaff,
      bundle: written(
        { kind, tag: stageTag, payload: encodeDescription(stageDescription) },
        byStaff,
      ),
      content: { ...stageDescription },
    },
    {
      name: 'announcement of a named writer',
      why: 'The author is among the writers of the description above.',
      ...byUser,
      bundle: written({ tag: stageTag, payload: encodeMessage(news) }, byUser),
      content: news,
    },
    {
      name: 'profile',
      why: 'Ties a device to its person; travels under the profile tag of the site.',
      ...byGuest,
      bundle: written({
        kind: BundleKind.profile,
        tag: profileTag(crypto, site),
        payload: encodeProfile('Ada', certificate),
      }),
      content: { name: 'Ada', person: person.key.publicKey, deviceCertificate: certificate },
    },
    {
      name: 'kind that this version does not know',
      why: 'Carried like any other: a fleet stays mixed for years.',
      ...byGuest,
      bundle: written({ kind: 200, payload: concat(utf8('for a later version')) }),
    },
  ];
}

function privateBundles(): BundleCase[] {
  const by = { author: user, ticket: tickets.user };
  const place = quietPlace(user.key.publicKey);
  const names = { name: 'the quiet room', topic: 'Whisper' };
  const sealedNames = sealPayload(crypto, nonceOf(0x21), {
    plain: encodeSealedNames(names),
    place,
  });
  const description = {
    kind: ChannelKind.private,
    revision: 0,
    label: quietLabel,
    topic: '',
    writers: [],
    sealed: sealedNames,
  };
  const message = { name: 'Bo', text: 'Meet at nine.' };
  const plain = encodeMessage(message);
  return [
    {
      name: 'description of a private channel',
      why: 'The label is the hash of the channel key; name and topic are sealed.',
      ...by,
      bundle: written(
        {
          kind: BundleKind.channelDescription,
          tag: quietTag,
          payload: encodeDescription(description),
        },
        by,
      ),
      content: { ...description, channelKey, names },
    },
    {
      name: 'message in a private channel',
      why: 'The payload is nonce and box; site, tag and author are bound into the box.',
      ...by,
      bundle: written(
        { tag: quietTag, payload: sealPayload(crypto, nonceOf(0x22), { plain, place }) },
        by,
      ),
      content: { channelKey, ...message },
    },
  ];
}
