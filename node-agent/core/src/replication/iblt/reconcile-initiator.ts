/**
 * The initiator's half of a reconciliation of one lane: it sends symbols of its set until the
 * responder has enough, and hears what the responder wants (step 4 of a message's way). Sans-I/O: a
 * body in, bodies to send out. Whatever the other side asks for, it sends at most one list of its
 * set and about as many bytes of symbols.
 */
import { ok, refused } from '../../result.ts';
import * as bodies from './bodies.ts';
import type { BodyReader } from './body-reader.ts';
import { asksMax, firstSymbols, itemsMax, listedAtOnceMax } from './constants.ts';
import {
  Exchange,
  type Incoming,
  type ReconcileAnswer,
  type ReconcileOptions,
} from './exchange.ts';
import { IncomingList, IncomingWantBits } from './listing.ts';
import {
  listCostBytes,
  relativeErrorOf,
  symbolsCostBytes,
  symbolsMax,
  symbolsWanted,
} from './plan.ts';
import { deriveSeeds, type ShortIds, shortIds } from './short-ids.ts';
import { estimateDifference, levelOf, readSketch, sketchOf } from './sketch.ts';
import { SymbolEncoder } from './symbol-encoder.ts';
import { IncomingWants } from './wants.ts';

const { BodyKind } = bodies;

export class ReconcileInitiator {
  readonly #options: ReconcileOptions;
  readonly #exchange = new Exchange();
  #local: ShortIds | undefined;
  #symbols: SymbolEncoder | undefined;
  #asks = 0;

  constructor(options: ReconcileOptions) {
    this.#options = options;
  }

  /** The bodies that open the exchange; to be called once, before `receive`. */
  start(): readonly Uint8Array[] {
    const count = this.#items.hi.length;
    if (count <= listedAtOnceMax) return this.#list();
    this.#expectAnswer({ sketchToo: true });
    return [bodies.startBody(this.#encoder.next(firstSymbols), count)];
  }

  receive(body: Uint8Array): ReconcileAnswer {
    return this.#exchange.receive(body);
  }

  get #items(): ShortIds {
    this.#local ??= shortIds(this.#options.ids, this.#options.key);
    return this.#local;
  }

  get #encoder(): SymbolEncoder {
    this.#symbols ??= new SymbolEncoder(this.#items, deriveSeeds(this.#options.key).check);
    return this.#symbols;
  }

  #expectAnswer({ sketchToo }: { readonly sketchToo: boolean }): void {
    const { maxBodyBytes } = this.#options;
    const local = this.#items;
    const alternatives: Incoming[] = [
      new IncomingWants(local),
      new IncomingList({ local, maxBodyBytes, countMin: 0, countMax: itemsMax }),
      { kind: BodyKind.more, take: (reader) => this.#takeMore(reader) },
      { kind: BodyKind.askList, take: (reader) => this.#takeAskList(reader) },
    ];
    if (sketchToo) {
      alternatives.push({ kind: BodyKind.sketch, take: (reader) => this.#takeSketch(reader) });
    }
    this.#exchange.expect(...alternatives);
  }

  #takeSketch(reader: BodyReader): ReconcileAnswer {
    const remote = readSketch(reader, itemsMax);
    if (!remote.ok) return refused(remote.reason === 'sketch-counter' ? 'peer-lies' : 'malformed');
    if (reader.left > 0) return refused('malformed');
    const counters = remote.value.length;
    const seed = deriveSeeds(this.#options.key).sketch;
    const own = sketchOf(this.#items, { seed, level: levelOf(counters) });
    const estimate = estimateDifference(own, remote.value);
    const sent = this.#encoder.produced;
    const wanted = symbolsWanted(estimate, relativeErrorOf(counters)) - sent;
    const count = Math.min(Math.max(wanted, 8), this.#symbolsLeft());
    const listCost = listCostBytes(this.#items.hi.length);
    if (symbolsCostBytes(count, estimate) > listCost) return ok({ send: this.#list() });
    return this.#sendSymbols(count);
  }

  #takeMore(reader: BodyReader): ReconcileAnswer {
    const count = reader.varint();
    if (reader.failed || reader.left > 0) return refused('malformed');
    if (count === 0 || count > this.#symbolsLeft()) return refused('peer-lies');
    return this.#sendSymbols(count);
  }

  #takeAskList(reader: BodyReader): ReconcileAnswer {
    return reader.left > 0 ? refused('malformed') : ok({ send: this.#list() });
  }

  #symbolsLeft(): number {
    return symbolsMax(this.#items.hi.length) - this.#encoder.produced;
  }

  #sendSymbols(count: number): ReconcileAnswer {
    this.#asks += 1;
    if (this.#asks > asksMax) return refused('peer-lies');
    this.#expectAnswer({ sketchToo: false });
    const itemCount = this.#items.hi.length;
    const { maxBodyBytes } = this.#options;
    const symbols = this.#encoder.next(count);
    return ok({ send: bodies.symbolBodies(symbols, { itemCount, maxBodyBytes }) });
  }

  /** The whole set, after which only its answer is left to come. */
  #list(): readonly Uint8Array[] {
    this.#exchange.expect(new IncomingWantBits(this.#items.hi.length));
    return bodies.listBodies(this.#items, this.#options.maxBodyBytes);
  }
}
