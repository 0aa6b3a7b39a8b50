/** The ports: everything that the core asks of the outside. */
export * from './clock.ts';
export * from './crypto.ts';
export * from './discovery.ts';
export * from './link.ts';
export * from './logger.ts';
export * from './medium.ts';
export * from './random.ts';
export * from './store.ts';
