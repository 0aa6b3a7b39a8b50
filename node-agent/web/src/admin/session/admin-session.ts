/**
 * An admin's session, and what an admin does to the site in it, one call each: documents and grants
 * are made and signed here, put on their way, and written into the trail by an act. Nothing counts
 * as done before a node holds it.
 */
import {
  BundleKind,
  encodeGrant,
  fromHex,
  type Grant,
  GrantKind,
  grantTag,
  type NodeRole,
  NodeRole as NodeRoles,
  Power,
  type Revocation,
  Role,
  type SitePolicy,
  type SiteRules,
  signCertificate,
  signGuestPass,
  signTicket,
  toBase64url,
} from '@muster/core';
import { AdminConnection, type AdminConnectionParts } from './admin-connection.ts';
import { SitePapers } from './site-papers.ts';
import { type ActResult, actFault } from './writes.ts';

export type { ActEntry } from './act-trail.ts';
export type { ActDraft, AdminConnectionParts, AdminState } from './admin-connection.ts';
export type { ActFault, ActResult } from './writes.ts';

/** What a person asks to be changed; the rest stays as it is. */
export type RulesChange = Partial<Omit<SiteRules, 'site' | 'revision'>>;

export interface TicketWish {
  /** Device key, 32 bytes. */
  readonly device: Uint8Array;
  readonly role: Role;
  /** What the admin calls the person. */
  readonly label: string;
}

export interface CertificateWish {
  readonly nodeKey: Uint8Array;
  readonly name: string;
  readonly role: NodeRole;
  /** The last epoch in which it is valid; the one after the present unless given. */
  readonly epoch?: number;
}

const serialBytes = 6;

export class AdminSession extends AdminConnection {
  readonly #papers: SitePapers;

  constructor(parts: AdminConnectionParts) {
    super(parts);
    this.#papers = new SitePapers({ ...parts, book: this.trust.value.book });
  }

  /** Rights given in this epoch end with the next: who was forgotten loses them by itself. */
  get #endsEpoch(): number {
    return this.trust.value.book.epoch + 1;
  }

  /** A ticket for a phone, as a grant that travels to it. */
  async issueTicket({ device, role, label }: TicketWish): Promise<ActResult> {
    if (!this.may(Power.people)) return actFault('power-missing');
    const { crypto, site, issuer, random } = this.parts;
    const serial = random.bytes(serialBytes).reduce((sum, byte) => sum * 256 + byte, 0);
    const ticket = { site, subject: device, role, serial, epoch: this.#endsEpoch };
    const content = signTicket(crypto, ticket, issuer);
    const granted = await this.#grant(device, { kind: GrantKind.ticket, content });
    if (!granted.ok) return granted;
    const name = role === Role.staff ? 'staff' : 'user';
    const params = { key: toBase64url(device), name: label, role: name, label };
    return this.act({ command: 'person.ticket', params });
  }

  /** The certificate of a node of this site, in wire form. */
  signCertificate({ nodeKey, name, role, epoch = this.#endsEpoch }: CertificateWish): Uint8Array {
    const { crypto, site, issuer } = this.parts;
    const certificate = { site, nodeKey, role, capabilities: 0, epoch, name };
    return signCertificate(crypto, certificate, issuer);
  }

  /** A new certificate for a node (renewal, other name or role), as a grant. */
  async certify(wish: CertificateWish): Promise<ActResult> {
    if (!this.may(Power.nodes)) return actFault('power-missing');
    const content = this.signCertificate(wish);
    const granted = await this.#grant(wish.nodeKey, { kind: GrantKind.certificate, content });
    if (!granted.ok) return granted;
    const { nodeKey, name, role, epoch = this.#endsEpoch } = wish;
    const params = { key: toBase64url(nodeKey), name, role: nodeRoleNames[role], epoch };
    return this.act({ command: 'node.certify', params: { ...params, label: name } });
  }

  /** A further key on this admin's trust list. */
  async revoke(add: Revocation): Promise<ActResult> {
    if (!this.may(Power.revoke)) return actFault('power-missing');
    const list = await this.#papers.list({ add }).catch(() => undefined);
    if (!list) return actFault('list-full');
    const { key, reason, label } = add;
    return this.#inForce('list.set', list, { key: toBase64url(key), reason, label });
  }

  /**
   * The site goes on to this epoch; what ends earlier ends now. The nodes that the site knows, and
   * has not revoked, get their certificates renewed first.
   */
  async advanceEpoch(epoch: number): Promise<ActResult> {
    if (!this.may(Power.revoke)) return actFault('power-missing');
    if (epoch > this.certificate.epoch) return actFault('epoch-beyond');
    const renewed = this.may(Power.nodes) ? await this.#renewNodes(epoch + 1) : 0;
    if (renewed === undefined) return actFault('timeout');
    const list = await this.#papers.list({ epoch }).catch(() => undefined);
    return list ? this.#inForce('list.set', list, { epoch, renewed }) : actFault('list-full');
  }

  async setRules(change: RulesChange): Promise<ActResult> {
    if (!this.may(Power.rules)) return actFault('power-missing');
    return this.#inForce('rules.set', await this.#papers.rules(change), change);
  }

  /** `change` gets the policy in force, an empty one when there is none. */
  async setPolicy(
    change: (policy: SitePolicy) => Omit<SitePolicy, 'revision'>,
  ): Promise<ActResult> {
    if (!this.may(Power.rules)) return actFault('power-missing');
    const { site } = this.parts;
    const known = this.policy.value ?? { site, revision: 0, pins: [], rules: [] };
    const policy = await this.#papers.policy(known.revision, change(known));
    return this.#inForce('policy.set', policy, {});
  }

  /** A guest pass as text (`MUSTER-PASS:1:…`), signed here; good through `epoch`. */
  makePass({ usesMax, epoch }: { usesMax: number; epoch: number }): string {
    const { crypto, site, issuer, random } = this.parts;
    return signGuestPass(crypto, { site, serial: random.bytes(8), epoch, usesMax }, issuer);
  }

  async #inForce(command: string, document: Uint8Array, params: object): Promise<ActResult> {
    const result = await this.act({ command, params, documents: [document] });
    if (result.ok) await this.adopt(document);
    return result;
  }

  #grant(key: Uint8Array, grant: Grant): Promise<ActResult> {
    const { crypto, site } = this.parts;
    const tag = grantTag(crypto, site, key);
    return this.put({ kind: BundleKind.grant, tag, payload: encodeGrant(grant) });
  }

  /** How many; undefined when one of them could not be put on its way. */
  async #renewNodes(epoch: number): Promise<number | undefined> {
    const { revoked } = this.trust.value.book;
    let renewed = 0;
    for (const { key, name, report, revoked: isRevoked } of this.site.value?.nodes ?? []) {
      const nodeKey = fromHex(key);
      const isDue = nodeKey && report && report.certificateEpoch < epoch;
      if (!isDue || isRevoked || revoked.has(nodeKey)) continue;
      const wish = { nodeKey, name: name || report.name, role: NodeRoles[report.role], epoch };
      const content = this.signCertificate(wish);
      const granted = await this.#grant(nodeKey, { kind: GrantKind.certificate, content });
      if (!granted.ok) return undefined;
      renewed++;
    }
    return renewed;
  }
}

const nodeRoleNames: Readonly<Record<NodeRole, string>> = {
  [NodeRoles.node]: 'node',
  [NodeRoles.gateway]: 'gateway',
  [NodeRoles.relay]: 'relay',
};
