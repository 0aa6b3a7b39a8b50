/**
 * Nothing forged, foreign or cross-posted is shown: what a box shows hashes to its id, somebody
 * wrote it, and it stands under the author, signature, channel and number of its writing.
 */
import { bundleId, type Crypto, equalBytes, type ReadBundle, shortId } from '@muster/core';
import type { Shown } from './events.ts';
import type { Message } from './history.ts';
import type { Violate } from './violation.ts';

export class Forged {
  readonly #crypto: Crypto;
  readonly #violate: Violate;

  constructor(crypto: Crypto, violate: Violate) {
    this.#crypto = crypto;
    this.#violate = violate;
  }

  /** False when it may not be shown at all; `message` is undefined when nobody wrote it. */
  check({ node, bundle, nowMs }: Shown, message: Message | undefined): boolean {
    const fault = message ? this.#faultOf(bundle, message) : 'nobody wrote it';
    if (!fault) return true;
    const text = `shows ${shortId(bundle.id)}: ${fault}`;
    this.#violate({ check: 'forged', atMs: nowMs, node, text });
    return false;
  }

  #faultOf(bundle: ReadBundle, message: Message): string | undefined {
    const { author, lane, role, seq, signature, signed, tag } = bundle;
    if (!equalBytes(bundleId(this.#crypto, signed), message.id))
      return 'its content has another id';
    if (!equalBytes(signature, message.signature)) return 'under another signature';
    if (!equalBytes(author, message.authorKey)) return 'under another author';
    if (!equalBytes(tag, message.tag)) return 'in another channel';
    if (role !== message.role) return `as of role ${role}, not ${message.role}`;
    return lane === message.lane && seq === message.seq
      ? undefined
      : 'under another lane or number';
  }
}
