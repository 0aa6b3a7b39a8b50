/** A machine's names in its certificate, and which of them the site's authority may certify. */
import { isIP } from 'node:net';
import { tlsLimits } from '../limits.ts';
import type { ServerNames } from './certificate.ts';
import { isVouchedAddress, permittedNames } from './name-constraints.ts';

/** What every machine is to itself. */
const loopback = { dns: ['localhost'], addresses: ['127.0.0.1', '::1'] };

export interface MachineNames {
  /** Its first label is used, as `<label>.local`. */
  readonly hostName: string;
  /** Further names; those that the authority may not certify are left out. */
  readonly hostNames?: readonly string[];
  /** Public ones are left out, for the authority may not name them. */
  readonly addresses: readonly string[];
}

export function serverNamesOf({ hostName, hostNames = [], addresses }: MachineNames): ServerNames {
  const label = /^[a-z0-9-]{1,63}/.exec(hostName.toLowerCase())?.[0];
  const further = hostNames.map((name) => name.toLowerCase()).filter(isVouchedName);
  const dns = new Set([...(label ? [`${label}.local`] : []), ...further, ...loopback.dns]);
  const vouched = [...loopback.addresses, ...addresses].filter(isVouchedAddress);
  const own = new Set(vouched.map(canonicalAddress));
  const { namesMax } = tlsLimits;
  return { dns: [...dns].slice(0, namesMax), addresses: [...own].sort().slice(0, namesMax) };
}

/** One form for each address (RFC 5952), so that texts can be compared. */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** Whether a name lies in the authority's name constraints. */
export function isVouchedName(name: string): boolean {
  const isHostName = /^(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63}){0,8}$/.test(name);
  return isHostName && permittedNames.some((end) => name === end || name.endsWith(`.${end}`));
}

/** Whether the authority may certify all of them, for a machine that goes by `own`. */
export function namesFault(
  names: ServerNames,
  own: ServerNames,
): 'name-forbidden' | 'name-not-own' | undefined {
  const areVouched = names.dns.every(isVouchedName) && names.addresses.every(isVouchedAddress);
  // `local` itself is nobody's.
  if (!areVouched || names.dns.includes('local')) return 'name-forbidden';
  const mine = new Set([...own.dns, ...own.addresses, ...loopback.dns, ...loopback.addresses]);
  return [...names.dns, ...names.addresses].every((name) => mine.has(name))
    ? undefined
    : 'name-not-own';
}
