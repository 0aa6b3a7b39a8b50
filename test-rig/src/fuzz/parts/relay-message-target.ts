/**
 * Fuzz target: messages of the relay link (step 6), both ways. Accepted: encoded again they are the
 * same octets, but for what a later version may say.
 */
import { equalBytes } from '@muster/core';
import {
  byeReasons,
  decodeRelayMessage,
  encodeRelayMessage,
  MessageType,
  type RelayMessage,
} from '@muster/gateway/relay-link';
import { admin, node, site, user } from '../core/cast.ts';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';

const id = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const tag = site.general;
const own = site.trust.site;

/** Every type, empty lists and full fields among them. */
export function relayMessages(): readonly RelayMessage[] {
  const { carried } = user.write('over the relay');
  const siteKey = site.key.publicKey;
  const { certificate } = node;
  const token = new Uint8Array(34).fill(7);
  return [
    { type: MessageType.hello, versionMin: 1, versionMax: 1, siteKey, certificate },
    { type: MessageType.hello, versionMin: 1, versionMax: 9, siteKey, certificate },
    { type: MessageType.welcome, version: 1, bytesUsed: 5, bytesMax: 2 ** 40 },
    ...byeReasons.map((reason) => ({ type: MessageType.bye, reason })),
    { type: MessageType.policy, wire: admin.issuer.certificate },
    { type: MessageType.offer, first: 0, lane: 1, ids: [id(1), id(2)] },
    { type: MessageType.states, first: 0, states: Uint8Array.of(0, 1, 2, 3) },
    { type: MessageType.bundle, number: 0, bundle: carried },
    { type: MessageType.withdrawn, number: 1 },
    { type: MessageType.settled, number: 0, outcome: 0, reason: '' },
    { type: MessageType.settled, number: 1, outcome: 3, reason: 'signature-wrong' },
    { type: MessageType.follow, sites: [] },
    { type: MessageType.follow, sites: [{ site: own, tags: [tag, tag], token }] },
    { type: MessageType.flowing, site: own, tags: [tag] },
    { type: MessageType.mark, site: own, token },
    { type: MessageType.want, site: own, ids: [id(3)] },
    { type: MessageType.ping, number: 4 },
    { type: MessageType.pong, number: Number.MAX_SAFE_INTEGER },
  ];
}

export function createRelayMessageTarget(): FuzzTarget {
  return {
    name: 'relay-message',
    seeds: () => relayMessages().map(encodeRelayMessage),
    run: runMessage,
  };
}

function runMessage(input: Uint8Array): FuzzVerdict {
  const message = decodeRelayMessage(input);
  if (!message) return false;
  const isLater = message.type === MessageType.hello && message.versionMax > 1;
  const isUnknown = message.type === MessageType.bye && message.reason === 'unknown';
  if (isLater || isUnknown) return true;
  if (!equalBytes(encodeRelayMessage(message), input)) broken('two forms of one message');
  return true;
}
