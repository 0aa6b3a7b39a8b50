/** Bundles as an outbox hands them to an uplink: real ones, held by a real node. */
import { equalBytes } from '@muster/core';
import type { FakeClock } from '@muster/core/testing';
import type { OutgoingBundle } from '../../src/uplinks/uplink.ts';
import { SiteNode, sampleSite } from './site-node.ts';

export class OutgoingBundles {
  readonly box: SiteNode;
  readonly #clock: FakeClock;
  #row = 0;
  #written = 0;

  constructor(clock: FakeClock, box = new SiteNode(sampleSite(1), clock)) {
    this.#clock = clock;
    this.box = box;
  }

  next(): OutgoingBundle {
    this.#written += 1;
    const id = this.box.write(`message ${this.#written}`);
    // Until it is on disk.
    this.#clock.advance(20);
    const [read] = this.box.node.since({ row: this.#row, limit: 1 });
    if (!read || !equalBytes(read.id, id)) throw new Error('it is not held');
    this.#row = read.row;
    return { read, channel: 'general' };
  }
}
