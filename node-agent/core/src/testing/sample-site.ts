/**
 * A small site for tests, simulator and benchmarks: real keys, certificates, tickets and signed
 * bundles from a seed. Belongs to no step; nothing that ships imports it.
 */
import { BundleKind, type CarriedBundle, Lane } from '../bundle/bundle.ts';
import { type AuthorChain, type BundleDraft, composeBundle, newChain } from '../bundle/compose.ts';
import { encodeMessage } from '../channel/message.ts';
import { siteChannelTag } from '../channel/tag.ts';
import { NodeRole, signCertificate } from '../identity/certificate.ts';
import { rootIssuer } from '../identity/issued.ts';
import { Role } from '../identity/role.ts';
import { type SiteTrust, siteIdOf } from '../identity/site.ts';
import { signTicket, ticketIdOf } from '../identity/ticket.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import type { Random } from '../ports/random.ts';

export interface SampleNode {
  readonly name: string;
  readonly key: KeyPair;
  readonly certificate: Uint8Array;
}

export interface SampleBundle {
  readonly id: Uint8Array;
  readonly carried: CarriedBundle;
}

const lifetimeS = 6 * 3600;

export class SampleSite {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly key: KeyPair;
  readonly trust: SiteTrust;
  readonly general: Uint8Array;

  constructor(crypto: Crypto, random: Random) {
    this.crypto = crypto;
    this.random = random;
    this.key = crypto.keyPairFromSeed(random.bytes(32));
    const siteKey = this.key.publicKey;
    this.trust = { crypto, siteKey, site: siteIdOf(crypto, siteKey), epoch: 0 };
    this.general = siteChannelTag(crypto, siteKey, 'general');
  }

  node(name: string): SampleNode {
    const key = this.crypto.keyPairFromSeed(this.random.bytes(32));
    const { site } = this.trust;
    const nodeKey = key.publicKey;
    const fields = { site, nodeKey, role: NodeRole.node, capabilities: 0, epoch: 0, name };
    return { name, key, certificate: signCertificate(this.crypto, fields, rootIssuer(this.key)) };
  }

  /** A device with a ticket: of a node for guests, of the site for every other role. */
  author(role: Role, issuer?: SampleNode): SampleAuthor {
    const key = this.crypto.keyPairFromSeed(this.random.bytes(32));
    const { site } = this.trust;
    const fields = { site, subject: key.publicKey, role, serial: 1, epoch: 0 };
    const by = issuer
      ? { key: issuer.key, certificate: issuer.certificate }
      : { key: this.key, certificate: new Uint8Array(0) };
    return new SampleAuthor(this, key, signTicket(this.crypto, fields, by));
  }

  guest(issuer: SampleNode): SampleAuthor {
    return this.author(Role.guest, issuer);
  }
}

export class SampleAuthor {
  readonly site: SampleSite;
  readonly key: KeyPair;
  readonly ticket: Uint8Array;
  chain: AuthorChain = newChain;

  constructor(site: SampleSite, key: KeyPair, ticket: Uint8Array) {
    this.site = site;
    this.key = key;
    this.ticket = ticket;
  }

  /** The next bundle of this author: a message in `general` unless the draft says otherwise. */
  write(text: string, draft: Partial<BundleDraft> = {}): SampleBundle {
    const written = this.#compose(text, draft);
    this.chain = written.chain;
    return written;
  }

  /** A bundle that the author signs without moving on: the next one has the same number. */
  fork(text: string): SampleBundle {
    return this.#compose(text, {});
  }

  #compose(text: string, draft: Partial<BundleDraft>): SampleBundle & { chain: AuthorChain } {
    const { crypto, trust, general } = this.site;
    const ticket = ticketIdOf(crypto, this.ticket);
    const { bundle, chain } = composeBundle(
      crypto,
      { key: this.key, site: trust.site, ticket },
      {
        chain: this.chain,
        draft: {
          kind: BundleKind.message,
          tag: general,
          lane: Lane.normal,
          lifetimeS,
          hopLimit: 5,
          stamp: { ms: 1_700_000_000_000 + this.chain.seq, counter: 0 },
          quality: 1,
          payload: encodeMessage({ name: 'Ada', text }),
          ...draft,
        },
      },
    );
    const { signed, signature, id } = bundle;
    return { id, chain, carried: { signed, signature, ageMs: 0, hops: 0, ticket: this.ticket } };
  }
}
