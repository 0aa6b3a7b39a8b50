/**
 * The message bodies of a reconciliation as they are written; docs/protocol/reconciliation.md gives
 * their layout (step 4 of a message's way). Reading them is with the state machine that may get
 * them. It decides nothing.
 */
import { BodyWriter } from './body-writer.ts';
import type { CodedSymbols } from './coded-symbols.ts';
import { bodyBytesMin } from './constants.ts';
import { seriesBodies } from './series.ts';
import type { ShortIds } from './short-ids.ts';
import { counterBytesMax, writeSketch } from './sketch.ts';
import { symbolBytesMax, writeSymbol } from './symbol-wire.ts';

/** The first byte of a body. */
export const BodyKind = {
  /** Initiator: how many items it has, and the first symbols. */
  start: 1,
  /** Initiator: the symbols that follow. */
  symbols: 2,
  /** Either: all of its short ids. */
  list: 3,
  /** Responder: a sketch of its set; answered by symbols, or by a list. */
  sketch: 4,
  /** Responder: so many symbols more, please. */
  more: 5,
  /** Responder: please list your set. */
  askList: 6,
  /** Responder, at the end: which of the initiator's items it wants. */
  wants: 7,
  /** Whoever got a list, at the end: which of the listed items it wants. */
  wantBits: 8,
} as const;

export function isBodyKind(byte: number): boolean {
  return byte >= BodyKind.start && byte <= BodyKind.wantBits;
}

/** The first symbols, few enough for one body of bodyBytesMin. */
export function startBody(symbols: CodedSymbols, itemCount: number): Uint8Array {
  const writer = new BodyWriter(bodyBytesMin);
  writer.byte(BodyKind.start);
  writer.varint(itemCount);
  for (let at = 0; at < symbols.length; at++) writeSymbol(writer, symbols, { at, itemCount });
  return writer.finish();
}

export function symbolBodies(
  symbols: CodedSymbols,
  { itemCount, maxBodyBytes }: { readonly itemCount: number; readonly maxBodyBytes: number },
): Uint8Array[] {
  return seriesBodies({
    kind: BodyKind.symbols,
    total: symbols.length,
    elementBytesMax: symbolBytesMax,
    maxBodyBytes,
    write: (writer, at) => writeSymbol(writer, symbols, { at, itemCount }),
  });
}

export function listBodies(items: ShortIds, maxBodyBytes: number): Uint8Array[] {
  return seriesBodies({
    kind: BodyKind.list,
    total: items.hi.length,
    elementBytesMax: 8,
    maxBodyBytes,
    write: (writer, at) => {
      writer.uint32(items.lo[at]!);
      writer.uint32(items.hi[at]!);
    },
  });
}

export function sketchBody(counters: Int32Array): Uint8Array {
  const writer = new BodyWriter(2 + counters.length * counterBytesMax);
  writer.byte(BodyKind.sketch);
  writeSketch(writer, counters);
  return writer.finish();
}

export function moreBody(count: number): Uint8Array {
  const writer = new BodyWriter(6);
  writer.byte(BodyKind.more);
  writer.varint(count);
  return writer.finish();
}

export function askListBody(): Uint8Array {
  return Uint8Array.of(BodyKind.askList);
}

/** How an answer that names the wants is told: how many items its sender pushes, and the size. */
export interface WantsFrame {
  readonly pushes: number;
  readonly maxBodyBytes: number;
}

/** `prefixes` are the lo halves of short ids, strictly rising. */
export function wantsBodies(
  prefixes: Uint32Array,
  { pushes, maxBodyBytes }: WantsFrame,
): Uint8Array[] {
  return seriesBodies({
    kind: BodyKind.wants,
    told: pushes,
    total: prefixes.length,
    elementBytesMax: 4,
    maxBodyBytes,
    write: (writer, at) => writer.uint32(prefixes[at]!),
  });
}

/** Bit k of byte b stands for listed item 8 b + k. */
export function wantBitsBodies(
  bits: Uint8Array,
  { pushes, maxBodyBytes }: WantsFrame,
): Uint8Array[] {
  return seriesBodies({
    kind: BodyKind.wantBits,
    told: pushes,
    total: bits.length,
    elementBytesMax: 1,
    maxBodyBytes,
    write: (writer, at) => writer.byte(bits[at]!),
  });
}
