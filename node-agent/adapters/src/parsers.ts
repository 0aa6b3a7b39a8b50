/**
 * `@muster/adapters/parsers`: what takes strangers' texts apart, for the rig that feeds it hostile
 * ones. No step. Nothing that ships imports it.
 */
export { isHostNumber, parseAddress } from './transport-libp2p/addresses.ts';
export { FrameReader, FrameWriter } from './transport-libp2p/framing.ts';
