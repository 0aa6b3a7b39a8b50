/** Somebody of the staff at one box: writes in `general`, and is told what comes (step 1). */
import { randomBytes } from 'node:crypto';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { NodeSession, type ShownBundle } from '@muster/agent';
import {
  BundleKind,
  decodeFields,
  decodeMessage,
  fromBase64url,
  Lane,
  orderKeyBytes,
  siteChannelTag,
} from '@muster/core';
import { SessionWriter, siteKeyAt } from '../../session-writer.ts';
import type { StaffKey } from '../../venue/site.ts';
import type { Shown } from '../inside/arrivals.ts';

export interface PersonOptions {
  readonly url: string;
  readonly staff: StaffKey;
  onShown(shown: Shown): void;
}

export type Urgency = 'urgent' | 'normal';

export class Person {
  readonly #writer: SessionWriter;
  readonly #sessions: readonly NodeSession[];

  private constructor(writer: SessionWriter, sessions: readonly NodeSession[]) {
    this.#writer = writer;
    this.#sessions = sessions;
  }

  static async at({ url, staff, onShown }: PersonOptions): Promise<Person> {
    const crypto = createSodiumCrypto();
    const siteKey = await siteKeyAt(url);
    const reader = await NodeSession.open({
      ...{ url, crypto, name: 'reader', tickets: [] },
      key: crypto.keyPairFromSeed(randomBytes(32)),
      onBundles: (items) => {
        for (const item of items) {
          const text = textOf(item);
          const id = Buffer.from(item.signature).toString('base64');
          if (text !== undefined) onShown({ id, text, atMs: Date.now() });
        }
      },
    });
    // From the first key of the order on: all that the box has, and then what comes.
    reader.follow(siteChannelTag(crypto, siteKey, 'general'), new Uint8Array(orderKeyBytes));
    const key = crypto.keyPairFromSeed(fromBase64url(staff.seed)!);
    const ticket = fromBase64url(staff.ticket)!;
    const session = await NodeSession.open({ url, crypto, key, name: 'writer', tickets: [ticket] });
    const writer = await SessionWriter.of({ crypto, key, session, siteKey, ticket });
    return new Person(writer, [reader, session]);
  }

  /** Resolves once the box holds it; throws what the box has against it. */
  async write(text: string, urgency: Urgency = 'normal'): Promise<void> {
    const writing = { lane: Lane[urgency], hopLimit: 10 };
    const written = await this.#writer.write(text, writing);
    if (written.state === 'refused') throw new Error(`not held: ${written.message}`);
  }

  leave(): void {
    for (const session of this.#sessions) session.close();
  }
}

function textOf({ signed }: ShownBundle): string | undefined {
  const fields = decodeFields(signed);
  if (!fields.ok || fields.value.kind !== BundleKind.message) return undefined;
  return decodeMessage(fields.value.payload)?.text;
}
