/** Writes into `general` as a phone does, under the ticket that its session was welcomed with. */
import { getJson, type NodeSession, type PutOutcome } from '@muster/agent';
import {
  BundleKind,
  type Crypto,
  composeBundle,
  encodeMessage,
  fromBase64url,
  type KeyPair,
  Lane,
  newChain,
  Scope,
  siteChannelTag,
  siteIdOf,
  ticketIdOf,
  toHex,
} from '@muster/core';

export interface GuestWriterOptions {
  readonly url: string;
  readonly crypto: Crypto;
  readonly key: KeyPair;
  readonly session: NodeSession;
}

export type Written = PutOutcome & { readonly hexId: string; readonly atMs: number };

export async function guestWriter(
  options: GuestWriterOptions,
): Promise<(text: string) => Promise<Written>> {
  const { url, crypto, key, session } = options;
  const siteKey = await siteKeyAt(url);
  const { ticket } = await session.welcome;
  const author = { key, site: siteIdOf(crypto, siteKey), ticket: ticketIdOf(crypto, ticket) };
  const tag = siteChannelTag(crypto, siteKey, 'general');
  let chain = newChain;
  return async (text) => {
    const draft = {
      kind: BundleKind.message,
      tag,
      scope: Scope.anywhere,
      lane: Lane.normal,
      lifetimeS: 3600,
      hopLimit: 5,
      stamp: { ms: Date.now(), counter: chain.seq },
      quality: 1,
      payload: encodeMessage({ name: 'guest', text }),
    } as const;
    const composed = composeBundle(crypto, author, { chain, draft });
    chain = composed.chain;
    const { id, signed, signature } = composed.bundle;
    const atMs = Date.now();
    const outcome = await session.put({ signed, signature, ticket, ageMs: 0 });
    return { ...outcome, hexId: toHex(id), atMs };
  };
}

/** Asked once an address: the node limits how often. */
const known = new Map<string, Promise<Uint8Array>>();

function siteKeyAt(url: string): Promise<Uint8Array> {
  const asked =
    known.get(url) ??
    getJson(url, '/api/v1/node').then(
      ({ json }) => fromBase64url((json as { siteKey: string }).siteKey)!,
    );
  known.set(url, asked);
  return asked;
}
