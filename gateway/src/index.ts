/**
 * @muster/gateway: a node with a broker and uplinks, and the relay. The program is main.ts; the
 * parts are for the rigs and benchmarks.
 */
export { createGateway } from './gateway.ts';
export * from './mqtt/index.ts';
export { createSqlitePersistence } from './mqtt/persistence/index.ts';
export { createRelay, type Relay, type RelayOptions, readRelayKey } from './relay/index.ts';
