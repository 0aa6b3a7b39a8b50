/**
 * Node keys that were found in two hands, by two runs at once or by two contents under one number:
 * somebody copied a card. They stay in quarantine through restarts, until the admin gives the node
 * new keys. What that means for links and bundles is for others.
 */
import { BoundedMap } from '../bounds/bounded-map.ts';
import { decodeFields } from '../bundle/decode.ts';
import { bytesKey } from '../bytes/key.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { Role } from '../identity/role.ts';
import { nameLimits, storeLimits } from '../limits.ts';
import type { Store } from '../ports/store.ts';
import type { CloneStatus } from './api.ts';
import type { Ledger } from './ledger.ts';

const valueName = 'trust/clones';

export class CloneWatch {
  readonly #ledger: Ledger;
  readonly #onClone: (clone: CloneStatus) => void;
  readonly #clones = new BoundedMap<string, CloneStatus>(storeLimits.clonesMax);

  constructor(ledger: Ledger, onClone: (clone: CloneStatus) => void) {
    this.#ledger = ledger;
    this.#onClone = onClone;
  }

  /** What was noted, and nodes whose fork was proven just before the power went. */
  load(store: Pick<Store, 'value' | 'proofs'>, roleOf: (ticketId: Uint8Array) => Role): void {
    const kept = store.value(valueName);
    for (const clone of (kept && decode(kept)) ?? []) this.#add(clone);
    for (const { author, first } of store.proofs(storeLimits.forkProofsMax)) {
      const fields = decodeFields(first.signed);
      const isNode = fields.ok && roleOf(fields.value.ticket) === Role.node;
      if (isNode && !this.has(author)) this.#add({ nodeKey: author, name: '' });
    }
  }

  has(nodeKey: Uint8Array): boolean {
    return this.#clones.size > 0 && this.#clones.has(bytesKey(nodeKey));
  }

  all(): CloneStatus[] {
    return [...this.#clones.values()];
  }

  /** Told once of each key. */
  note(clone: CloneStatus): void {
    if (this.has(clone.nodeKey)) return;
    this.#add(clone);
    const kept = encodeCbor(this.all().map(({ nodeKey, name }) => [nodeKey, name]));
    this.#ledger.commit({ values: [[valueName, kept]] });
    this.#onClone(clone);
  }

  #add(clone: CloneStatus): void {
    this.#clones.set(bytesKey(clone.nodeKey), clone);
  }
}

/** Undefined when damaged: a key in two hands shows itself again. */
function decode(kept: Uint8Array): CloneStatus[] | undefined {
  const reader = new CborReader(kept);
  const count = reader.array(storeLimits.clonesMax, 0);
  const clones: CloneStatus[] = [];
  for (let i = 0; i < count && !reader.failed; i++) {
    reader.array(2);
    clones.push({ nodeKey: reader.bytes(32).slice(), name: reader.text(nameLimits.nameBytesMax) });
  }
  return reader.done() ? clones : undefined;
}
