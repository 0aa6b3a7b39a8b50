/**
 * A receiver that takes the bundles of the vectors one after the other, in the receive order of the
 * core, and remembers them as a node would.
 */

import { equalBytes } from '../../src/bytes/compare.ts';
import {
  type CarriedBundle,
  type DropReason,
  orderKeyOf,
  type SiteTrust,
  type StoredBundle,
} from '../../src/index.ts';
import { ExpiredIds } from '../../src/inventory/expired-ids.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { ChannelPolicies } from '../../src/node/channel-policies.ts';
import { Authors } from '../../src/receive/authors.ts';
import { type Judged, judge, type ReceiveState } from '../../src/receive/receive.ts';
import { TicketBook } from '../../src/receive/ticket-book.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { crypto } from '../support/crypto.ts';
import { bytes, type Cast } from './load.ts';

export function trustOf({ trust }: Cast): SiteTrust {
  const { siteKey, site, epoch } = trust;
  return { crypto, siteKey: bytes(siteKey), site: bytes(site), epoch };
}

/** Undefined when the bundle was taken, else why not. */
export class Receiver {
  readonly #inventory = new Inventory(new SeededRandom(1));
  readonly #authors = new Authors();
  readonly #policies = new ChannelPolicies(crypto);
  readonly #state: ReceiveState;
  #row = 1;

  constructor(trust: SiteTrust) {
    this.#state = {
      trust,
      inventory: this.#inventory,
      expired: new ExpiredIds(),
      authors: this.#authors,
      tickets: new TicketBook({ ticket: () => undefined }),
      trustFor: (fields) => (equalBytes(fields.site, trust.site) ? trust : undefined),
      mayWrite: (bundle) => this.#policies.mayWrite(bundle),
    };
  }

  take(carried: CarriedBundle): DropReason | undefined {
    const judgement = judge(this.#state, carried, { quota: () => undefined, isNeighbour: false });
    if (!judgement.ok) return judgement.reason;
    const stored = this.#stored(judgement.value);
    this.#inventory.add(stored);
    if (judgement.value.forkOf !== -1) this.#authors.freeze(stored.author);
    this.#policies.learn(stored);
    return judgement.value.seenOnly;
  }

  #stored({ bundle, known, ageMs, hops, seenOnly }: Judged): StoredBundle {
    const { id, signed, signature, fields } = bundle;
    return {
      row: this.#row++,
      id,
      author: fields.author,
      issuer: known.ticket.issuer,
      tag: fields.tag,
      kind: fields.kind,
      lane: fields.lane,
      role: known.ticket.role,
      seq: fields.seq,
      bytes: signed.length + signature.length,
      hops,
      ageMs,
      arrivedTickMs: 0,
      expiresTickMs: fields.lifetimeS * 1000,
      arrivedUnixMs: 0,
      orderKey: orderKeyOf(fields, id),
      held: seenOnly === undefined,
      signed,
      signature,
      ticketId: fields.ticket,
    };
  }
}
