/**
 * The admins of a simulated site: now and then one of them, at some box, revokes a key, whatever
 * the other (or they themselves) did on the far side of a cut. In the end all boxes must believe
 * the same. No step of a message's way.
 */
import { type MeshNode, nextList, RevocationReason, signTrustList, toHex } from '@muster/core';
import { pick, type SampleAdmin, type SampleSite, type SeededRandom } from '@muster/core/testing';

/** Keys that one of them keeps revoked; the oldest go. */
const revokedMax = 50;

/** A box that may be off. */
interface Running {
  readonly node: MeshNode | undefined;
}

export class Admins {
  readonly #site: SampleSite;
  readonly #random: SeededRandom;
  readonly #admins: readonly SampleAdmin[];
  /** Lists signed, over all admins. */
  signed = 0;

  constructor(site: SampleSite, random: SeededRandom) {
    this.#site = site;
    this.#random = random;
    this.#admins = [site.admin('Ada'), site.admin('Bob')];
  }

  /** One of them does something at this box, which may be off: then nothing happens. */
  act({ node }: Running): void {
    if (!node) return;
    const { issuer } = pick(this.#random, this.#admins);
    const key = this.#random.bytes(32);
    const revoke = [{ key, reason: RevocationReason.abuse, label: `no ${this.signed}` }];
    const known = node.trust().listOf(issuer.key.publicKey)?.revoked ?? [];
    const restore = known.slice(0, Math.max(0, known.length - revokedMax)).map((one) => one.key);
    const list = nextList(node.trust(), issuer.key.publicKey, { revoke, restore });
    node.adoptTrust(signTrustList(this.#site.crypto, list, issuer));
    this.signed++;
  }
}

/** What a box believes, in one word. */
export function beliefOf({ node }: Running): string {
  const documents = node?.trust().documents() ?? [];
  return documents
    .map((wire) => toHex(wire))
    .sort()
    .join();
}
