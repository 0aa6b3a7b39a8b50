/**
 * The node as an author: step 1 for what a gateway signs on behalf of others, and for what the site
 * itself announces. Sequence numbers are reserved on disk in blocks before they are used, apart
 * from the store, so that neither kill -9 nor a store that was put aside makes two bundles under
 * one number.
 */
import { join } from 'node:path';
import {
  type AuthorChain,
  type Clock,
  type Crypto,
  composeBundle,
  epochMax,
  HybridClock,
  Lane,
  type Logger,
  type NodeApi,
  type PutAnswer,
  type ReadBundle,
  Role,
  roleLimits,
  Scope,
  signTicket,
  siteIdOf,
  skipChain,
  stampOfOrderKey,
  ticketIdOf,
  urgentLimits,
} from '@muster/core';
import { readRecord, writeRecord } from '@muster/provisioning';
import type { DataFolder } from '../data-folder/data-folder.ts';
import type { NodeIdentity } from '../data-folder/identity.ts';
import type { OwnAuthor, OwnDraft } from '../extension.ts';

/** Numbers reserved by one write to disk; a kill wastes at most so many of 2^48. */
const reservedAtOnce = 1_000;

export interface OwnAuthorOptions {
  readonly node: Pick<NodeApi, 'author' | 'put' | 'knows'>;
  readonly folder: Pick<DataFolder, 'path'>;
  readonly identity: NodeIdentity;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class NodeAuthor implements OwnAuthor {
  readonly #options: OwnAuthorOptions;
  readonly #recordPath: string;
  #ticket: Uint8Array;
  readonly #site: Uint8Array;
  readonly #hybrid = new HybridClock();
  #chain: AuthorChain | undefined;
  #reservedUpTo = 0;

  constructor(options: OwnAuthorOptions) {
    const { crypto, identity, folder } = options;
    this.#options = options;
    this.#recordPath = join(folder.path, 'node.seq');
    this.#site = siteIdOf(crypto, identity.site.siteKey);
    this.#ticket = this.#ownTicket(identity.node.certificate);
  }

  get key(): Uint8Array {
    return this.#options.identity.node.key.publicKey;
  }

  /** From now on it writes under a ticket with this certificate of the node (wire form). */
  renew(certificate: Uint8Array): void {
    this.#ticket = this.#ownTicket(certificate);
  }

  /** What others wrote moves its clock too, so that an answer comes after its question. */
  onBundle(bundle: ReadBundle): void {
    const { unixMs } = this.#options.clock.wall();
    this.#hybrid.observe(stampOfOrderKey(bundle.orderKey), unixMs);
  }

  write(draft: OwnDraft, onAnswer: (answer: PutAnswer) => void): void {
    const chain = this.#reserve();
    if (!chain) {
      onAnswer({ ok: false, reason: 'store-failed' });
      return;
    }
    const next = this.#compose(draft, chain);
    const { id, signed, signature } = next.bundle;
    let refused = false;
    this.#chain = next.chain;
    const carried = { signed, signature, ageMs: 0, hops: 0, ticket: this.#ticket };
    this.#options.node.put(carried, (answer) => {
      refused = !answer.ok;
      onAnswer(answer);
    });
    // Refused on the spot and not even remembered as seen: its number is free, and no gap is left.
    const isFree = refused && !this.#options.node.knows(id);
    if (isFree && this.#chain === next.chain) this.#chain = chain;
  }

  #compose(draft: OwnDraft, chain: AuthorChain) {
    const { crypto, clock, identity } = this.#options;
    const { lane = Lane.normal, scope = Scope.anywhere } = draft;
    const limits = lane === Lane.urgent ? urgentLimits : roleLimits[Role.node];
    const { unixMs, quality } = clock.wall();
    const author = {
      key: identity.node.key,
      site: this.#site,
      ticket: ticketIdOf(crypto, this.#ticket),
    };
    const whole = {
      kind: draft.kind,
      tag: draft.tag,
      payload: draft.payload,
      lane,
      scope,
      lifetimeS: Math.min(draft.lifetimeS ?? limits.lifetimeSMax, limits.lifetimeSMax),
      hopLimit: limits.hopsMax,
      stamp: this.#hybrid.next(unixMs),
      quality,
    };
    return composeBundle(crypto, author, { chain, draft: whole });
  }

  /** Where the chain stands, its next number reserved on disk; undefined when that fails. */
  #reserve(): AuthorChain | undefined {
    const { node, logger } = this.#options;
    try {
      if (!this.#chain) {
        this.#reservedUpTo = readRecord(this.#recordPath, 'node-seq')?.integer('reserved') ?? 0;
        const seen = Math.max(this.#reservedUpTo - 1, node.author(this.key).seqMax);
        this.#reservedUpTo = seen + 1;
        this.#chain = skipChain(seen);
      }
      if (this.#chain.seq < this.#reservedUpTo) return this.#chain;
      const reserved = this.#chain.seq + reservedAtOnce;
      writeRecord(this.#recordPath, 'node-seq', { members: { reserved } });
      this.#reservedUpTo = reserved;
      return this.#chain;
    } catch (error) {
      logger.error('no-sequence-numbers', { error: String(error) });
      return undefined;
    }
  }

  /** A node admits itself; the same at every start with the same certificate. */
  #ownTicket(certificate: Uint8Array): Uint8Array {
    const { crypto, identity } = this.#options;
    const { key } = identity.node;
    const site = this.#site;
    const ticket = { site, subject: key.publicKey, role: Role.node, serial: 0, epoch: epochMax };
    return signTicket(crypto, ticket, { key, certificate });
  }
}
