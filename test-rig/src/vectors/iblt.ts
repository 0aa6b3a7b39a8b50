/**
 * iblt.json: set reconciliation from the short id to whole exchanges, with a key and ids that can
 * be written down. No step of a message's way: it shows what step 4 puts on the wire.
 */
import {
  beginSequences,
  deriveSeeds,
  expectedCount,
  keyedMix,
  nextIndex,
  type ReconcileOutcome,
  SymbolEncoder,
  shortIds,
  sketchOf,
} from '@muster/core';
import { exchange } from '../bench/sync/exchange.ts';
import type { Vector } from './json.ts';

const key = Uint8Array.from({ length: 16 }, (_, i) => i);
const maxBodyBytes = 4_096;

/** Id k is k in four bytes, little-endian, eight times over; here ids `from` to `to` - 1. */
function idsFrom(from: number, to: number): Uint8Array {
  const ids = new Uint8Array((to - from) * 32);
  const view = new DataView(ids.buffer);
  for (let at = 0; at < ids.length; at += 4) view.setUint32(at, from + Math.floor(at / 32), true);
  return ids;
}

/** As on the wire: lo, then hi, each little-endian. */
function eightBytes(hi: number, lo: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, lo, true);
  view.setUint32(4, hi, true);
  return bytes;
}

export function ibltVectors(): Vector {
  return {
    about:
      'Set reconciliation; docs/protocol/reconciliation.md says how. All of it is under one key. ' +
      'Id k is k in four bytes, little-endian, eight times over; a set "from 0 to 5" has the ids ' +
      '0 to 4 in that order. In the exchanges, how many symbols are sent and when a list is ' +
      'preferred is the choice of this implementation; another one takes these bodies as they ' +
      'are and comes to the same outcomes. Short ids and sums are eight bytes as on the wire.',
    key,
    seeds: { ...deriveSeeds(key) },
    items: items(idsFrom(0, 8)),
    expectedCounts: expectedCounts(),
    symbols: { from: 0, to: 100, symbols: symbols(idsFrom(0, 100), 40) },
    sketch: sketch(idsFrom(0, 100)),
    exchanges: [
      exchangeOf('equal sets', { initiator: [0, 60], responder: [0, 60] }),
      exchangeOf('the first symbols are enough', { initiator: [0, 60], responder: [3, 62] }),
      exchangeOf('a sketch, then more symbols', { initiator: [0, 200], responder: [20, 220] }),
      exchangeOf('the initiator lists at once', { initiator: [0, 10], responder: [4, 100] }),
      exchangeOf('the initiator is asked to list', { initiator: [0, 50], responder: [40, 300] }),
      exchangeOf('the responder lists', { initiator: [0, 300], responder: [250, 310] }),
      exchangeOf('the initiator has nothing', { initiator: [0, 0], responder: [0, 3] }),
      exchangeOf('the responder has nothing', { initiator: [0, 60], responder: [0, 0] }),
    ],
  };
}

function items(ids: Uint8Array): Vector {
  const { hi, lo } = shortIds(ids, key);
  const { check } = deriveSeeds(key);
  const sequences = beginSequences(hi, lo);
  return Array.from(hi, (_, j) => ({
    id: ids.slice(32 * j, 32 * j + 32),
    shortId: eightBytes(hi[j]!, lo[j]!),
    check: keyedMix(check, hi[j]!, lo[j]!),
    indices: [0, ...Array.from({ length: 9 }, () => nextIndex(sequences, j))],
  }));
}

function expectedCounts(): Vector {
  const sizes = [1, 7, 1_000, 100_000, 1_000_000];
  const indices = [0, 1, 2, 5, 23, 1_000, 600_000];
  return sizes.flatMap((itemCount) =>
    indices.map((index) => ({ itemCount, index, expected: expectedCount(itemCount, index) })),
  );
}

function symbols(ids: Uint8Array, count: number): Vector {
  const encoder = new SymbolEncoder(shortIds(ids, key), deriveSeeds(key).check);
  const made = encoder.next(count);
  return Array.from({ length: count }, (_, i) => ({
    sum: eightBytes(made.sumHi[i]!, made.sumLo[i]!),
    check: made.check[i]!,
    count: made.count[i]!,
  }));
}

function sketch(ids: Uint8Array): Vector {
  const level = 6;
  const counters = sketchOf(shortIds(ids, key), { seed: deriveSeeds(key).sketch, level });
  return { from: 0, to: ids.length / 32, level, counters: [...counters] };
}

type Range = readonly [from: number, to: number];

interface Sets {
  readonly initiator: Range;
  readonly responder: Range;
}

function exchangeOf(name: string, sets: Sets): Vector {
  const initiatorIds = idsFrom(...sets.initiator);
  const responderIds = idsFrom(...sets.responder);
  const played = exchange({ initiatorIds, responderIds, key, maxBodyBytes });
  const outcome = ({ push, wants }: ReconcileOutcome) => ({ push: [...push], wants });
  return {
    name,
    initiator: { from: sets.initiator[0], to: sets.initiator[1] },
    responder: { from: sets.responder[0], to: sets.responder[1] },
    bodies: played.bodies.map(({ from, body }) => ({ from, body })),
    outcomes: { initiator: outcome(played.initiator), responder: outcome(played.responder) },
  };
}
