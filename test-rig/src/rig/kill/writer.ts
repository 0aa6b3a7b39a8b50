/** A phone that writes as fast as it is let, and keeps what it was told is held. */
import { NodeSession } from '@muster/agent';
import {
  BundleKind,
  type Crypto,
  composeBundle,
  encodeMessage,
  type KeyPair,
  Lane,
  newChain,
  siteChannelTag,
  siteIdOf,
  ticketIdOf,
  toHex,
} from '@muster/core';

export interface WriterOptions {
  readonly url: string;
  readonly crypto: Crypto;
  readonly key: KeyPair;
  readonly siteKey: Uint8Array;
  /** Of a role that may write as much as this. */
  readonly ticket: Uint8Array;
  /** Bundles written; a session takes a burst of 120 messages. */
  readonly count: number;
  /** The bytes of each text. */
  readonly textBytes: number;
}

/** Puts in flight at once: a phone sends one after the other, several phones do not wait. */
const window = 16;

/** Writes until it is done or the agent is gone; each id goes to `onHeld` as soon as it is held. */
export async function write(options: WriterOptions, onHeld: (id: string) => void): Promise<void> {
  const { url, crypto, key, ticket, siteKey, count, textBytes } = options;
  const session = await NodeSession.open({ url, crypto, key, name: 'writer', tickets: [ticket] });
  const author = { key, site: siteIdOf(crypto, siteKey), ticket: ticketIdOf(crypto, ticket) };
  const tag = siteChannelTag(crypto, siteKey, 'general');
  const payload = encodeMessage({ name: 'writer', text: 'x'.repeat(textBytes) });
  let chain = newChain;
  const inFlight = new Set<Promise<void>>();
  try {
    for (let i = 0; i < count; i++) {
      const made = composeBundle(crypto, author, {
        chain,
        draft: {
          kind: BundleKind.message,
          tag,
          lane: Lane.normal,
          lifetimeS: 86_400,
          hopLimit: 5,
          stamp: { ms: Date.now(), counter: i },
          quality: 1,
          payload,
        },
      });
      chain = made.chain;
      const { signed, signature } = made.bundle;
      const put = session.put({ signed, signature, ticket, ageMs: 0 }).then((outcome) => {
        if (outcome.state === 'held') onHeld(toHex(outcome.id));
      });
      const settled = put.finally(() => inFlight.delete(settled));
      inFlight.add(settled);
      if (inFlight.size >= window) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
  } catch {
    // The agent was killed: what is not answered is not held.
    await Promise.allSettled(inFlight);
  } finally {
    session.close();
  }
}
