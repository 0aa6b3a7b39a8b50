/**
 * Nodes of the site that were heard, by the id in their tags, with the addresses under which they
 * said it. A tag can be repeated by anybody: an id may have several addresses, of which one is
 * right. Before step 4 of a message's way. It dials nobody.
 */
import { bytesKey, fractionOf, type Random } from '@muster/core';
import type { BlePeer, BleReport } from '../ble.ts';
import { addressOf } from './address.ts';
import { candidateLimits } from './limits.ts';

export interface Heard {
  readonly rssiDbm: number;
  readonly atMs: number;
}

export interface CandidateAddress {
  readonly text: string;
  readonly peer: BlePeer;
  readonly firstMs: number;
  heardMs: number;
  /** By the name of the adapter that heard it. */
  readonly heardBy: Map<string, Heard>;
  /** In a row, at this address. */
  failures: number;
  notBeforeMs: number;
}

export interface Candidate {
  readonly name: string;
  readonly id: Uint8Array;
  /** Drawn once, 0 to 1: our own order of whom to link with when there are too many. */
  readonly lot: number;
  addresses: readonly CandidateAddress[];
  heardMs: number;
  /** Not linked, as far as we know, since. */
  missingSinceMs: number;
  /** When a link with it was lost that nobody had closed. */
  lostMs: number;
  /** When it last had its turn: a link with it was made, or failed too often. */
  triedMs: number;
  /** In a row, under this id. */
  failures: number;
  notBeforeMs: number;
  isDialling: boolean;
  /** When a dial was last left for a newer address. */
  movedMs: number;
  /** On another island than ours, as far as is known, since; Infinity when it is on ours. */
  apartSinceMs: number;
  /** Dials for this reason since it was on ours. */
  joinTries: number;
  joinNotBeforeMs: number;
}

const never = Number.NEGATIVE_INFINITY;

export class Candidates {
  readonly #random: Random;
  /** The one heard longest ago is the first. */
  readonly #byName = new Map<string, Candidate>();

  constructor(random: Random) {
    this.#random = random;
  }

  get(id: Uint8Array): Candidate | undefined {
    return this.#byName.get(bytesKey(id));
  }

  values(): IterableIterator<Candidate> {
    return this.#byName.values();
  }

  /** True when it is heard under an address that is new for it. */
  hear(id: Uint8Array, report: BleReport, adapter: string, nowMs: number): boolean {
    const name = bytesKey(id);
    const candidate = this.#byName.get(name) ?? this.#made(name, id, nowMs);
    this.#byName.delete(name);
    this.#byName.set(name, candidate);
    candidate.heardMs = nowMs;
    const text = addressOf(report.peer);
    let address = candidate.addresses.find((known) => known.text === text);
    const isNew = address === undefined;
    if (address === undefined) {
      address = newAddress(text, report.peer, nowMs);
      candidate.addresses = [address, ...roomFor(candidate.addresses, nowMs)];
    }
    address.heardMs = nowMs;
    address.heardBy.set(adapter, { rssiDbm: report.rssiDbm, atMs: nowMs });
    this.#bound(nowMs);
    return isNew;
  }

  #made(name: string, id: Uint8Array, nowMs: number): Candidate {
    return {
      ...{ name, id: id.slice(), lot: fractionOf(this.#random), addresses: [] },
      ...{ heardMs: nowMs, missingSinceMs: nowMs, lostMs: never, triedMs: never },
      ...{ failures: 0, notBeforeMs: never, isDialling: false, movedMs: never },
      ...{ apartSinceMs: Number.POSITIVE_INFINITY, joinTries: 0, joinNotBeforeMs: never },
    };
  }

  #bound(nowMs: number): void {
    for (const { name, heardMs, isDialling } of this.#byName.values()) {
      const isOver = this.#byName.size > candidateLimits.candidatesMax;
      if (!isOver && nowMs - heardMs < candidateLimits.forgetMs) return;
      if (!isDialling) this.#byName.delete(name);
    }
  }
}

/** Not said any more, most likely, when its id was heard at that time under another one. */
export function isLeft(address: Pick<CandidateAddress, 'heardMs'>, heardMs: number): boolean {
  return heardMs - address.heardMs > candidateLimits.leftMs;
}

/**
 * Those that stay beside a new one. Whoever failed goes first, then the one unheard for longest; of
 * those that did not fail the eldest stays. A stranger who repeats a tag from ever fresh addresses
 * must not push out the right one.
 */
function roomFor(addresses: readonly CandidateAddress[], nowMs: number): CandidateAddress[] {
  const { addressesMax, freshMs } = candidateLimits;
  const fresh = addresses.filter(({ heardMs }) => nowMs - heardMs < freshMs);
  const said = fresh.filter((address) => !isLeft(address, nowMs));
  const [eldest = fresh[0]] = said.toSorted(
    (a, b) => a.failures - b.failures || a.firstMs - b.firstMs,
  );
  const others = fresh
    .filter((address) => address !== eldest)
    .sort((a, b) => a.failures - b.failures || b.heardMs - a.heardMs);
  return eldest === undefined ? [] : [eldest, ...others.slice(0, addressesMax - 2)];
}

function newAddress(text: string, peer: BlePeer, nowMs: number): CandidateAddress {
  return {
    ...{ text, peer, firstMs: nowMs, heardMs: nowMs, heardBy: new Map() },
    ...{ failures: 0, notBeforeMs: never },
  };
}
