/**
 * Hostile authors with valid papers: guests, staff, a node and an admin of the site, each with a
 * session of their own over the real socket. What they sign is up to the attack; no page of ours
 * stands between them and the box.
 */
import { NodeSession } from '@muster/agent';
import { type Issuer, type KeyPair, Role, rootIssuer, signTicket, siteIdOf } from '@muster/core';
import { certifyNode, issueAdmin, issueTicket } from '@muster/provisioning';
import { SessionWriter } from '../../rig/session-writer.ts';
import type { Target } from './target.ts';

export interface Author {
  readonly key: KeyPair;
  readonly session: NodeSession;
  readonly writer: SessionWriter;
}

export class Authors {
  readonly #target: Target;
  readonly #sessions: NodeSession[] = [];
  #made = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  /** `name`: what the session says, which all others see among who is here. */
  guest(name: string): Promise<Author> {
    return this.#open(this.#newKey(), name, []);
  }

  staff(name: string): Promise<Author> {
    const { crypto, site } = this.#target;
    const key = this.#newKey();
    const ticket = { subject: key.publicKey, role: Role.staff, serial: this.#made };
    return this.#open(key, name, [issueTicket(crypto, site, ticket)]);
  }

  /** A second node of the site, by a key that a thief may hold. */
  node(name: string): Promise<Author> {
    const { crypto, site } = this.#target;
    const { siteKey, root } = site;
    const key = this.#newKey();
    const by = { siteKey, issuer: rootIssuer(root) };
    const certificate = certifyNode(crypto, by, { nodeKey: key.publicKey, name });
    return this.#open(key, 'node', [this.#ownTicket({ key, certificate }, Role.node)]);
  }

  /** An admin of the site whom the root certified under this name; signs documents as `issuer`. */
  async admin(name: string): Promise<Author & { readonly issuer: Issuer }> {
    const { crypto, site } = this.#target;
    const key = this.#newKey();
    const certificate = issueAdmin(crypto, { root: site.root, adminKey: key.publicKey, name });
    const issuer = { key, certificate };
    const author = await this.#open(key, name, [this.#ownTicket(issuer, Role.admin)]);
    return { ...author, issuer };
  }

  close(): void {
    for (const session of this.#sessions) session.close();
  }

  #newKey(): KeyPair {
    this.#made += 1;
    const { crypto } = this.#target;
    return crypto.keyPairFromSeed(globalThis.crypto.getRandomValues(new Uint8Array(32)));
  }

  #ownTicket(issuer: Issuer, role: Role): Uint8Array {
    const { crypto, site } = this.#target;
    const subject = issuer.key.publicKey;
    const fields = { site: siteIdOf(crypto, site.siteKey), subject, role, serial: 0, epoch: 0 };
    return signTicket(crypto, fields, issuer);
  }

  async #open(key: KeyPair, name: string, tickets: readonly Uint8Array[]): Promise<Author> {
    const { crypto, port, site } = this.#target;
    // Each from an address of its own, as phones have.
    const localAddress = `127.0.2.${1 + (this.#made % 250)}`;
    const url = `http://127.0.0.1:${port}`;
    const session = await NodeSession.open({ url, crypto, key, name, tickets, localAddress });
    this.#sessions.push(session);
    const { siteKey } = site;
    return { key, session, writer: await SessionWriter.of({ crypto, key, session, siteKey }) };
  }
}
