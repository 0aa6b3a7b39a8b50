/**
 * channel.json: tags, sealing, and the payloads of channels (messages, descriptions, profiles) and
 * their links, right and wrong.
 */
import {
  ChannelKind,
  type ChannelLink,
  certifyDevice,
  channelTag,
  concat,
  encodeCbor,
  encodeChannelLink,
  encodeMessage,
  encodeProfile,
  encodeSealedNames,
  privateLabel,
  profileTag,
  sealPayload,
  siteChannelTag,
  tagOfLink,
  toBase64url,
  utf8,
} from '@muster/core';
import { channelKey, nonceOf, quietTag, stageTag } from './bundle-contents.ts';
import {
  castVector,
  crypto,
  foreignSite,
  guest,
  none,
  person,
  root,
  site,
  staff,
  stranger,
  user,
} from './cast.ts';
import { descriptionVectors } from './channel-descriptions.ts';
import type { Vector } from './json.ts';

export function channelVectors(): Vector {
  return {
    about:
      'Channel tags, sealed payloads, messages, descriptions, profiles and link codes; ' +
      'docs/protocol/channels.md says how. What is under `invalid` is refused as a whole. All ' +
      'bytes are hex; link codes are text.',
    ...castVector,
    tags: tags(),
    seals: seals(),
    messages: messages(),
    descriptions: descriptionVectors(),
    profiles: profiles(),
    links: links(),
  };
}

function tags(): Vector {
  const labels = ['general', 'lost and found', 'Bühne', 'x'.repeat(64)];
  const creators = [root, guest, staff];
  return {
    channels: [
      ...creators.flatMap(({ key }) =>
        labels.map((name) => {
          const origin = { site, creator: key.publicKey, label: utf8(name) };
          return { name, ...origin, tag: channelTag(crypto, origin) };
        }),
      ),
    ],
    siteChannels: ['general', 'help'].map((name) => ({
      name,
      siteKey: root.key.publicKey,
      tag: siteChannelTag(crypto, root.key.publicKey, name),
    })),
    privateLabels: [channelKey, new Uint8Array(32)].map((key) => ({
      channelKey: key,
      label: privateLabel(crypto, key),
    })),
    profiles: [site, foreignSite].map((of) => ({ site: of, tag: profileTag(crypto, of) })),
  };
}

function seals(): Vector {
  const place = { site, tag: quietTag, author: user.key.publicKey };
  const plains = [none, utf8('a'), encodeMessage({ name: 'Bo', text: 'Meet at nine.' })];
  const sealedBy = (plain: Uint8Array, nonceByte: number) =>
    sealPayload(crypto, nonceOf(nonceByte), { plain, place: { ...place, key: channelKey } });
  const box = sealedBy(utf8('secret'), 0x31);
  const flipped = box.slice();
  flipped[box.length - 1]! ^= 1;
  const wrong: readonly (readonly [why: string, change: Readonly<Record<string, Uint8Array>>])[] = [
    ['Another site.', { site: foreignSite }],
    ['Another channel.', { tag: stageTag }],
    ['Another author.', { author: stranger.key.publicKey }],
    ['Another key.', { channelKey: new Uint8Array(32) }],
    ['Bit turned in the box.', { sealed: flipped }],
    ['Cut off by a byte.', { sealed: box.subarray(0, -1) }],
    ['Shorter than nonce and authenticator.', { sealed: box.subarray(0, 39) }],
    ['No bytes.', { sealed: none }],
  ];
  return {
    valid: plains.map((plain, i) => ({
      ...place,
      channelKey,
      nonce: new Uint8Array(24).fill(0x30 + i),
      plain,
      sealed: sealedBy(plain, 0x30 + i),
    })),
    invalid: wrong.map(([why, change]) => ({ why, ...place, channelKey, sealed: box, ...change })),
  };
}

