/**
 * The responder's half of a reconciliation of one lane: it gets symbols, finds the difference, and
 * says what it wants (step 4 of a message's way). Sans-I/O: a body in, bodies to send out. Whatever
 * the other side sends, the exchange ends within the rounds and bytes that its set size allows.
 */
import { ok, type Result, refused } from '../../result.ts';
import * as bodies from './bodies.ts';
import type { BodyReader } from './body-reader.ts';
import { CodedSymbols } from './coded-symbols.ts';
import { itemsMax } from './constants.ts';
import {
  Exchange,
  type Incoming,
  type ReconcileAnswer,
  type ReconcileOptions,
  waiting,
} from './exchange.ts';
import { IncomingList, IncomingWantBits } from './listing.ts';
import { nextAsk, symbolsMax } from './plan.ts';
import { type ReconcileFailure, Series, type SeriesBounds } from './series.ts';
import { deriveSeeds, type ShortIds, shortIds } from './short-ids.ts';
import { sketchOf } from './sketch.ts';
import { SymbolDecoder } from './symbol-decoder.ts';
import { readSymbols } from './symbol-wire.ts';
import { wantPrefixes } from './wants.ts';

const { BodyKind } = bodies;

/** What is known of an initiator that began with symbols. */
interface Coded {
  readonly initiatorCount: number;
  readonly decoder: SymbolDecoder;
  asks: number;
}

export class ReconcileResponder {
  readonly #options: ReconcileOptions;
  readonly #exchange = new Exchange();
  #local: ShortIds | undefined;

  constructor(options: ReconcileOptions) {
    this.#options = options;
    this.#exchange.expect(
      { kind: BodyKind.start, take: (reader) => this.#takeStart(reader) },
      {
        kind: BodyKind.list,
        take: (reader) => {
          const list = this.#incomingList(0, itemsMax);
          this.#exchange.expect(list);
          return list.take(reader);
        },
      },
    );
  }

  receive(body: Uint8Array): ReconcileAnswer {
    return this.#exchange.receive(body);
  }

  /** Short ids cost a pass over the set, so they are made when the peer really begins. */
  get #items(): ShortIds {
    this.#local ??= shortIds(this.#options.ids, this.#options.key);
    return this.#local;
  }

  #takeStart(reader: BodyReader): ReconcileAnswer {
    const initiatorCount = reader.varint();
    if (initiatorCount > itemsMax) return refused('peer-lies');
    const symbols = new CodedSymbols(0);
    const most = symbolsMax(initiatorCount);
    const read = takeSymbols(reader, symbols, { itemCount: initiatorCount, symbolsMax: most });
    if (!read.ok) return read;
    if (read.value === 0) return refused('malformed');
    const decoder = new SymbolDecoder(this.#items, {
      checkSeed: deriveSeeds(this.#options.key).check,
      remoteCount: initiatorCount,
      symbolsMax: most,
    });
    return this.#settle({ initiatorCount, decoder, asks: 0 }, symbols);
  }

  #settle(coded: Coded, symbols: CodedSymbols): ReconcileAnswer {
    const done = coded.decoder.add(symbols);
    if (!done.ok) return refused('peer-lies');
    if (!done.value) return this.#ask(coded);
    const difference = coded.decoder.difference();
    if (!difference.ok) return refused('peer-lies');
    const { onlyLocal, onlyRemote } = difference.value;
    const { maxBodyBytes } = this.#options;
    const pushes = onlyLocal.length;
    return ok({
      send: bodies.wantsBodies(wantPrefixes(onlyRemote), { pushes, maxBodyBytes }),
      outcome: { push: onlyLocal, wants: onlyRemote.hi.length },
    });
  }

  #ask(coded: Coded): ReconcileAnswer {
    const { decoder, initiatorCount } = coded;
    const { maxBodyBytes } = this.#options;
    const ask = nextAsk({
      ownCount: this.#items.hi.length,
      initiatorCount,
      symbols: decoder.symbols,
      estimate: decoder.estimate,
      asks: coded.asks,
      maxBodyBytes,
    });
    coded.asks += 1;
    switch (ask.kind) {
      case 'sketch': {
        const most = symbolsMax(initiatorCount) - decoder.symbols;
        this.#exchange.expect(
          this.#incomingSymbols(coded, { least: 1, most }),
          this.#incomingList(initiatorCount, initiatorCount),
        );
        const seed = deriveSeeds(this.#options.key).sketch;
        return ok({ send: [bodies.sketchBody(sketchOf(this.#items, { seed, level: ask.level }))] });
      }
      case 'more':
        this.#exchange.expect(this.#incomingSymbols(coded, { least: ask.count, most: ask.count }));
        return ok({ send: [bodies.moreBody(ask.count)] });
      case 'ask-list':
        this.#exchange.expect(this.#incomingList(initiatorCount, initiatorCount));
        return ok({ send: [bodies.askListBody()] });
      case 'list':
        this.#exchange.expect(new IncomingWantBits(this.#items.hi.length));
        return ok({ send: bodies.listBodies(this.#items, maxBodyBytes) });
    }
  }

  #incomingSymbols(coded: Coded, bounds: SeriesBounds): Incoming {
    const series = new Series(bounds);
    const itemCount = coded.initiatorCount;
    const symbols = new CodedSymbols(coded.decoder.symbols);
    return {
      kind: BodyKind.symbols,
      take: (reader) => {
        const complete = series.take(reader, (left) =>
          takeSymbols(reader, symbols, { itemCount, symbolsMax: left }),
        );
        if (!complete.ok) return complete;
        return complete.value ? this.#settle(coded, symbols) : waiting;
      },
    };
  }

  #incomingList(countMin: number, countMax: number): IncomingList {
    const { maxBodyBytes } = this.#options;
    return new IncomingList({ local: this.#items, maxBodyBytes, countMin, countMax });
  }
}

function takeSymbols(
  reader: BodyReader,
  symbols: CodedSymbols,
  bounds: { readonly itemCount: number; readonly symbolsMax: number },
): Result<number, ReconcileFailure> {
  const read = readSymbols(reader, symbols, bounds);
  if (read.ok) return read;
  return refused(read.reason === 'symbol-malformed' ? 'malformed' : 'peer-lies');
}
