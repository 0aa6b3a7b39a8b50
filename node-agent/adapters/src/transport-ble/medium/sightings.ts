/**
 * What is heard on air, sorted: tags of our site go into the book of who is near and to the
 * candidates, blank boxes into the book, and the rest is counted. Before step 4 of a message's way.
 * Anybody can say anything here, so nothing is believed but that it was said.
 */
import {
  type Crypto,
  equalBytes,
  type ProximityBook,
  type RadioKind,
  RadioTagReader,
  radioIdBytes,
  radioTagBytes,
} from '@muster/core';
import type { BleReport } from '../ble.ts';
import { bleUuids } from '../uuids.ts';
import { addressOf } from './address.ts';
import { candidateLimits } from './limits.ts';

export interface SightingsOptions {
  readonly crypto: Crypto;
  readonly siteKey: Uint8Array;
  readonly ownId: Uint8Array;
  readonly book: ProximityBook;
  /** A node of the site said its tag. */
  readonly onNode: (id: Uint8Array, report: BleReport, adapter: string) => void;
  /** The book has somebody new, or on another level. */
  readonly onNearby: () => void;
}

export class Sightings {
  readonly #options: SightingsOptions;
  readonly #reader: RadioTagReader;
  /** When each foreign address was heard; the one heard longest ago is the first. */
  readonly #foreign = new Map<string, number>();
  #heard = 0;

  constructor(options: SightingsOptions) {
    this.#options = options;
    this.#reader = new RadioTagReader(options.crypto, options.siteKey);
  }

  get counts() {
    const { foreign, passedOver } = this.#reader.counts;
    return { sightings: this.#heard, tagsForeign: foreign, tagsPassedOver: passedOver };
  }

  strangers(nowMs: number): number {
    for (const [address, atMs] of this.#foreign) {
      if (nowMs - atMs < candidateLimits.foreignMs) break;
      this.#foreign.delete(address);
    }
    return this.#foreign.size;
  }

  hear(report: BleReport, adapter: string, nowMs: number): void {
    this.#heard += 1;
    const { service, data } = report;
    if (service === bleUuids.claim) {
      if (data.length === radioTagBytes)
        this.#note(data.slice(0, radioIdBytes), 'blank', report, nowMs);
      return;
    }
    const tag = this.#reader.read(data, nowMs);
    if (!tag.ok) {
      if (tag.reason !== 'too-many') this.#noteForeign(addressOf(report.peer), nowMs);
      return;
    }
    const { id, kind } = tag.value;
    // Ourselves, by another adapter of this machine.
    if (kind === 'node' && equalBytes(id, this.#options.ownId)) return;
    this.#note(id, kind, report, nowMs);
    if (kind === 'node') this.#options.onNode(id, report, adapter);
  }

  #note(id: Uint8Array, kind: RadioKind | 'blank', { rssiDbm }: BleReport, atMs: number): void {
    if (this.#options.book.add({ id, kind, rssiDbm, atMs })) this.#options.onNearby();
  }

  #noteForeign(address: string, nowMs: number): void {
    this.#foreign.delete(address);
    if (this.#foreign.size < candidateLimits.foreignMax) this.#foreign.set(address, nowMs);
  }
}
