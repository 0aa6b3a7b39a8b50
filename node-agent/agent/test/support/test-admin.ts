/** An admin as the tests need one: a key that the site's root certified, and what it signs. */
import type { TestContext } from 'node:test';
import {
  type AdminAct,
  actTag,
  BundleKind,
  encodeAdminAct,
  epochMax,
  GuestAdmission,
  type KeyPair,
  powersAll,
  Role,
  Scope,
  type SiteRules,
  signAdminCertificate,
  signSiteRules,
  signTicket,
  signTrustList,
  siteIdOf,
  skipChain,
  toBase64url,
} from '@muster/core';
import { readSite, readSiteRoot } from '@muster/provisioning';
import type { RunningAgent } from './real-agent.ts';
import { connect, type Frame, type TestClient } from './test-client.ts';

export class TestAdmin {
  readonly agent: RunningAgent;
  readonly key: KeyPair;
  readonly certificate: Uint8Array;
  readonly site: Uint8Array;
  readonly root: KeyPair;
  #revision = 0;

  /** `agent` is one in whose folder the site's root key lies. */
  constructor(agent: RunningAgent, given: { powers?: number; epoch?: number } = {}) {
    const { crypto, random } = agent.parts;
    const site = readSite(agent.folder)!;
    this.agent = agent;
    this.root = readSiteRoot(crypto, agent.folder, site)!;
    this.key = crypto.keyPairFromSeed(random.bytes(32));
    this.site = siteIdOf(crypto, site.siteKey);
    const { powers = powersAll, epoch = epochMax } = given;
    const named = { site: this.site, adminKey: this.key.publicKey, powers, epoch, name: 'Grace' };
    this.certificate = signAdminCertificate(crypto, named, this.root);
  }

  get issuer() {
    return { key: this.key, certificate: this.certificate };
  }

  ticketFor(subject: Uint8Array, role: Role): Uint8Array {
    const { crypto } = this.agent.parts;
    const ticket = { site: this.site, subject, role, serial: 1, epoch: epochMax };
    return signTicket(crypto, ticket, this.issuer);
  }

  rules(change: Partial<SiteRules>): Uint8Array {
    this.#revision += 1;
    const rules = {
      ...{ site: this.site, revision: this.#revision, guests: GuestAdmission.open },
      ...{ guestBundlesPerMinute: 600, guestTicketsPerMinute: 60, announcement: '' },
      ...change,
    };
    return signSiteRules(this.agent.parts.crypto, rules, this.issuer);
  }

  list(revoked: readonly Uint8Array[], epoch = 0): Uint8Array {
    this.#revision += 1;
    const all = revoked.map((key) => ({ key, reason: 1 as const, label: 'phone' }));
    const list = { site: this.site, revision: this.#revision, epoch, revoked: all };
    return signTrustList(this.agent.parts.crypto, list, this.issuer);
  }

  /** Its own open session at an agent. */
  async connect(t: TestContext, agent = this.agent): Promise<TestClient> {
    const client = connect(t, agent, { key: this.key });
    const tickets = [toBase64url(this.ticketFor(this.key.publicKey, Role.admin))];
    const { seqMax } = await client.open('Grace', (frame) => ({ ...frame, tickets }));
    client.chain = skipChain(seqMax);
    return client;
  }
}

/** The site's rules change at this agent, as an act of the admin through a session of its own. */
export async function setRules(
  t: TestContext,
  admin: TestAdmin,
  change: Partial<SiteRules>,
): Promise<void> {
  const client = await admin.connect(t);
  const result = await act(client, { command: 'rules.set', documents: [admin.rules(change)] });
  if (!result.ok) throw new Error(JSON.stringify(result));
}

let refs = 0;

/** Hands in an act; the frame of its result, or the one that refused it. */
export async function act(
  client: TestClient,
  what: Partial<AdminAct> & { readonly ageMs?: number },
): Promise<Frame> {
  const { ref } = sayAct(client, what);
  const answer = await client.next('held', (frame) => frame.ref === ref).catch(() => undefined);
  if (!answer) throw new Error(JSON.stringify(client.frames.slice(-3)));
  return client.next('act-result', (frame) => frame.ref === ref);
}

/** Says an act, and gives what it said, whatever comes of it. */
export function sayAct(
  client: TestClient,
  what: Partial<AdminAct> & { readonly ageMs?: number; readonly kind?: number },
): Frame {
  refs += 1;
  const ref = `act-${refs}`;
  const { crypto } = client.agent.parts;
  const site = siteIdOf(crypto, client.agent.identity.site.siteKey);
  const { command = 'x', node = new Uint8Array(0), documents = [], params = '{}' } = what;
  const bundle = client.compose({
    kind: what.kind ?? BundleKind.adminAct,
    tag: actTag(crypto, site),
    scope: Scope.site,
    payload: encodeAdminAct({ command, node, params, documents }),
  });
  const said = {
    type: 'act',
    ref,
    signed: toBase64url(bundle.signed),
    signature: toBase64url(bundle.signature),
    ageMs: what.ageMs ?? 0,
  };
  client.say(said);
  return said;
}
