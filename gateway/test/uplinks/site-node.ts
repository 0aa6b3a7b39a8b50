/**
 * A real node for the tests of the gateway: MeshNode over a MemoryStore in virtual time, with an
 * author of its own, and with power cuts. Only clock, entropy and disk are fakes.
 */

import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import type { OwnAuthor } from '@muster/agent';
import {
  type BundleDraft,
  MeshNode,
  type NodeEvents,
  type PutAnswer,
  type ReadBundle,
  Role,
  signTicket,
} from '@muster/core';
import {
  createMemoryLogger,
  type FakeClock,
  MemoryStore,
  SampleAuthor,
  type SampleNode,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';

/** The burst of a member of staff. */
const eachWrites = 200;

export const crypto = createSodiumCrypto();

export class SiteNode {
  readonly site: SampleSite;
  readonly sample: SampleNode;
  readonly logger = createMemoryLogger();
  readonly #timeline: FakeClock;
  readonly #random: SeededRandom;
  #staff: SampleAuthor | undefined;
  readonly #own: SampleAuthor;
  clock: FakeClock;
  store: MemoryStore;
  node: MeshNode;
  /** What the node told of, in order. */
  onBundle: (bundle: ReadBundle) => void = () => {};
  onPolicy: () => void = () => {};

  constructor(site: SampleSite, timeline: FakeClock, seed = 1) {
    this.site = site;
    this.#timeline = timeline;
    this.#random = new SeededRandom(seed);
    this.sample = site.node('Box');
    this.#own = authorOf(site, this.sample);
    this.clock = timeline.fork();
    this.store = new MemoryStore({ clock: this.clock });
    this.node = this.#newNode();
  }

  get siteId(): Uint8Array {
    return this.site.trust.site;
  }

  get random(): SeededRandom {
    return this.#random;
  }

  /** A message of staff, as of a phone. */
  write(text: string, draft: Partial<BundleDraft> = {}): Uint8Array {
    // Nobody may write so much, so a crowd does.
    if (!this.#staff || this.#staff.chain.seq >= eachWrites) {
      this.#staff = this.site.author(Role.staff);
    }
    const { id, carried } = this.#staff.write(text, draft);
    this.node.put(carried, () => {});
    return id;
  }

  /** The node as an author. */
  get author(): OwnAuthor {
    return {
      key: this.sample.key.publicKey,
      write: (draft, onAnswer: (answer: PutAnswer) => void) => {
        const { carried } = this.#own.write('', draft);
        this.node.put(carried, onAnswer);
      },
    };
  }

  /** The power is cut, and the node starts again on what had reached the disk. */
  cutPower(): void {
    this.node.stop();
    this.clock.stop();
    this.clock = this.#timeline.fork();
    this.store = this.store.crash({ clock: this.clock });
    this.node = this.#newNode();
  }

  #newNode(): MeshNode {
    const node = new MeshNode({
      crypto,
      clock: this.clock,
      random: this.#random.fork(),
      store: this.store,
      logger: this.logger,
      siteKey: this.site.key.publicKey,
      key: this.sample.key,
      certificate: this.sample.certificate,
    });
    const events: NodeEvents = {
      onBundle: (bundle) => this.onBundle(bundle),
      onHeld: () => {},
      onNeighbours: () => {},
      onPolicy: () => this.onPolicy(),
    };
    node.start(events);
    return node;
  }
}

function authorOf(site: SampleSite, { key, certificate }: SampleNode): SampleAuthor {
  const fields = { site: site.trust.site, subject: key.publicKey, role: Role.node };
  const issuer = { key: key, certificate };
  return new SampleAuthor(
    site,
    key,
    signTicket(crypto, { ...fields, serial: 0, epoch: 0 }, issuer),
  );
}

export function sampleSite(seed: number): SampleSite {
  return new SampleSite(crypto, new SeededRandom(seed));
}
