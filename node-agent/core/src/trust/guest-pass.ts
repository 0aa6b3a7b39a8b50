/**
 * Guest pass: whoever shows it is let in as a guest where the site's rules ask for one. It is a
 * bearer's pass, printed as a QR code: signed by a node (for staff who ask it) or by an admin, good
 * at every node of the site until its epoch, for so many guests at each node. As text
 * `MUSTER-PASS:1:` and base32, which fits the alphanumeric mode of QR codes.
 */
import { fromBase32, toBase32 } from '../bytes/base32.ts';
import { equalBytes } from '../bytes/compare.ts';
import { domain } from '../bytes/domain.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { decodeAdminCertificate, Power } from '../identity/admin-certificate.ts';
import { verifyCertificate } from '../identity/certificate.ts';
import { epochMax, graceEpochs } from '../identity/epoch.ts';
import { chainFault, type Issuer, verifyIssued } from '../identity/issued.ts';
import type { SiteTrust } from '../identity/site.ts';
import { signStatement, verifyStatement } from '../identity/statement.ts';
import { trustLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';

export interface GuestPass {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** 8 bytes, random: what its uses are counted by. */
  readonly serial: Uint8Array;
  /** The last site epoch in which it is good. */
  readonly epoch: number;
  /** How many guests one node lets in by it. */
  readonly usesMax: number;
}

export type GuestPassFault = 'malformed' | 'foreign' | 'expired' | 'revoked' | 'forged';

const version = 1;
const textForm = /^MUSTER-PASS:1:([A-Z2-7]{1,1024})$/;

/** The pass as text. */
export function signGuestPass(crypto: Crypto, pass: GuestPass, issuer: Issuer): string {
  const signed = encodeCbor([version, pass.site, pass.serial, pass.epoch, pass.usesMax]);
  const what = { domain: 'guest-pass', signed } as const;
  const { signature } = signStatement(crypto, what, issuer.key.secretKey);
  return `MUSTER-PASS:1:${toBase32(encodeCbor([signed, signature, issuer.certificate]))}`;
}

/** Judges it as shown now; letters of either case. */
export function checkGuestPass(trust: SiteTrust, text: string): Result<GuestPass, GuestPassFault> {
  const letters = textForm.exec(text.trim().toUpperCase())?.[1];
  const wire = letters === undefined ? undefined : fromBase32(letters);
  if (!wire || wire.length > trustLimits.guestPassBytesMax) return refused('malformed');
  const outer = new CborReader(wire);
  outer.array(3);
  const statement = { signed: outer.bytes(128, 1), signature: outer.bytes(64) };
  const certificate = outer.bytes(trustLimits.guestPassBytesMax, 0);
  const pass = decodeSigned(statement.signed);
  if (!outer.done() || !pass) return refused('malformed');
  if (!equalBytes(pass.site, trust.site)) return refused('foreign');
  if (pass.epoch < trust.epoch) return refused('expired');
  const what = { domain: 'guest-pass', statement } as const;
  if (certificate.length === 0 || decodeAdminCertificate(certificate)) {
    const issued = { ...statement, adminCertificate: certificate };
    const admin = verifyIssued(trust, { domain: 'guest-pass', issued, power: Power.people });
    if (!admin.ok) return admin;
    const fault = chainFault(trust, admin.value);
    return fault ? refused(fault) : ok(pass);
  }
  const node = verifyCertificate(trust, certificate);
  if (!node.ok) return refused(node.reason === 'not-yours' ? 'forged' : node.reason);
  const fault = chainFault(trust, node.value.chain, graceEpochs);
  if (fault) return refused(fault);
  return verifyStatement(trust.crypto, what, node.value.nodeKey) ? ok(pass) : refused('forged');
}

/** What the uses of a pass are counted by, 16 bytes. */
export function guestPassId(crypto: Crypto, { site, serial }: GuestPass): Uint8Array {
  return crypto.blake2b(16, domain('guest-pass-id'), site, serial);
}

function decodeSigned(signed: Uint8Array): GuestPass | undefined {
  const reader = new CborReader(signed);
  reader.array(5);
  reader.uint(version, version);
  const pass: GuestPass = {
    site: reader.bytes(16).slice(),
    serial: reader.bytes(8).slice(),
    epoch: reader.uint(epochMax),
    usesMax: reader.uint(trustLimits.guestPassUsesMax, 1),
  };
  return reader.done() ? pass : undefined;
}
