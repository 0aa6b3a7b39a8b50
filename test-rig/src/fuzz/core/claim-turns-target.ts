/**
 * Fuzz target: one end of a claim against an attacker who knows the code. Input: CBOR [end, turn
 * ...], with the end that is attacked, and what the attacker says in each turn: a byte string as it
 * is, or [octets] sealed into the channel (in the first turn: the payload of the greeting). Nobody
 * takes papers that were not issued to it, and what has ended stays ended.
 */
import {
  type ClaimCode,
  type ClaimCodeKind,
  ClaimIssuer,
  ClaimSubject,
  claimFingerprint,
  decodeAdminPapers,
  encodeAdminPapers,
  encodeCbor,
  signProvision,
} from '@muster/core';
import { type ClaimMessage, encodeClaimMessage } from '@muster/core/parsers';
import { SeededRandom } from '@muster/core/testing';
import { type CborNode, parseCbor } from '../mutate/cbor-tree.ts';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { admin, crypto, node, site } from './cast.ts';
import { attackersNonce, ClaimAttacker } from './claim-attacker.ts';

const { trust } = site;
const none: Uint8Array = new Uint8Array(0);

interface End {
  readonly kind: ClaimCodeKind;
  readonly role: 'subject' | 'issuer';
  readonly isInitiator: boolean;
}

const ends: readonly End[] = [
  { kind: 'invite', role: 'subject', isInitiator: true },
  { kind: 'label', role: 'subject', isInitiator: false },
  { kind: 'label', role: 'issuer', isInitiator: true },
  { kind: 'invite', role: 'issuer', isInitiator: false },
  { kind: 'admin', role: 'subject', isInitiator: true },
  { kind: 'admin', role: 'issuer', isInitiator: false },
];

const provision = signProvision(
  crypto,
  {
    ...{ site: trust.site, siteKey: trust.siteKey, siteName: 'Fair' },
    ...{ nodeKey: node.key.publicKey, certificate: node.certificate, documents: [] },
    settings: { role: 'node', name: 'north', channels: [], bootstrap: [], uplinks: [] },
  },
  admin.issuer,
);
const adminPapers = encodeAdminPapers({
  ...{ siteKey: trust.siteKey, siteName: 'Fair', documents: [] },
  certificate: admin.issuer.certificate,
});
const papersOf = (kind: ClaimCodeKind) => (kind === 'admin' ? adminPapers : provision);
const subjectKeyOf = (kind: ClaimCodeKind) => (kind === 'admin' ? admin.key : node.key);
const issuerOfKind = (kind: ClaimCodeKind) => (kind === 'admin' ? site.root : admin.issuer);

export function createClaimTarget(): FuzzTarget {
  return { name: 'claim', seeds: () => ends.flatMap(seedsFor), run: runClaim };
}

function seedsFor(end: End, place: number): Uint8Array[] {
  const { kind, role } = end;
  const { key, certificate } = issuerOfKind(kind);
  const said = { nonce: attackersNonce, proof: new Uint8Array(64) };
  const { siteKey } = trust;
  const asIssuer: readonly ClaimMessage[] = [
    { type: 'issuer', ...said, key: key.publicKey, certificate, siteKey, siteName: 'Fair' },
    { type: 'offer', document: papersOf(kind) },
    { type: 'closed' },
  ];
  const subject = subjectKeyOf(kind).publicKey;
  const asSubject: readonly ClaimMessage[] = [
    { type: 'subject', ...said, key: subject, name: 'north', version: '0.1.0' },
    ...([{ type: 'ready' }, { type: 'done' }] as const),
  ];
  const messages = role === 'subject' ? asIssuer : asSubject;
  const turns = messages.map((message) => [encodeClaimMessage(message)]);
  const refusal = [encodeClaimMessage({ type: 'refused', reason: 'declined' })];
  // An empty greeting stands for the right one. The other order is for who speaks second.
  return [
    encodeCbor([place, [none], ...turns]),
    encodeCbor([place, [none], turns[0]!, turns[2]!, turns[1]!]),
    encodeCbor([place, [none], turns[0]!, refusal]),
    encodeCbor([place, none, new Uint8Array(48).fill(1)]),
  ];
}

function runClaim(input: Uint8Array): FuzzVerdict {
  const [top] = parseCbor(input, { inStrings: false }) ?? [];
  const [place, ...turns] = top?.major === 4 ? top.items : [];
  const end = ends[place?.major === 0 ? Number(place.argument % 6n) : 0]!;
  const random = new SeededRandom(9);
  const attacked = createEnd(end, random);
  const attacker = new ClaimAttacker(codeOf(end), !end.isInitiator, random);
  if (end.isInitiator) attacker.hear(attacked.start());
  let last = 'nothing said';
  turns.forEach((turn, i) => {
    const octets = octetsOf(turn, attacker, i === 0);
    if (octets === undefined) return;
    const step = attacked.receive(octets);
    if (i === 0 && step.kind === 'send' && !end.isInitiator) attacker.hear(step.message);
    last = step.kind === 'ended' ? (step.fault ?? 'done') : step.kind;
    if (step.kind === 'ask') last = agree(end, attacked, 'offer' in step ? step.offer.wire : none);
  });
  return last === 'done' || last;
}

/** Somebody at the attacked end says yes to whatever is asked. */
function agree(end: End, attacked: ClaimIssuer | ClaimSubject, offered: Uint8Array): string {
  if (attacked instanceof ClaimIssuer) {
    const key = attacked.subject?.key ?? none;
    // Who has no papers made for it gets none; here they are for one key.
    const isFor = Buffer.from(subjectKeyOf(end.kind).publicKey).equals(key);
    return isFor ? attacked.confirm(papersOf(end.kind)).kind : attacked.refuse('declined').kind;
  }
  if (!isIssued(end.kind, offered)) broken('papers that nobody issued');
  return attacked.accept().kind === 'ended' ? 'done' : 'accepted';
}

/** Of admin papers only the certificate is signed: all else is the word of the proven root. */
function isIssued(kind: ClaimCodeKind, offered: Uint8Array): boolean {
  if (kind !== 'admin') return Buffer.from(offered).equals(provision);
  const certificate = decodeAdminPapers(offered)?.certificate ?? none;
  return Buffer.from(certificate).equals(admin.issuer.certificate);
}

function createEnd(end: End, random: SeededRandom): ClaimIssuer | ClaimSubject {
  const { kind, role, isInitiator } = end;
  const common = { crypto, random, code: codeOf(end), isInitiator };
  if (role === 'subject') {
    return new ClaimSubject({ ...common, key: subjectKeyOf(kind), name: 'north', version: '1' });
  }
  const { siteKey } = trust;
  return new ClaimIssuer({ ...common, issuer: issuerOfKind(kind), siteKey, siteName: 'Fair' });
}

function codeOf({ kind }: End): ClaimCode {
  const named = kind === 'label' ? node.key : issuerOfKind(kind).key;
  return {
    ...{ kind, secret: new Uint8Array(16).fill(6), expiresUnixS: 0, addresses: [] },
    fingerprint: claimFingerprint(crypto, named.publicKey),
    site: kind === 'label' ? none : trust.site,
  };
}

function octetsOf(turn: CborNode, attacker: ClaimAttacker, isFirst: boolean) {
  if (turn.major === 2) return turn.content;
  const content = turn.items[0]?.content;
  if (turn.major !== 4 || content === undefined) return undefined;
  if (isFirst) return attacker.greet(content.length > 0 ? content : undefined);
  return attacker.seal(content);
}
