/**
 * Addresses of devices as the medium writes them, `r-c01122334455` (random) or `p-c01122334455`
 * (public): what stands in `/ble/<address>`. They name nobody for long.
 */
import type { BlePeer } from '../ble.ts';

const form = /^([rp])-([0-9a-f]{12})$/;

export function addressOf(peer: BlePeer): string {
  const kind = peer.addressType === 'random' ? 'r' : 'p';
  return `${kind}-${peer.address.replaceAll(':', '').toLowerCase()}`;
}

/** Undefined for any text that addressOf does not write. */
export function peerOf(text: string): BlePeer | undefined {
  const [, kind, digits] = form.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const address = digits.toUpperCase().replace(/..(?=.)/g, '$&:');
  return { address, addressType: kind === 'r' ? 'random' : 'public' };
}
