/**
 * `@muster/core/testing`: contract suites for the ports, and fakes for the edge of the system
 * (clock, random, link, discovery, logger). Belongs to no step. Nothing that ships imports it.
 */
export * from './clock-contract.ts';
export * from './contract.ts';
export * from './crypto-contract.ts';
export * from './discovery-contract.ts';
export * from './fake-clock.ts';
export * from './link-contract.ts';
export * from './logger-contract.ts';
export * from './memory-discovery.ts';
export * from './memory-link.ts';
export * from './memory-logger.ts';
export { type CrashOptions, MemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export type { WireShape, WireWay } from './memory-wire.ts';
export * from './random-contract.ts';
export * from './replication-host.ts';
export * from './sample-site.ts';
export * from './seeded-random.ts';
export { SharedContents } from './shared-contents.ts';
export {
  loadedFrom,
  type StoreContractOptions,
  type StoreHarness,
  storeContract,
} from './store-contract.ts';
export { entryOf, StoreSamples } from './store-samples.ts';
