/**
 * relay.json: messages of the relay link, right and wrong, each wrong one with a sentence why.
 * docs/protocol/relay.md says what they are for.
 */
import { concat, encodeCbor, utf8 } from '@muster/core';
import {
  encodeRelayMessage,
  MessageType,
  OfferState,
  Outcome,
  type RelayMessage,
} from '@muster/gateway/relay-link';
import { written } from './bundle-case.ts';
import { certificate, none, root, site, tickets } from './cast.ts';
import type { Vector } from './json.ts';
import { arrayWith } from './raw-cbor.ts';

const ids = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
const tags = [new Uint8Array(16).fill(3), new Uint8Array(16).fill(4)];
const token = new Uint8Array(34).fill(5);

export function relayVectors(): Vector {
  return {
    about:
      'Messages of /muster/relay/1; docs/protocol/relay.md says how. `message` is what `wire` ' +
      'says. Whoever reads one of `invalid` ends the session. All bytes are hex.',
    valid: validMessages().map((message) => ({
      name: nameOf(message),
      message: { ...message } as Vector,
      wire: encodeRelayMessage(message),
    })),
    invalid: invalidMessages().map(([why, wire]) => ({ why, wire })),
  };
}

function nameOf({ type }: RelayMessage): string {
  return Object.entries(MessageType).find(([, number]) => number === type)![0];
}

function validMessages(): RelayMessage[] {
  const { signed, signature } = written({ payload: utf8('over the hill') });
  const ticket = tickets.guest;
  return [
    {
      type: MessageType.hello,
      versionMin: 1,
      versionMax: 1,
      siteKey: root.key.publicKey,
      certificate,
    },
    { type: MessageType.welcome, version: 1, bytesUsed: 0, bytesMax: 2 ** 28 },
    { type: MessageType.bye, reason: 'stopping' },
    { type: MessageType.bye, reason: 'unanswered' },
    { type: MessageType.policy, wire: new Uint8Array(100).fill(6) },
    { type: MessageType.offer, first: 0, lane: 0, ids: [ids[0]!] },
    { type: MessageType.offer, first: 2 ** 32, lane: 2, ids },
    {
      type: MessageType.states,
      first: 0,
      states: Uint8Array.of(OfferState.send, OfferState.held, OfferState.seen, OfferState.later),
    },
    {
      type: MessageType.bundle,
      number: 7,
      bundle: { signed, signature, ageMs: 65_536, hops: 2, ticket },
    },
    {
      type: MessageType.bundle,
      number: 8,
      bundle: { signed, signature, ageMs: 0, hops: 0, ticket: none },
    },
    { type: MessageType.withdrawn, number: 8 },
    { type: MessageType.settled, number: 7, outcome: Outcome.held, reason: '' },
    { type: MessageType.settled, number: 7, outcome: Outcome.refused, reason: 'not-admissible' },
    { type: MessageType.follow, sites: [] },
    {
      type: MessageType.follow,
      sites: [
        { site, tags, token: none },
        { site: new Uint8Array(16).fill(7), tags: [], token },
      ],
    },
    { type: MessageType.flowing, site, tags },
    { type: MessageType.mark, site, token },
    { type: MessageType.want, site, ids },
    { type: MessageType.ping, number: 1 },
    { type: MessageType.pong, number: 1 },
  ];
}

function invalidMessages(): readonly (readonly [why: string, wire: Uint8Array])[] {
  const ping = encodeCbor([MessageType.ping, 1]);
  const id = ids[0]!;
  return [
    ['No bytes.', none],
    ['Cut off by a byte.', ping.subarray(0, -1)],
    ['A byte too many.', concat(ping, Uint8Array.of(0))],
    ['A field too many.', encodeCbor([MessageType.ping, 1, 1])],
    ['A type that is not known.', encodeCbor([15, 1])],
    ['A number that is not in its shortest form.', arrayWith([13, 1], { 1: '1801' })],
    ['A lane that is none.', encodeCbor([MessageType.offer, 0, 3, [id]])],
    ['An offer of nothing.', encodeCbor([MessageType.offer, 0, 0, []])],
    ['An offer of 65 ids.', encodeCbor([MessageType.offer, 0, 0, Array(65).fill(id)])],
    ['An id of 31 bytes.', encodeCbor([MessageType.offer, 0, 0, [id.subarray(1)]])],
    ['A state that is none.', encodeCbor([MessageType.states, 0, Uint8Array.of(4)])],
    ['An outcome that is none.', encodeCbor([MessageType.settled, 0, 4, ''])],
    ['A reason of 33 bytes.', encodeCbor([MessageType.settled, 0, 3, 'x'.repeat(33)])],
    ['A token of 65 bytes.', encodeCbor([MessageType.mark, site, new Uint8Array(65)])],
    [
      'More hops than there are.',
      encodeCbor([MessageType.bundle, 0, 0, 16, none, new Uint8Array(64), id]),
    ],
    [
      'A version range that ends before it begins.',
      encodeCbor([MessageType.hello, 2, 1, root.key.publicKey, certificate]),
    ],
    [
      'Version 1 alone, and a field that it does not have.',
      encodeCbor([MessageType.hello, 1, 1, root.key.publicKey, certificate, 0]),
    ],
  ];
}
