/**
 * Which of the initiator's items the responder lacks, named by the lo halves of their short ids
 * (step 4 of a message's way). Four bytes suffice: of items that share them all are sent, which
 * costs one duplicate in 2^32 / n wants. A want that names nothing is a lie.
 */
import { ok, type Result, refused } from '../../result.ts';
import { BodyKind } from './bodies.ts';
import type { BodyReader } from './body-reader.ts';
import { itemsMax } from './constants.ts';
import { type Incoming, type ReconcileAnswer, waiting } from './exchange.ts';
import { Series } from './series.ts';
import type { ShortIds } from './short-ids.ts';
import { Uint32List } from './uint32-list.ts';

/** The lo halves in rising order, each once: the one form in which wants are sent. */
export function wantPrefixes(items: ShortIds): Uint32Array {
  const sorted = items.lo.slice().sort();
  return sorted.filter((prefix, i) => i === 0 || prefix !== sorted[i - 1]);
}

export class IncomingWants implements Incoming {
  readonly kind = BodyKind.wants;
  readonly #local: ShortIds;
  readonly #series: Series;
  readonly #prefixes = new Uint32List();
  #last = -1;

  constructor(local: ShortIds) {
    this.#local = local;
    this.#series = new Series({ least: 0, most: local.hi.length, toldMax: itemsMax });
  }

  take(reader: BodyReader): ReconcileAnswer {
    const complete = this.#series.take(reader, (left) => {
      const count = Math.min(left, Math.floor(reader.left / 4));
      for (let i = 0; i < count; i++) {
        const prefix = reader.uint32();
        if (prefix <= this.#last) return refused('malformed');
        this.#last = prefix;
        this.#prefixes.push(prefix);
      }
      return ok(count);
    });
    if (!complete.ok) return complete;
    if (!complete.value) return waiting;
    const push = named(this.#local, this.#prefixes.values);
    if (!push.ok) return push;
    return ok({ send: [], outcome: { push: push.value, wants: this.#series.told } });
  }
}

/** Indices of the local items that are wanted, rising; fails when a want names none. */
function named(local: ShortIds, prefixes: Uint32Array): Result<Uint32Array, 'peer-lies'> {
  const isNamed = new Uint8Array(prefixes.length);
  const push = new Uint32List();
  let unnamed = prefixes.length;
  for (let j = 0; j < local.lo.length; j++) {
    const at = position(prefixes, local.lo[j]!);
    if (at < 0) continue;
    push.push(j);
    unnamed -= 1 - isNamed[at]!;
    isNamed[at] = 1;
  }
  return unnamed > 0 ? refused('peer-lies') : ok(push.values);
}

/** Binary search, so that no choice of wants makes it slow; -1 when it is not there. */
function position(rising: Uint32Array, value: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return rising[low] === value ? low : -1;
}
