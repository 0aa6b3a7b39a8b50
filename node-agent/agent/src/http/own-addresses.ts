/** The addresses of this machine's interfaces, as they are now: interfaces come and go. */
import { networkInterfaces } from 'node:os';
import { canonicalAddress } from './address.ts';
import { httpLimits } from './limits.ts';

export interface OwnAddress {
  readonly address: string;
  readonly interface: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly internal: boolean;
}

export function listOwnAddresses(): OwnAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? []).map(({ address, family, internal }) => ({
      address: canonicalAddress(address) ?? address,
      interface: name,
      family,
      internal,
    })),
  );
}

/** Looks at the interfaces at most once every interfacesFreshMs, since every request may ask. */
export function ownAddressCheck(nowMs: () => number): (address: string) => boolean {
  let addresses = new Set<string>();
  let readAtMs = Number.NEGATIVE_INFINITY;
  return (address) => {
    if (nowMs() - readAtMs >= httpLimits.interfacesFreshMs) {
      addresses = new Set(listOwnAddresses().map((own) => own.address));
      readAtMs = nowMs();
    }
    return addresses.has(address);
  };
}
