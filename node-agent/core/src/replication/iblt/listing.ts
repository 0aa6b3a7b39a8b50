/**
 * The other way to compare two sets: one side lists its short ids, the other looks them up and
 * answers with a bit for each (step 4 of a message's way). Cheaper than symbols when a set is small
 * or most of it differs. No list is longer than the count that was claimed for it.
 */
import { ok, type Result, refused } from '../../result.ts';
import { BodyKind, wantBitsBodies } from './bodies.ts';
import type { BodyReader } from './body-reader.ts';
import { itemsMax } from './constants.ts';
import { type Incoming, type ReconcileAnswer, waiting } from './exchange.ts';
import { IdTable } from './id-table.ts';
import { Series } from './series.ts';
import type { ShortIds } from './short-ids.ts';
import { Uint32List } from './uint32-list.ts';

export interface IncomingListOptions {
  readonly local: ShortIds;
  readonly maxBodyBytes: number;
  /** How long the list may be. */
  readonly countMin: number;
  readonly countMax: number;
}

/** The other side's list; answered by wantBits. */
export class IncomingList implements Incoming {
  readonly kind = BodyKind.list;
  readonly #options: IncomingListOptions;
  readonly #series: Series;
  readonly #hi = new Uint32List();
  readonly #lo = new Uint32List();

  constructor(options: IncomingListOptions) {
    this.#options = options;
    this.#series = new Series({ least: options.countMin, most: options.countMax });
  }

  take(reader: BodyReader): ReconcileAnswer {
    const complete = this.#series.take(reader, (left) => {
      const items = Math.min(left, Math.floor(reader.left / 8));
      for (let i = 0; i < items; i++) {
        this.#lo.push(reader.uint32());
        this.#hi.push(reader.uint32());
      }
      return ok(items);
    });
    if (!complete.ok) return complete;
    return complete.value ? this.#answer() : waiting;
  }

  #answer(): ReconcileAnswer {
    const { local, maxBodyBytes } = this.#options;
    const compared = compareWithList(local, { hi: this.#hi.values, lo: this.#lo.values });
    if (!compared.ok) return compared;
    const { push, wants, wantBits } = compared.value;
    const send = wantBitsBodies(wantBits, { pushes: push.length, maxBodyBytes });
    return ok({ send, outcome: { push, wants } });
  }
}

interface ListComparison {
  /** Indices of local items that are not listed, rising. */
  readonly push: Uint32Array;
  /** How many listed items are not here. */
  readonly wants: number;
  /** Bit k of byte b: listed item 8 b + k is not here. Unused bits are 0. */
  readonly wantBits: Uint8Array;
}

/** Fails when the list names an item twice. */
function compareWithList(local: ShortIds, list: ShortIds): Result<ListComparison, 'peer-lies'> {
  const listed = list.hi.length;
  const table = new IdTable();
  table.reserve(listed);
  for (let p = 0; p < listed; p++) {
    if (!table.add(list.hi[p]!, list.lo[p]!)) return refused('peer-lies');
  }
  const wantBits = new Uint8Array(Math.ceil(listed / 8)).fill(0xff);
  if (listed % 8 > 0) wantBits[wantBits.length - 1] = 2 ** (listed % 8) - 1;
  const push = new Uint32List();
  for (let j = 0; j < local.hi.length; j++) {
    const p = table.find(local.hi[j]!, local.lo[j]!);
    if (p < 0) push.push(j);
    else wantBits[p >> 3]! &= ~(1 << (p & 7));
  }
  const here = local.hi.length - push.length;
  return ok({ push: push.values, wants: listed - here, wantBits });
}

/** The answer to an own list of `count` items. */
export class IncomingWantBits implements Incoming {
  readonly kind = BodyKind.wantBits;
  readonly #series: Series;
  readonly #count: number;
  readonly #push = new Uint32List();
  #bytes = 0;

  constructor(count: number) {
    const bytes = Math.ceil(count / 8);
    this.#series = new Series({ least: bytes, most: bytes, toldMax: itemsMax });
    this.#count = count;
  }

  take(reader: BodyReader): ReconcileAnswer {
    const complete = this.#series.take(reader, (left) => {
      const bytes = Math.min(left, reader.left);
      for (let i = 0; i < bytes; i++) this.#takeByte(reader.byte());
      return ok(bytes);
    });
    if (!complete.ok) return complete;
    if (!complete.value) return waiting;
    const push = this.#push.values;
    if (push.length > 0 && push[push.length - 1]! >= this.#count) return refused('malformed');
    return ok({ send: [], outcome: { push, wants: this.#series.told } });
  }

  #takeByte(byte: number): void {
    for (let k = 0; k < 8; k++) {
      if (((byte >> k) & 1) === 1) this.#push.push(8 * this.#bytes + k);
    }
    this.#bytes += 1;
  }
}
