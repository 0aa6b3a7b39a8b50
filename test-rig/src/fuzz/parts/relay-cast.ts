/**
 * Two sites that share their channel over a relay, and what one of their gateways says to it: seeds
 * of the targets of the relay link. Always the same.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  type CarriedBundle,
  Crossing,
  pinOf,
  Role,
  rootIssuer,
  signSitePolicy,
} from '@muster/core';
import { SampleSite, SeededRandom } from '@muster/core/testing';
import { encodeRelayMessage, MessageType, type RelayMessage } from '@muster/gateway/relay-link';

export const crypto = createSodiumCrypto();
const random = new SeededRandom(31);
export const hill = new SampleSite(crypto, random);
export const harbour = new SampleSite(crypto, random);
export const hillGateway = hill.node('hill');
export const relayKey = crypto.keyPairFromSeed(random.bytes(32));
const staff = hill.author(Role.staff);

/** Everything of both `general` channels crosses, both ways. */
function policyOf(own: SampleSite, peer: SampleSite): Uint8Array {
  const rule = (home: SampleSite) => ({
    ...{ tag: home.general, name: 'general', home: home.trust.site, crossing: Crossing.both },
    ...{ peers: [peer.trust.site], bundlesPerMinute: 0, bytesPerMinute: 0 },
  });
  const pins = [pinOf(crypto, { siteKey: peer.key.publicKey, name: 'peer', relays: [] })];
  const policy = { site: own.trust.site, revision: 1, pins, rules: [rule(own), rule(peer)] };
  return signSitePolicy(crypto, policy, rootIssuer(own.key));
}

export const hillPolicy = policyOf(hill, harbour);
export const harbourPolicy = policyOf(harbour, hill);

const written = [staff.write('one'), staff.write('two')];
const guest = harbour.author(Role.user);
const foreign = guest.write('over there');
const token = new Uint8Array(34).fill(1);
const [hillSite, harbourSite] = [hill.trust.site, harbour.trust.site];

export const hello: RelayMessage = {
  ...{ type: MessageType.hello, versionMin: 1, versionMax: 1 },
  ...{ siteKey: hill.key.publicKey, certificate: hillGateway.certificate },
};

const bundle = (number: number, carried: CarriedBundle): RelayMessage => ({
  ...{ type: MessageType.bundle, number, bundle: carried },
});

/** What a gateway says behind its hello. */
export const fromGateway: readonly (readonly RelayMessage[])[] = [
  [{ type: MessageType.policy, wire: hillPolicy }],
  [
    { type: MessageType.policy, wire: hillPolicy },
    { type: MessageType.offer, first: 0, lane: 1, ids: written.map(({ id }) => id) },
    ...written.map(({ carried }, number) => bundle(number, carried)),
    { type: MessageType.offer, first: 2, lane: 1, ids: written.map(({ id }) => id) },
    { type: MessageType.withdrawn, number: 3 },
  ],
  [
    { type: MessageType.follow, sites: [{ site: harbourSite, tags: [harbour.general], token }] },
    { type: MessageType.want, site: harbourSite, ids: [foreign.id] },
    { type: MessageType.states, first: 0, states: Uint8Array.of(0, 1, 2, 3) },
    { type: MessageType.settled, number: 0, outcome: 0, reason: '' },
  ],
  [
    { type: MessageType.follow, sites: [] },
    { type: MessageType.ping, number: 3 },
  ],
  [{ type: MessageType.bye, reason: 'stopping' }],
];

/** What a relay says to a gateway. */
export const fromRelay: readonly (readonly RelayMessage[])[] = [
  [{ type: MessageType.welcome, version: 1, bytesUsed: 0, bytesMax: 1_000_000 }],
  [
    { type: MessageType.pong, number: 1 },
    { type: MessageType.flowing, site: harbourSite, tags: [harbour.general] },
    { type: MessageType.offer, first: 0, lane: 1, ids: [foreign.id] },
    bundle(0, foreign.carried),
    { type: MessageType.mark, site: harbourSite, token },
  ],
  [
    { type: MessageType.policy, wire: hillPolicy },
    { type: MessageType.states, first: 0, states: Uint8Array.of(0, 0) },
    { type: MessageType.settled, number: 0, outcome: 0, reason: '' },
    { type: MessageType.settled, number: 1, outcome: 3, reason: 'no' },
    { type: MessageType.want, site: hillSite, ids: written.map(({ id }) => id) },
  ],
  [{ type: MessageType.bye, reason: 'busy' }],
];

export const ownBundles = written;

/** Messages as frames of their lane, each behind its length in two octets. */
export function framesOf(messages: readonly RelayMessage[]): Uint8Array {
  const frames = messages.map((message) => {
    const octets = encodeRelayMessage(message);
    const lane = message.type === MessageType.bundle ? 1 : 0;
    const length = octets.length + 1;
    return Buffer.from([length >> 8, length & 255, lane | 4, ...octets]);
  });
  return Buffer.concat(frames);
}

/** The frames of an input; a length that is too long takes what is there. */
export function framesIn(input: Uint8Array): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at + 2 < input.length; ) {
    const length = Math.max(1, (input[at]! << 8) | input[at + 1]!);
    frames.push(new Uint8Array(input.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return frames;
}