function messages(): Vector {
  const contents = [
    { name: 'Ada', text: 'Is anybody at the north gate?' },
    { name: '', text: '' },
    { name: 'Þórr ⚡', text: 'two\nlines, and a zero \u0000 inside' },
    { name: 'x'.repeat(64), text: 'x'.repeat(256) },
  ];
  const right = encodeMessage(contents[0]!);
  const wrong: readonly (readonly [why: string, payload: Uint8Array])[] = [
    ['No bytes.', none],
    ['Version 2.', encodeCbor([2, 'Ada', 'text'])],
    ['Two items.', encodeCbor([1, 'Ada'])],
    ['Four items.', encodeCbor([1, 'Ada', 'text', 'more'])],
    ['A name of 65 bytes.', encodeCbor([1, 'x'.repeat(65), 'text'])],
    ['Bytes for text.', encodeCbor([1, 'Ada', utf8('text')])],
    ['Text that is not UTF-8.', Uint8Array.of(0x83, 1, 0x61, 0x41, 0x61, 0xff)],
    ['Text with half a surrogate pair.', Uint8Array.of(0x83, 1, 0x60, 0x63, 0xed, 0xa0, 0x80)],
    ['Cut off by a byte.', right.subarray(0, -1)],
    ['A byte too many.', concat(right, Uint8Array.of(0))],
  ];
  return {
    valid: contents.map((content) => ({ ...content, payload: encodeMessage(content) })),
    invalid: wrong.map(([why, payload]) => ({ why, payload })),
    sealedNames: [
      {
        name: 'the quiet room',
        topic: 'Whisper',
        plain: encodeSealedNames({ name: 'the quiet room', topic: 'Whisper' }),
      },
    ],
  };
}

function profiles(): Vector {
  const device = guest.key.publicKey;
  const certificate = certifyDevice(crypto, person.key, device);
  const payload = encodeProfile('Ada', certificate);
  return {
    valid: [{ author: device, name: 'Ada', person: person.key.publicKey, payload }],
    invalid: [
      { why: 'Copied by another device.', author: stranger.key.publicKey, payload },
      { why: 'No certificate.', author: device, payload: encodeProfile('Ada', none) },
      {
        why: 'A name of 65 bytes.',
        author: device,
        payload: encodeProfile('x'.repeat(65), certificate),
      },
      { why: 'A byte too many.', author: device, payload: concat(payload, Uint8Array.of(0)) },
    ],
  };
}

function links(): Vector {
  const creator = user.key.publicKey;
  const open: ChannelLink = {
    kind: ChannelKind.public,
    creator,
    name: 'lost and found',
    key: none,
  };
  const hidden: ChannelLink = {
    kind: ChannelKind.private,
    creator,
    name: 'the quiet room',
    key: channelKey,
  };
  const news: ChannelLink = {
    kind: ChannelKind.announcement,
    creator: staff.key.publicKey,
    name: 'stage',
    key: none,
  };
  const right = encodeChannelLink(open);
  const code = (...items: Parameters<typeof encodeCbor>[0][]) => toBase64url(encodeCbor(items));
  const wrong: readonly (readonly [why: string, code: string])[] = [
    ['Nothing.', ''],
    ['Padding.', `${right}=`],
    ['Standard base64 letters.', `${right.slice(0, -1)}+`],
    ['Cut off by four letters.', right.slice(0, -4)],
    ['Version 2.', code(2, 0, creator, 'name', none)],
    ['A kind that is not known.', code(1, 3, creator, 'name', none)],
    ['An open channel without a name.', code(1, 0, creator, '', none)],
    ['An open channel with a key.', code(1, 0, creator, 'name', channelKey)],
    ['A private channel without its key.', code(1, 1, creator, 'name', none)],
    ['A name of 65 bytes.', code(1, 0, creator, 'x'.repeat(65), none)],
    ['Longer than 256 letters.', 'A'.repeat(260)],
  ];
  return {
    valid: [open, hidden, news, { ...hidden, name: '' }].map((link) => ({
      ...link,
      code: encodeChannelLink(link),
      tag: tagOfLink(crypto, site, link),
    })),
    invalid: wrong.map(([why, text]) => ({ why, code: text })),
  };
}
