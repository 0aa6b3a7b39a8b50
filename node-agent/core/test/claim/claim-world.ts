/**
 * A site, an admin and a blank node for the tests of claims, with entropy from a seed, and the two
 * ends of one claim with what each is told. Belongs to no step.
 */
import { rootIssuer } from '../../src/identity/issued.ts';
import {
  type ClaimCode,
  type ClaimCodeKind,
  ClaimIssuer,
  type ClaimIssuerOptions,
  ClaimSubject,
  type ClaimSubjectOptions,
  claimFingerprint,
  encodeAdminPapers,
  type Issuer,
  type KeyPair,
  NodeRole,
  type ProvisionDocument,
  signAdminCertificate,
  signCertificate,
  signProvision,
  siteIdOf,
} from '../../src/index.ts';
import { SeededRandom } from '../../src/testing/index.ts';
import { ada, root, site } from '../support/admins.ts';
import { crypto, keyPair } from '../support/crypto.ts';

export const siteKey = root.publicKey;
export const blank = keyPair(41);
const none = new Uint8Array(0);

export function provisionFor(nodeKey: Uint8Array, by: Issuer = ada): ProvisionDocument {
  const fields = { site, nodeKey, role: NodeRole.gateway, capabilities: 0, epoch: 9, name: 'gate' };
  return {
    ...{ site, siteKey, siteName: 'Harbour', nodeKey },
    certificate: signCertificate(crypto, fields, by),
    settings: {
      ...{ role: 'gateway', name: 'gate', channels: ['general', 'Bühne'] },
      bootstrap: ['/ip4/192.168.1.2/tcp/7321'],
      wifi: { ssid: 'Harbour ⚓', password: 'pass word 1', country: 'DE', mode: 'join' },
      uplinks: [{ kind: 'relay', address: '/dns4/relay.example/tcp/7320', name: 'far' }],
      hostNames: ['gate.local'],
    },
    documents: [Uint8Array.of(1, 2, 3), Uint8Array.of(4)],
    tlsAuthority: Uint8Array.of(45, 45, 45),
  };
}

export function papersFor(adminKey: Uint8Array, by: KeyPair = root, of = siteKey): Uint8Array {
  const fields = { site: siteIdOf(crypto, of), adminKey, powers: 15, epoch: 9, name: 'Eve' };
  const certificate = signAdminCertificate(crypto, fields, by);
  return encodeAdminPapers({ siteKey: of, siteName: 'Harbour', certificate, documents: [] });
}

/** Who signs for a code of this kind. */
export function issuerFor(kind: ClaimCodeKind): Issuer {
  return kind === 'admin' ? rootIssuer(root) : ada;
}

export function wireFor(kind: ClaimCodeKind, key = blank): Uint8Array {
  if (kind === 'admin') return papersFor(key.publicKey);
  return signProvision(crypto, provisionFor(key.publicKey), ada);
}

export function codeOf(kind: ClaimCodeKind, seed = 7): ClaimCode {
  const named = kind === 'label' ? blank : issuerFor(kind).key;
  return {
    kind,
    secret: new SeededRandom(seed).bytes(16),
    fingerprint: claimFingerprint(crypto, named.publicKey),
    site: kind === 'label' ? none : site,
    expiresUnixS: kind === 'label' ? 0 : 1_800_000_000,
    addresses: ['192.168.178.100:8080'],
  };
}

export interface EndChanges {
  readonly seed?: number;
  readonly issuer?: Partial<ClaimIssuerOptions>;
  readonly subject?: Partial<ClaimSubjectOptions>;
}

/** Both ends of a claim; who scanned the code begins. */
export function endsOf(kind: ClaimCodeKind, { seed = 1, issuer, subject }: EndChanges = {}) {
  const code = codeOf(kind);
  const random = new SeededRandom(seed);
  const common = { crypto, random, code };
  const label = kind === 'label';
  const issuerOptions = { issuer: issuerFor(kind), siteKey, siteName: 'Harbour' };
  const subjectOptions = { key: blank, name: 'blank box', version: '0.1.0' };
  return {
    issuer: new ClaimIssuer({ ...common, isInitiator: label, ...issuerOptions, ...issuer }),
    subject: new ClaimSubject({ ...common, isInitiator: !label, ...subjectOptions, ...subject }),
  };
}

/** Changes the message with this number, from 0, on its way. */
export type Meddle = (message: Uint8Array, number: number) => Uint8Array;

export interface Played extends ReturnType<typeof endsOf> {
  /** As they were sent, before anybody meddled. */
  readonly messages: readonly Uint8Array[];
  readonly issuerFault: string | undefined;
  readonly subjectFault: string | undefined;
}

/** Plays a claim to its end; the person confirms at once and the node accepts at once. */
export function play(
  kind: ClaimCodeKind,
  { meddle = (message) => message, ...changes }: EndChanges & { readonly meddle?: Meddle } = {},
): Played {
  const { issuer, subject } = endsOf(kind, changes);
  const faults: Record<'issuer' | 'subject', string | undefined> = {
    issuer: undefined,
    subject: undefined,
  };
  const messages: Uint8Array[] = [];
  const pair = ['subject', 'issuer'] as const;
  const order = kind === 'label' ? ([...pair].reverse() as ['issuer', 'subject']) : pair;
  const take = (end: 'issuer' | 'subject', octets: Uint8Array) => {
    let step = end === 'issuer' ? issuer.receive(octets) : subject.receive(octets);
    if (step.kind === 'ask') {
      step = end === 'issuer' ? issuer.confirm(wireFor(kind)) : subject.accept();
    }
    if (step.kind === 'ended') faults[end] = step.fault ?? 'none';
    return step;
  };
  let message: Uint8Array | undefined = order[0] === 'issuer' ? issuer.start() : subject.start();
  while (message && messages.length < 20) {
    const to: 'issuer' | 'subject' = order[(messages.length + 1) % 2]!;
    messages.push(message);
    const step = take(to, meddle(message, messages.length - 1));
    message = step.kind === 'ask' ? undefined : step.message;
  }
  return { issuer, subject, messages, issuerFault: faults.issuer, subjectFault: faults.subject };
}
