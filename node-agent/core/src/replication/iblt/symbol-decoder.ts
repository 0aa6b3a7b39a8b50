/**
 * Finds the difference of two sets from the other side's coded symbols (step 4 of a message's way):
 * subtracts its own, then peels: a symbol with a single item left gives that item away, which is
 * taken out of every other symbol. Whatever a peer sends, the work is bounded by the number of
 * symbols; what does not fit together ends in 'inconsistent'.
 */
import { ok, type Result, refused } from '../../result.ts';
import { CodedSymbols } from './coded-symbols.ts';
import { IdTable } from './id-table.ts';
import { beginSequence, beginSequences, indexShare, nextIndex } from './index-sequence.ts';
import { keyedMix } from './keyed-mix.ts';
import type { ShortIds } from './short-ids.ts';
import { SymbolEncoder } from './symbol-encoder.ts';

export type DecodeFailure = 'inconsistent' | 'too-many-symbols';

export interface DecoderOptions {
  readonly checkSeed: number;
  /** How many items the other side says that it has. */
  readonly remoteCount: number;
  readonly symbolsMax: number;
}

export interface SetDifference {
  /** Short ids that only the other side has. */
  readonly onlyRemote: ShortIds;
  /** Indices of the local items that the other side lacks, rising. */
  readonly onlyLocal: Uint32Array;
}

export class SymbolDecoder {
  readonly #local: ShortIds;
  readonly #options: DecoderOptions;
  readonly #encoder: SymbolEncoder;
  /** Remote symbols less local ones, less what was found. */
  readonly #rest = new CodedSymbols(0);
  readonly #found = new IdTable();
  /** For each found id: 1 when only the other side has it, -1 when only this side has. */
  #side = new Int8Array(0);
  readonly #walk = beginSequences(new Uint32Array(1), new Uint32Array(1));
  #deviation = 0;

  constructor(local: ShortIds, options: DecoderOptions) {
    this.#local = local;
    this.#options = options;
    this.#encoder = new SymbolEncoder(local, options.checkSeed);
  }

  /** How many symbols it was given. */
  get symbols(): number {
    return this.#rest.length;
  }

