/**
 * Takes all and gives nothing, and says that it has it: its node knows every id and finds no
 * content, whoever asks.
 */
import type { Store } from '@muster/core';
import type { Liar, LiarOptions } from './liar.ts';

export function createWithholder({ count }: LiarOptions): Liar {
  return {
    ports: (honest) => ({ ...honest, store: withholding(honest.store) }),
    wrap: (link) => link,
    act: () => count('lie'),
  };
}

function withholding(store: Store): Store {
  return {
    load: (visit) => store.load(visit),
    commit: (batch, onDurable) => store.commit(batch, onDurable),
    get: () => undefined,
    page: () => [],
    since: () => [],
    ofKind: () => [],
    ticket: (id) => store.ticket(id),
    value: (name) => store.value(name),
    proofs: (limit) => store.proofs(limit),
    usage: () => store.usage(),
    close: () => store.close(),
  };
}
