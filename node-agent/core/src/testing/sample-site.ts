/**
 * A small site for tests, simulator and benchmarks: real keys, certificates, tickets and signed
 * bundles from a seed. Belongs to no step; nothing that ships imports it.
 */
import { BundleKind, type CarriedBundle, Lane } from '../bundle/bundle.ts';
import { type AuthorChain, type BundleDraft, composeBundle, newChain } from '../bundle/compose.ts';
import { encodeMessage } from '../channel/message.ts';
import { siteChannelTag } from '../channel/tag.ts';
import { powersAll, signAdminCertificate } from '../identity/admin-certificate.ts';
import { NodeRole, signCertificate } from '../identity/certificate.ts';
import { epochMax } from '../identity/epoch.ts';
import { type Issuer, rootIssuer } from '../identity/issued.ts';
import { Role } from '../identity/role.ts';
import { type SiteTrust, siteIdOf } from '../identity/site.ts';
import { signTicket, ticketIdOf } from '../identity/ticket.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import type { Random } from '../ports/random.ts';
import { type AdminAct, actTag, encodeAdminAct } from '../trust/admin-act.ts';

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

  get root(): Issuer {
    return rootIssuer(this.key);
  }

  node(name: string, { epoch = 0, by = this.root } = {}): SampleNode {
    const key = this.crypto.keyPairFromSeed(this.random.bytes(32));
    return { name, key, certificate: this.certificateFor(key, name, { epoch, by }) };
  }

  certificateFor(key: KeyPair, name: string, { epoch = 0, by = this.root } = {}): Uint8Array {
    const { site } = this.trust;
    const nodeKey = key.publicKey;
    const fields = { site, nodeKey, role: NodeRole.node, capabilities: 0, epoch, name };
    return signCertificate(this.crypto, fields, by);
  }

  admin(name: string, { epoch = epochMax as number, powers = powersAll as number } = {}) {
    const key = this.crypto.keyPairFromSeed(this.random.bytes(32));
    const { site } = this.trust;
    const fields = { site, adminKey: key.publicKey, powers, epoch, name };
    const certificate = signAdminCertificate(this.crypto, fields, this.key);
    return new SampleAdmin(this, { key, certificate });
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

/** Somebody whom the root made an admin, and who writes under a ticket of its own. */
export class SampleAdmin extends SampleAuthor {
  readonly issuer: Issuer;

  constructor(site: SampleSite, issuer: Issuer) {
    const subject = issuer.key.publicKey;
    const fields = { site: site.trust.site, subject, role: Role.admin, serial: 1, epoch: epochMax };
    super(site, issuer.key, signTicket(site.crypto, fields, issuer));
    this.issuer = issuer;
  }

  act(act: Partial<AdminAct>): SampleBundle {
    const { crypto, trust } = this.site;
    const whole = { command: 'list.set', node: new Uint8Array(0), params: '{}', documents: [] };
    const payload = encodeAdminAct({ ...whole, ...act });
    const tag = actTag(crypto, trust.site);
    return this.write('', { kind: BundleKind.adminAct, tag, payload, hopLimit: 10 });
  }
}
