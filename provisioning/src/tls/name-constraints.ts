/**
 * The names and addresses that a site's authority may vouch for: `.local`, `localhost` and private
 * address ranges, as the X.509 extension NameConstraints (RFC 5280, 4.2.1.10) says it to clients.
 * Whoever trusts the authority so trusts it for nothing on the internet.
 */
import { BlockList, isIP } from 'node:net';

/** A name and all below it. */
export const permittedNames: readonly string[] = ['local', 'localhost'];

export const permittedRanges: readonly string[] = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8'],
  ...['fc00::/7', 'fe80::/10', '::1/128'],
];

const permitted = new BlockList();
for (const range of permittedRanges) {
  const [address = '', bits] = range.split('/');
  permitted.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether an address lies in one of the ranges; only those can stand in a certificate. */
export function isVouchedAddress(address: string): boolean {
  if (isIP(address) === 4) return permitted.check(address, 'ipv4');
  // Neither a zone nor IPv4 inside IPv6 can stand in one.
  return isIP(address) === 6 && !/[%.]/.test(address) && permitted.check(address, 'ipv6');
}
