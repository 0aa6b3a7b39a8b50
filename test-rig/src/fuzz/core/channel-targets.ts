/** Fuzz targets: what channels are made of: descriptions, links, messages, profiles, seals. */
import {
  ChannelKind,
  certifyDevice,
  concat,
  decodeChannelLink,
  decodeDescription,
  decodeMessage,
  decodeProfile,
  decodeSealedNames,
  encodeChannelLink,
  encodeDescription,
  encodeMessage,
  encodeProfile,
  encodeSealedNames,
  fromBase64url,
  fromUtf8,
  ok,
  openPayload,
  privateLabel,
  type Result,
  refused,
  sealPayload,
  toBase64url,
  utf8,
} from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { broken, type FuzzTarget } from '../target.ts';
import { crypto, guest, site, staff, user } from './cast.ts';
import { issuerOf } from './issuers.ts';
import { paperTarget } from './paper.ts';

const none: Uint8Array = new Uint8Array(0);
const malformed = refused('malformed');
const channelKey = new Uint8Array(32).fill(8);

export function createDescriptionTarget(): FuzzTarget {
  const stage = {
    ...{ kind: ChannelKind.public, revision: 0, label: utf8('stage'), topic: 'Who plays when' },
    ...{ writers: [], sealed: none },
  };
  const writers = [user.key.publicKey, staff.key.publicKey];
  const secret = {
    ...{ ...stage, kind: ChannelKind.private, topic: '', sealed: new Uint8Array(80) },
    label: privateLabel(crypto, channelKey),
  };
  return paperTarget('channel-description', {
    seeds: [
      stage,
      { ...stage, kind: ChannelKind.announcement, revision: 2 ** 32 - 1, writers },
      secret,
    ].map(encodeDescription),
    judge(payload): Result<Uint8Array, string> {
      const description = decodeDescription(payload);
      return description ? ok(encodeDescription(description)) : malformed;
    },
  });
}

/** Input: the link's code as text, or the octets in it. */
export function createChannelLinkTarget(): FuzzTarget {
  const creator = user.key.publicKey;
  const codes = [
    { kind: ChannelKind.public, creator, name: 'stage', key: none },
    { kind: ChannelKind.private, creator, name: '', key: channelKey },
    { kind: ChannelKind.announcement, creator, name: 'ä'.repeat(32), key: none },
  ].map(encodeChannelLink);
  return {
    name: 'channel-link',
    seeds: () => [...codes.map(utf8), ...codes.map((code) => fromBase64url(code)!)],
    run(input) {
      const isOctets = input[0] !== undefined && input[0] >> 5 === 4;
      const code = isOctets ? toBase64url(input) : (fromUtf8(input) ?? '');
      const link = decodeChannelLink(code);
      if (!link) return 'malformed';
      return encodeChannelLink(link) === code || broken('two forms of one link');
    },
  };
}

export function createMessageTarget(): FuzzTarget {
  const via = { kind: 'mqtt', client: 'lamp', ref: new Uint8Array(8).fill(1) } as const;
  return paperTarget('channel-message', {
    seeds: [
      encodeMessage({ name: 'Ada', text: 'hello' }),
      encodeMessage({ name: '', text: '' }),
      encodeMessage({ name: 'gate', text: '21.5', via }),
      encodeSealedNames({ name: 'crew', topic: 'back stage' }),
    ],
    judge(payload): Result<Uint8Array, string> {
      const names = decodeSealedNames(payload);
      if (names) return ok(encodeSealedNames(names));
      const message = decodeMessage(payload);
      return message ? ok(encodeMessage(message)) : malformed;
    },
  });
}

export function createProfileTarget(): FuzzTarget {
  const device = guest.key.publicKey;
  return paperTarget('profile', {
    seeds: [
      encodeProfile('Ada', certifyDevice(crypto, user.key, device)),
      encodeProfile('', certifyDevice(crypto, staff.key, device)),
    ],
    judge(payload): Result<Uint8Array, string> {
      const profile = decodeProfile(crypto, payload, device);
      if (!profile) return malformed;
      const { key } = issuerOf(profile.person);
      return ok(encodeProfile(profile.name, certifyDevice(crypto, key, device)));
    },
  });
}

/** What was sealed opens at its own place and nowhere else; nothing else opens at all. */
export function createSealTarget(): FuzzTarget {
  const place = {
    ...{ site: site.trust.site, tag: site.general, author: user.key.publicKey, key: channelKey },
  };
  const plains = ['', 'hello', 'x'.repeat(2000)].map(utf8);
  const random = new SeededRandom(6);
  const sealed = plains.map((plain) => sealPayload(crypto, random, { plain, place }));
  const whole = new Set(sealed.map(toBase64url));
  const elsewhere = { ...place, author: staff.key.publicKey };
  return {
    name: 'channel-seal',
    seeds: () => sealed,
    run(input) {
      const opened = openPayload(crypto, input, place);
      if (openPayload(crypto, input, elsewhere)) broken('opens at another place');
      if (!opened) return 'not-opened';
      return whole.has(toBase64url(concat(input))) || broken('opens, and nobody sealed it');
    },
  };
}
