/**
 * A datastore that keeps nothing. libp2p writes down every peer it meets and never asks us; with
 * this, strangers cannot make it grow. Whom we know is kept in the dial plan, with bounds.
 */
import type { Libp2pOptions } from 'libp2p';

type Datastore = NonNullable<Libp2pOptions['datastore']>;

/** The name by which libp2p knows this error. */
class NotFoundError extends Error {
  static readonly code = 'ERR_NOT_FOUND';
  override name = 'NotFoundError';
}

export function forgetfulDatastore(): Datastore {
  return {
    has: () => false,
    put: (key) => key,
    get() {
      throw new NotFoundError('nothing is kept');
    },
    delete() {},
    async *putMany() {},
    async *getMany() {},
    async *deleteMany() {},
    async *query() {},
    async *queryKeys() {},
    batch: () => ({ put() {}, delete() {}, async commit() {} }),
  };
}
