/**
 * Stored bytes stay within their shares: of each author (what is urgent counted apart), of all
 * guests whom one node admitted, and of the box. Summed up from all its pages in one go.
 */
import { Lane, roleLimits } from '@muster/core';
import type { Box } from './events.ts';
import { isGuest, type Message } from './history.ts';
import { authorShare, issuerShare } from './shares.ts';
import type { Violate } from './violation.ts';

/** A box's content may be over its limit by this share of it. */
const overMax = 0.05;

export class StoredBytes {
  readonly #authors = new Map<string, { readonly message: Message; bytes: number }>();
  readonly #issuers = new Map<string, number>();
  #bytes = 0;

  add(message: Message): void {
    const { author, bytes, issuer, lane } = message;
    const key = `${author}${lane === Lane.urgent ? '!' : ''}`;
    const sum = this.#authors.get(key);
    if (sum) sum.bytes += bytes;
    else this.#authors.set(key, { message, bytes });
    if (isGuest(message)) this.#issuers.set(issuer, (this.#issuers.get(issuer) ?? 0) + bytes);
    this.#bytes += bytes;
  }

  judge({ number: node, contentBytesMax }: Box, nowMs: number, violate: Violate): void {
    const over = (what: string, bytes: number, bytesMax: number) => {
      if (bytes <= bytesMax) return;
      violate({ check: 'quota', atMs: nowMs, node, text: `${what} ${bytes} bytes of ${bytesMax}` });
    };
    for (const { message, bytes } of this.#authors.values()) {
      const role = Object.keys(roleLimits)[message.role];
      over(`an author of role ${role} has`, bytes, authorShare(message).bytesMax);
    }
    const { bytesMax } = issuerShare(contentBytesMax);
    for (const bytes of this.#issuers.values()) over("one issuer's guests have", bytes, bytesMax);
    over('it keeps', this.#bytes, contentBytesMax * (1 + overMax));
  }
}
