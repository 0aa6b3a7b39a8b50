/**
 * @muster/core/parsers: what takes octets from strangers apart, beyond what index.ts shows, for the
 * rig that feeds it hostile ones. No step. Nothing that ships imports it.
 */

export {
  type ClaimMessage,
  decodeClaimMessage,
  encodeClaimMessage,
} from './claim/claim-message.ts';
export { type NoiseChannel, NoiseHandshake } from './claim/noise-handshake.ts';
export { liveStream, singleFlag } from './replication/frames/frame.ts';
export { encodeHello, makeNonce } from './replication/messages/hello.ts';
