/** One message of each type, with fixed bytes. */
import {
  MessageType,
  OfferState,
  Outcome,
  type RelayMessage,
} from '../../src/relay-link/message.ts';

const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte);

export function sampleMessages(): RelayMessage[] {
  const site = filled(16, 0xa1);
  const ids = [filled(32, 1), filled(32, 2)];
  const tags = [filled(16, 3), filled(16, 4)];
  return [
    {
      type: MessageType.hello,
      versionMin: 1,
      versionMax: 1,
      siteKey: filled(32, 5),
      certificate: filled(180, 6),
    },
    { type: MessageType.welcome, version: 1, bytesUsed: 70_000, bytesMax: 2 ** 40 },
    { type: MessageType.bye, reason: 'not-admitted' },
    { type: MessageType.policy, wire: filled(300, 7) },
    { type: MessageType.offer, first: 24, lane: 2, ids },
    {
      type: MessageType.states,
      first: 24,
      states: Uint8Array.of(OfferState.send, OfferState.later),
    },
    {
      type: MessageType.bundle,
      number: 24,
      bundle: {
        signed: filled(300, 8),
        signature: filled(64, 9),
        ageMs: 86_400_000,
        hops: 3,
        ticket: filled(250, 10),
      },
    },
    { type: MessageType.withdrawn, number: 25 },
    { type: MessageType.settled, number: 24, outcome: Outcome.refused, reason: 'ticket-forged' },
    {
      type: MessageType.follow,
      sites: [
        { site, tags, token: new Uint8Array(0) },
        { site: filled(16, 0xb2), tags: [], token: filled(34, 11) },
      ],
    },
    { type: MessageType.flowing, site, tags },
    { type: MessageType.mark, site, token: filled(34, 12) },
    { type: MessageType.want, site, ids },
    { type: MessageType.ping, number: 1 },
    { type: MessageType.pong, number: 2 ** 40 },
  ];
}
