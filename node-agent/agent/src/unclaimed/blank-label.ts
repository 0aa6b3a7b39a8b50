/**
 * The label of a blank node: its code for an admin to scan, as text and as SVG. The code's secret
 * and key were made once; the addresses in it are those that the box has now.
 */
import { type ClaimCode, type Crypto, claimFingerprint, encodeClaimCode } from '@muster/core';
import type { Unclaimed } from '@muster/provisioning';

/** `addresses`: `host:port`, best first; the code has room for three. */
export function labelCodeOf(
  crypto: Crypto,
  { key, secret }: Unclaimed,
  addresses: readonly string[],
): ClaimCode {
  return {
    kind: 'label',
    secret,
    fingerprint: claimFingerprint(crypto, key.publicKey),
    site: new Uint8Array(0),
    expiresUnixS: 0,
    addresses: addresses.slice(0, 3),
  };
}

export async function labelOf(
  crypto: Crypto,
  code: ClaimCode,
): Promise<{ readonly code: string; readonly qr: string }> {
  const text = encodeClaimCode(crypto, code);
  const { default: qrcode } = await import('qrcode');
  const qr = await qrcode.toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
  return { code: text, qr: qr.trim() };
}
