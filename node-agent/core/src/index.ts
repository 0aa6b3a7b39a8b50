/**
 * @muster/core: the rules of Muster. Sans-I/O and deterministic: no socket, file, timer, clock or
 * randomness of its own; the same code runs in a node, in a phone's browser and in the simulator.
 */
export {
  type BackoffBounds,
  doubledMs,
  equalJitterMs,
  fullJitterMs,
} from './bounds/backoff.ts';
export { between, fractionOf } from './bounds/drawn.ts';
export { Meter, type Rate } from './bounds/meter.ts';
export { type BucketRate, TokenBucket } from './bounds/token-bucket.ts';
export * from './bundle/index.ts';
export * from './bytes/index.ts';
export * from './cbor/index.ts';
export * from './channel/index.ts';
export * from './claim/index.ts';
export { MusterError } from './errors.ts';
export * from './federation/index.ts';
export * from './identity/index.ts';
export * from './limits.ts';
export * from './node/index.ts';
export * from './ports/index.ts';
export * from './radio/index.ts';
export { type DropReason, dropReasons, forgedReasons, retryLater } from './receive/drop-reason.ts';
export * from './replication/iblt/index.ts';
export { type CloseReason, closeReasons } from './replication/messages/close-reason.ts';
export { type NodeNumber, numberBytes } from './replication/messages/node-links.ts';
export { ok, type Refused, type Result, refused } from './result.ts';
export * from './time/index.ts';
export * from './trust/index.ts';
