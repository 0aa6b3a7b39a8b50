/**
 * Fuzz target: everything that a scanner may report, in any order and at any time (before step 4).
 * Input: reports of 16 octets each: service and adapter, strength, time since the last, whose tag,
 * whose address, and 10 of data. Books stay in their bounds and in order, and whoever is chosen to
 * be dialled is a node of ours that was heard lately, under an address that was heard.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  type BleReport,
  bleUuids,
  Candidates,
  chooseLink,
  peerOf,
  Sightings,
} from '@muster/adapters/parsers';
import {
  equalBytes,
  ProximityBook,
  radioIdOf,
  radioKeyOf,
  radioLimits,
  sealRadioTag,
} from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';

const crypto = createSodiumCrypto();
const siteKey = new Uint8Array(32).fill(7);
const radioKey = radioKeyOf(crypto, siteKey);
const reportBytes = 16;
/** What comes after them is ignored: each is checked as a whole. */
const reportsMax = 400;
const freshMs = 2 * 60_000;
const nearbyMax = radioLimits.nearbyMax + radioLimits.blanksNearbyMax;
const ids = Array.from({ length: 8 }, (_, i) => {
  return radioIdOf(crypto, siteKey, new Uint8Array(32).fill(i));
});
const ownId = ids[0]!;
const tags = ids.map((id, i) => {
  const kind = i === 7 ? 'carrier' : 'node';
  return sealRadioTag(crypto, radioKey, { id, kind }, new Uint8Array(5).fill(i));
});

class Air {
  readonly book = new ProximityBook();
  readonly candidates = new Candidates(new SeededRandom(1));
  readonly #sightings: Sightings;
  #nowMs = 0;
  #adapter = 'hci0';

  constructor() {
    this.#sightings = new Sightings({
      ...{ crypto, siteKey, ownId, book: this.book, onNearby() {} },
      onNode: (id, report, adapter) => {
        if (equalBytes(id, ownId)) broken('it hears itself');
        this.candidates.hear(id, report, adapter, this.#nowMs);
      },
    });
  }

  hear(octets: Uint8Array): void {
    const [head = 0, strength = 0, wait = 0, whose = 0, place = 0, life = 0] = octets;
    // Up to some hours between two reports.
    this.#nowMs += wait ** 2 * (life & 0x80 ? 200 : 1);
    this.#adapter = head & 2 ? 'hci1' : 'hci0';
    const data = whose < 200 ? tags[whose % tags.length]! : octets.slice(6);
    const address = `C0:00:00:00:00:${(place & 15).toString(16).padStart(2, '0').toUpperCase()}`;
    const report: BleReport = {
      peer: { address, addressType: head & 4 ? 'public' : 'random' },
      service: head & 1 ? bleUuids.claim : bleUuids.mesh,
      data,
      rssiDbm:
        strength < 250 ? strength - 128 : [Number.NaN, 127, 0.5, -1e9, 1e9, 0][strength - 250]!,
    };
    this.#sightings.hear(report, this.#adapter, this.#nowMs);
    this.#check();
  }

  get verdict(): FuzzVerdict {
    const { tagsForeign } = this.#sightings.counts;
    if (this.book.size === 0) return tagsForeign > 0 ? 'foreign' : 'nobody';
    return true;
  }

  #check(): void {
    const list = this.book.list(this.#nowMs);
    if (list.length > nearbyMax) broken(`${list.length} are near`);
    for (const { rssiDbm, seenMsAgo, id } of list) {
      const isStrength = rssiDbm === undefined || (rssiDbm >= -127 && rssiDbm <= 20);
      if (!isStrength || !(seenMsAgo >= 0) || id.length !== 3) broken(`${rssiDbm} dBm`);
    }
    const choice = chooseLink({
      ...{ nowMs: this.#nowMs, ownId, candidates: this.candidates.values(), links: 0 },
      isSound: () => false,
      isConnected: () => false,
      ...{ hasRoom: true, isIslandKnown: false, joinMs: 0, wanderMs: 0 },
    });
    if (Number.isNaN(choice.nextMs)) broken('it looks again at no time');
    if (choice.dial === undefined) return;
    const { candidate, address } = choice.dial;
    if (!ids.slice(1, 7).some((id) => equalBytes(id, candidate.id))) broken('nobody of ours');
    if (this.#nowMs - address.heardMs >= freshMs) broken('it was heard long ago');
    if (peerOf(address.text)?.address !== address.peer.address) broken(address.text);
    if (candidate.addresses.length > 4) broken(`${candidate.addresses.length} addresses`);
  }
}

function run(input: Uint8Array): FuzzVerdict {
  const air = new Air();
  const end = Math.min(input.length, reportsMax * reportBytes);
  for (let at = 0; at < end; at += reportBytes) {
    air.hear(input.subarray(at, at + reportBytes));
  }
  return air.verdict;
}

function seeds(random: SeededRandom): Uint8Array[] {
  return [1, 4, 20].map((count) => {
    const octets = random.bytes(count * reportBytes);
    for (let at = 3; at < octets.length; at += reportBytes) octets[at]! &= 0x3f;
    return octets;
  });
}

export function createSightingsTarget(): FuzzTarget {
  return { name: 'sightings', seeds, run };
}
