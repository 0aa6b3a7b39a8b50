/**
 * The IPv4 interfaces of this machine and who is on their link. Discovery (before step 4) serves
 * each of them by itself and believes only what comes from its link.
 */
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface Interface {
  readonly name: string;
  readonly address: string;
  readonly netmask: string;
  /** Tells a device that was replaced from one that stayed. */
  readonly mac: string;
}

/** Loopback only when asked for; it carries several agents on a machine without a network. */
export function listInterfaces(options: { readonly loopback: boolean }): Interface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal }) => family === 'IPv4' && internal === options.loopback)
      .map(({ address, netmask, mac }) => ({ name, address, netmask, mac })),
  );
}

export function interfaceKey({ name, address, netmask, mac }: Interface): string {
  return [name, address, netmask, mac].join();
}

/** True when the IPv4 address is on the interface's link. */
export function isOnLink(address: string, { address: own, netmask }: Interface): boolean {
  const mask = ipv4Number(netmask);
  const number = ipv4Number(address);
  if (mask === undefined || number === undefined) return false;
  return (number & mask) === (ipv4Number(own)! & mask);
}

function ipv4Number(text: string): number | undefined {
  // Without leading zeros, which are octal to URLs: 010.0.0.1 would lead to 8.0.0.1.
  if (!isIPv4(text)) return undefined;
  return text.split('.').reduce((number, part) => (number << 8) | Number(part), 0);
}
