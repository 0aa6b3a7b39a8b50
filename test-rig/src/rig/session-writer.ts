/**
 * Writes over the phones' socket as a client does (step 1): one chain of signed bundles for one
 * key. What it writes is up to the rig: it also signs what no page would. Waits for nobody: who
 * calls it paces it.
 */
import { getJson, type NodeSession, type PutOutcome } from '@muster/agent';
import {
  type AuthorChain,
  type Bundle,
  type BundleDraft,
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

export interface SessionWriterOptions {
  readonly crypto: Crypto;
  readonly key: KeyPair;
  readonly session: NodeSession;
  readonly siteKey: Uint8Array;
  /** In wire form; the one that the session was welcomed with unless given. */
  readonly ticket?: Uint8Array;
  /** The name that stands in its messages. */
  readonly name?: string;
}

/** What differs from a message of an hour's life in `general`. */
export type Writing = Partial<BundleDraft>;

export type Written = PutOutcome & { readonly hexId: string; readonly atMs: number };

export class SessionWriter {
  readonly #options: SessionWriterOptions;
  readonly #ticket: Uint8Array;
  readonly #general: Uint8Array;
  #chain: AuthorChain = newChain;

  private constructor(options: SessionWriterOptions, ticket: Uint8Array) {
    this.#options = options;
    this.#ticket = ticket;
    this.#general = siteChannelTag(options.crypto, options.siteKey, 'general');
  }

  static async of(options: SessionWriterOptions): Promise<SessionWriter> {
    const ticket = options.ticket ?? (await options.session.welcome).ticket;
    return new SessionWriter(options, ticket);
  }

  get ticket(): Uint8Array {
    return this.#ticket;
  }

  /** Signs a message, or what the writing says, as the next of its chain. */
  compose(text: string, writing: Writing = {}): Bundle {
    const { crypto, key, siteKey, name = 'guest' } = this.#options;
    const author = {
      key,
      site: siteIdOf(crypto, siteKey),
      ticket: ticketIdOf(crypto, this.#ticket),
    };
    const composed = composeBundle(crypto, author, {
      chain: this.#chain,
      draft: {
        kind: BundleKind.message,
        tag: this.#general,
        scope: Scope.anywhere,
        lane: Lane.normal,
        lifetimeS: 3600,
        hopLimit: 5,
        stamp: { ms: Date.now(), counter: this.#chain.seq },
        quality: 1,
        payload: writing.payload ?? encodeMessage({ name, text }),
        ...writing,
      },
    });
    this.#chain = composed.chain;
    return composed.bundle;
  }

  /** Puts what was composed; resolves with the node's answer. `as`: how it is handed in. */
  async put(
    { id, signed, signature }: Pick<Bundle, 'id' | 'signed' | 'signature'>,
    { as = 'put', ageMs = 0 }: { readonly as?: 'put' | 'act'; readonly ageMs?: number } = {},
  ): Promise<Written> {
    const atMs = Date.now();
    const bundle = { signed, signature, ticket: this.#ticket, ageMs };
    const outcome = await this.#options.session.put(bundle, as);
    return { ...outcome, hexId: toHex(id), atMs };
  }

  write(text: string, writing: Writing = {}): Promise<Written> {
    return this.put(this.compose(text, writing));
  }
}

/** Asked once an address: the node limits how often. */
const known = new Map<string, Promise<Uint8Array>>();

/** The root key of the site that the node at this address is of, as it says. */
export function siteKeyAt(url: string): Promise<Uint8Array> {
  const asked = known.get(url) ?? askSiteKey(url);
  known.set(url, asked);
  asked.catch(() => known.delete(url));
  return asked;
}

async function askSiteKey(url: string): Promise<Uint8Array> {
  const { json } = await getJson(url, '/api/v1/node');
  return fromBase64url((json as { siteKey: string }).siteKey)!;
}
