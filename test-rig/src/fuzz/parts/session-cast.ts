/**
 * People of the fuzzed agent's site who open sessions: their keys and tickets, and what each writes
 * next. The site is that of its SeededRandom, so that a kept input means the same tomorrow.
 */
import {
  actTag,
  type BundleDraft,
  BundleKind,
  concat,
  domain,
  encodeAdminAct,
  Role,
  toBase64url,
} from '@muster/core';
import { SampleAuthor, SampleSite, SeededRandom } from '@muster/core/testing';
import { agentSeed, crypto } from './fuzzed-agent.ts';

export const sessionRoles = ['stranger', 'guest', 'user', 'staff', 'admin'];

export class SessionCast {
  readonly site = new SampleSite(crypto, new SeededRandom(agentSeed));
  /** Of the agent, once it has started. */
  nodeKey: Uint8Array = new Uint8Array(0);
  readonly #authors = new Map<string, SampleAuthor>();
  #guests = 0;

  constructor() {
    const { site } = this;
    // Past the draws of the agent, or its own keys were theirs too.
    site.random.bytes(64 * 1024);
    this.#authors.set('user', site.author(Role.user));
    this.#authors.set('staff', site.author(Role.staff));
    this.#authors.set('admin', site.admin('Grace'));
  }

  /** A guest is another one each time: the ticket comes from the node. */
  authorOf(role: string): SampleAuthor {
    const known = this.#authors.get(role);
    if (known) return known;
    this.#guests += 1;
    const seed = crypto.blake2b(32, Buffer.from(`guest ${this.#guests}`));
    return new SampleAuthor(this.site, crypto.keyPairFromSeed(seed), new Uint8Array(0));
  }

  /** The request that opens a session; `challenge` is the frame that asked for it. */
  opening({ key, ticket }: SampleAuthor, challenge: Readonly<Record<string, string>>): string {
    const parts = [challenge.site, challenge.nodeKey, challenge.nonce];
    const signed = concat(domain('session'), ...parts.map((one) => Buffer.from(one!, 'base64url')));
    return JSON.stringify({
      type: 'session',
      device: toBase64url(key.publicKey),
      signature: toBase64url(crypto.sign(signed, key.secretKey)),
      name: 'Ada',
      tickets: ticket.length > 0 ? [toBase64url(ticket)] : [],
    });
  }

  put(author: SampleAuthor, text: string): string {
    return frameOf('put', author.write(text).carried);
  }

  /** `said`: the command, a space, its parameters in JSON. */
  act(author: SampleAuthor, said: string): string {
    const end = `${said} `.indexOf(' ');
    const [command, params] = [said.slice(0, end), said.slice(end + 1)];
    const { site } = this.site.trust;
    const node = this.nodeKey;
    const draft: Partial<BundleDraft> = { kind: BundleKind.adminAct, tag: actTag(crypto, site) };
    try {
      const payload = encodeAdminAct({ command, node, params, documents: [] });
      return frameOf('act', author.write('', { ...draft, payload }).carried);
    } catch (error) {
      // Too long for a bundle: nobody can say it.
      if (error instanceof RangeError) return '';
      throw error;
    }
  }

  /** As a guest it writes under the ticket that it was given. */
  admitted({ key }: SampleAuthor, ticket: Uint8Array): SampleAuthor {
    return new SampleAuthor(this.site, key, ticket);
  }
}

function frameOf(
  type: 'put' | 'act',
  carried: { readonly signed: Uint8Array; readonly signature: Uint8Array },
): string {
  const [signed, signature] = [carried.signed, carried.signature].map(toBase64url);
  return JSON.stringify({ type, ref: 'r', signed, signature });
}
