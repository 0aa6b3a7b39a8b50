/** IP addresses as texts that can be compared, and what counts as one address for limits. */
import { isIPv4, isIPv6 } from 'node:net';

/**
 * The one form of an address: IPv4 inside IPv6 unwrapped, IPv6 compressed and without its zone.
 * Undefined when it is not an IP address.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const bare = text.split('%', 1)[0]!;
  if (!isIPv6(bare)) return undefined;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  if (mapped) return mapped[1];
  return new URL(`http://[${bare}]`).hostname.slice(1, -1);
}

/** What is counted together: one IPv4 address, or the /64 that one IPv6 host can choose from. */
export function addressGroup(text: string): string {
  const address = canonicalAddress(text) ?? text;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter((group) => group !== '');
  const zeros = tail === undefined ? 0 : 8 - left.length - tail.split(':').filter(Boolean).length;
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...(tail?.split(':') ?? [])];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

export function isLoopback(text: string): boolean {
  const address = canonicalAddress(text);
  return address === '::1' || address?.startsWith('127.') === true;
}
