/**
 * Keeps the site policy alive in the mesh (step 4): the bundle that carries it expires, so gateways
 * write it again before that. A random delay lets the first of several do it for all. It changes
 * nothing in the policy, which only the site's root key can sign.
 */
import type { OwnAuthor } from '@muster/agent';
import {
  BundleKind,
  between,
  type Clock,
  type Crypto,
  decodeFields,
  equalBytes,
  type NodeApi,
  policyTag,
  type Random,
  type Timer,
} from '@muster/core';

export interface PolicyAnnouncerOptions {
  readonly node: Pick<NodeApi, 'policy' | 'page'>;
  readonly author: Pick<OwnAuthor, 'write'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  /** Id of the own site, 16 bytes. */
  readonly site: Uint8Array;
}

/** Often enough for a bundle that lives for days. */
const lookEveryMs = 10 * 60_000;
/** Longer than a mesh takes to carry a bundle from one gateway to the other. */
const delayMsMax = 5 * 60_000;
/** Bundles under the policy's tag that are looked at. */
const lookedAtMax = 200;

export class PolicyAnnouncer {
  readonly #options: PolicyAnnouncerOptions;
  #timer: Timer | undefined;
  #isRunning = false;

  constructor(options: PolicyAnnouncerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#look();
  }

  stop(): void {
    this.#isRunning = false;
    this.#timer?.cancel();
  }

  /** A newer policy is known. */
  onPolicy(): void {
    if (!this.#isRunning) return;
    this.#timer?.cancel();
    this.#look();
  }

  #look(): void {
    const { clock, random } = this.#options;
    const isDue = this.#isDue();
    const delayMs = isDue ? between(random, 0, delayMsMax) : lookEveryMs;
    this.#timer = clock.after(delayMs, () => {
      if (isDue && this.#isDue()) this.#announce();
      this.#timer = clock.after(lookEveryMs, () => this.#look());
    });
  }

  #isDue(): boolean {
    const { node, crypto, site } = this.#options;
    const known = node.policy();
    if (!known) return false;
    const tag = policyTag(crypto, site);
    const page = node.page({ tag, kind: BundleKind.sitePolicy, limit: lookedAtMax });
    return !page.some(({ signed, ageNowMs }) => {
      const fields = decodeFields(signed);
      if (!fields.ok || !equalBytes(fields.value.payload, known.wire)) return false;
      return ageNowMs < (fields.value.lifetimeS * 1000) / 2;
    });
  }

  #announce(): void {
    const { node, author, crypto, site } = this.#options;
    const payload = node.policy()?.wire;
    if (!payload) return;
    // Refused for now: it is looked at again soon enough.
    author.write({ kind: BundleKind.sitePolicy, tag: policyTag(crypto, site), payload }, () => {});
  }
}
