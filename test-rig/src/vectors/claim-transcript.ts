/**
 * Whole claims of claim.json, octet for octet, with fixed entropy: each end draws its ephemeral key
 * and then its nonce.
 */
import {
  type ClaimCodeKind,
  ClaimIssuer,
  ClaimSubject,
  encodeAdminPapers,
  encodeClaimCode,
  type IssuerStep,
  powersAll,
  type SubjectStep,
  signAdminCertificate,
  signProvision,
} from '@muster/core';
import { crypto, lastEpoch, root, site } from './cast.ts';
import { blank, byAdmin, codeFor, issuerFor, provision, siteKey, siteName } from './claim-cast.ts';
import type { Vector } from './json.ts';

/** The wire form of a new admin's papers. */
export function adminPapers(adminKey: Uint8Array, by = root.key): Uint8Array {
  const fields = { site, adminKey, powers: powersAll, epoch: lastEpoch, name: 'second admin' };
  const certificate = signAdminCertificate(crypto, fields, by);
  return encodeAdminPapers({ siteKey, siteName, certificate, documents: [] });
}

function entropy(byte: number) {
  const ephemeral = new Uint8Array(32).fill(byte);
  const nonce = new Uint8Array(16).fill(byte + 1);
  return { ephemeral, nonce, random: { bytes: (n: number) => (n === 32 ? ephemeral : nonce) } };
}

export function transcript(kind: ClaimCodeKind): Vector {
  const isLabel = kind === 'label';
  const [ofIssuer, ofSubject] = [entropy(0x71), entropy(0x81)];
  const code = codeFor(kind);
  const document =
    kind === 'admin' ? adminPapers(blank.key.publicKey) : signProvision(crypto, provision, byAdmin);
  const issuer = new ClaimIssuer({
    ...{ crypto, random: ofIssuer.random, code, isInitiator: isLabel },
    ...{ issuer: issuerFor(kind), siteKey, siteName },
  });
  const subject = new ClaimSubject({
    ...{ crypto, random: ofSubject.random, code, isInitiator: !isLabel },
    ...{ key: blank.key, name: 'blank node', version: '0.1.0' },
  });
  const messages: Vector[] = [];
  let [from, to]: (ClaimIssuer | ClaimSubject)[] = isLabel ? [issuer, subject] : [subject, issuer];
  let message: Uint8Array | undefined = from!.start();
  while (message) {
    messages.push({ from: from === issuer ? 'issuer' : 'subject', message });
    let step: IssuerStep | SubjectStep = to!.receive(message);
    if (step.kind === 'ask') step = to === issuer ? issuer.confirm(document) : subject.accept();
    message = step.kind === 'ask' ? undefined : step.message;
    [from, to] = [to, from];
  }
  const drawn = ({ ephemeral, nonce }: ReturnType<typeof entropy>) => ({ ephemeral, nonce });
  return {
    code: encodeClaimCode(crypto, code),
    initiator: isLabel ? 'issuer' : 'subject',
    issuer: { ...drawn(ofIssuer), key: issuerFor(kind).key.publicKey, siteKey, siteName },
    certificate: issuerFor(kind).certificate,
    subject: {
      ...drawn(ofSubject),
      key: blank.key.publicKey,
      name: 'blank node',
      version: '0.1.0',
    },
    document,
    messages,
    comparisonCode: issuer.comparisonCode!,
  };
}
