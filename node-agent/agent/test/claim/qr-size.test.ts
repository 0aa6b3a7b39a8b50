/** Claim codes stay small enough for a cheap camera; here, because the agent draws them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { type ClaimCode, encodeClaimCode } from '@muster/core';
import QRCode from 'qrcode';

const code: ClaimCode = {
  kind: 'invite',
  secret: new Uint8Array(16).fill(1),
  fingerprint: new Uint8Array(16).fill(2),
  site: new Uint8Array(16).fill(3),
  expiresUnixS: 1_800_000_000,
  addresses: ['192.168.178.100:8080'],
};

function versionOf(of: ClaimCode): number {
  const data = encodeClaimCode(createSodiumCrypto(), of);
  const segments = [{ data, mode: 'alphanumeric' } as const];
  return QRCode.create(segments, { errorCorrectionLevel: 'M' }).version;
}

test('an invite with one IPv4 address fits QR version 7 at level M, a label version 6', () => {
  assert.ok(versionOf(code) <= 7);
  assert.ok(versionOf({ ...code, addresses: ['255.255.255.255:65535'] }) <= 7);
  const label = { ...code, kind: 'label', site: new Uint8Array(0), expiresUnixS: 0 } as const;
  assert.ok(versionOf(label) <= 6);
});

test('the longest code still fits version 15', () => {
  const address = `${'x'.repeat(58)}:65535`;
  assert.ok(versionOf({ ...code, addresses: [address, address, address] }) <= 15);
});