  /**
   * How many items differ, estimated from the counts alone: symbol i's is off its expectation by
   * about sqrt(d q (1 - q)), q = indexShare(i). Relative error about sqrt(2 / symbols).
   */
  get estimate(): number {
    const surplus = Math.abs(this.#options.remoteCount - this.#local.hi.length);
    return Math.max(surplus, this.#deviation / Math.max(1, this.symbols - 1));
  }

  /**
   * Takes the next symbols, at least one: `remote.first` is how many came before. True: the
   * difference is known. After a failure it is not used again.
   */
  add(remote: CodedSymbols): Result<boolean, DecodeFailure> {
    const from = remote.first;
    if (from + remote.length > this.#options.symbolsMax) return refused('too-many-symbols');
    if (from === 0 && remote.count[0] !== this.#options.remoteCount) return refused('inconsistent');
    this.#subtractLocal(remote);
    this.#measure(from);
    for (let p = 0; p < this.#found.length; p++) this.#takeOut(p, from);
    return this.#peel(from) ? this.#isComplete() : refused('inconsistent');
  }

  #subtractLocal(remote: CodedSymbols): void {
    const from = this.symbols;
    const local = this.#encoder.next(remote.length);
    this.#rest.extend(remote.length);
    const { sumHi, sumLo, check, count } = this.#rest;
    for (let k = 0; k < remote.length; k++) {
      sumHi[from + k] = remote.sumHi[k]! ^ local.sumHi[k]!;
      sumLo[from + k] = remote.sumLo[k]! ^ local.sumLo[k]!;
      check[from + k] = remote.check[k]! ^ local.check[k]!;
      count[from + k] = remote.count[k]! - local.count[k]!;
    }
  }

  #measure(from: number): void {
    const surplus = this.#options.remoteCount - this.#local.hi.length;
    for (let i = Math.max(1, from); i < this.symbols; i++) {
      const share = indexShare(i);
      const off = this.#rest.count[i]! - surplus * share;
      this.#deviation += (off * off) / (share * (1 - share));
    }
  }

  /** Removes a found item from the symbols from `from` on. */
  #takeOut(p: number, from: number): void {
    const { sumHi, sumLo, check, count, length } = this.#rest;
    const hi = this.#found.hi[p]!;
    const lo = this.#found.lo[p]!;
    const side = this.#side[p]!;
    const itemCheck = keyedMix(this.#options.checkSeed, hi, lo);
    beginSequence(this.#walk, 0, { hi, lo });
    for (let i = 0; i < length; i = nextIndex(this.#walk, 0)) {
      if (i < from) continue;
      sumHi[i]! ^= hi;
      sumLo[i]! ^= lo;
      check[i]! ^= itemCheck;
      count[i]! -= side;
    }
  }

  /** False when what was sent contradicts itself. */
  #peel(from: number): boolean {
    const total = this.symbols;
    // More items than symbols are never found: each one leaves a symbol empty.
    if (!this.#found.reserve(total)) return false;
    const side = new Int8Array(total);
    side.set(this.#side);
    this.#side = side;
    const queue = new Uint32Array(total);
    const queued = new Uint8Array(total);
    let waiting = 0;
    for (let i = from; i < total; i++) {
      if (!this.#isSingle(i)) continue;
      queued[i] = 1;
      queue[waiting++] = i;
    }
    while (waiting > 0) {
      const i = queue[--waiting]!;
      queued[i] = 0;
      if (!this.#isSingle(i) || !this.#belongs(i)) continue;
      const p = this.#found.length;
      side[p] = this.#rest.count[i]!;
      // Found twice, or crowded in on purpose.
      if (p === total || !this.#found.add(this.#rest.sumHi[i]!, this.#rest.sumLo[i]!)) return false;
      this.#takeOut(p, 0);
      beginSequence(this.#walk, 0, { hi: this.#found.hi[p]!, lo: this.#found.lo[p]! });
      for (let k = 0; k < total; k = nextIndex(this.#walk, 0)) {
        if (queued[k] === 1 || !this.#isSingle(k)) continue;
        queued[k] = 1;
        queue[waiting++] = k;
      }
    }
    return true;
  }

  /** One item is left in symbol i, as far as its count and check tell. */
  #isSingle(i: number): boolean {
    const { sumHi, sumLo, check, count } = this.#rest;
    if (count[i] !== 1 && count[i] !== -1) return false;
    return keyedMix(this.#options.checkSeed, sumHi[i]!, sumLo[i]!) === check[i];
  }

  /** The item in symbol i has i in its sequence: holds off nearly all chance hits of the check. */
  #belongs(i: number): boolean {
    const hi = this.#rest.sumHi[i]!;
    const lo = this.#rest.sumLo[i]!;
    if (hi === 0 && lo === 0) return false;
    beginSequence(this.#walk, 0, { hi, lo });
    let index = 0;
    while (index < i) index = nextIndex(this.#walk, 0);
    return index === i;
  }

  /** Symbol 0 holds every item: when it is empty, so must be all others. */
  #isComplete(): Result<boolean, DecodeFailure> {
    if (!this.#rest.isZero(0)) return ok(false);
    for (let i = 1; i < this.symbols; i++) {
      if (!this.#rest.isZero(i)) return refused('inconsistent');
    }
    return ok(true);
  }

  /**
   * The difference, once `add` has answered true. Fails when an item was found on the wrong side:
   * "only local" but not here, or "only remote" but here.
   */
  difference(): Result<SetDifference, 'inconsistent'> {
    const { hi, lo } = this.#local;
    const found = this.#found;
    let localCount = 0;
    for (let p = 0; p < found.length; p++) if (this.#side[p] === -1) localCount += 1;
    const onlyLocal = new Uint32Array(localCount);
    let matched = 0;
    for (let j = 0; j < hi.length; j++) {
      const p = found.find(hi[j]!, lo[j]!);
      if (p < 0) continue;
      if (this.#side[p] === 1 || matched === localCount) return refused('inconsistent');
      onlyLocal[matched++] = j;
    }
    if (matched !== localCount) return refused('inconsistent');
    return ok({ onlyRemote: this.#remoteFound(found.length - localCount), onlyLocal });
  }

  #remoteFound(count: number): ShortIds {
    const out = { hi: new Uint32Array(count), lo: new Uint32Array(count) };
    let at = 0;
    for (let p = 0; p < this.#found.length; p++) {
      if (this.#side[p] !== 1) continue;
      out.hi[at] = this.#found.hi[p]!;
      out.lo[at] = this.#found.lo[p]!;
      at += 1;
    }
    return out;
  }
}
