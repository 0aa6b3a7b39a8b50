/** A phone that writes as fast as it is let, and keeps what it was told is held. */
import { NodeSession } from '@muster/agent';
import { type Crypto, type KeyPair, toHex } from '@muster/core';
import { SessionWriter } from '../session-writer.ts';

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
  const given = { crypto, key, session, siteKey, ticket, name: 'writer' };
  const writer = await SessionWriter.of(given);
  const text = 'x'.repeat(textBytes);
  const inFlight = new Set<Promise<void>>();
  try {
    for (let i = 0; i < count; i++) {
      const put = writer.write(text, { lifetimeS: 86_400 }).then((outcome) => {
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
