/**
 * The IPv4 interfaces of this machine and who is on their link. Discovery (before step 4) serves
 * each of them by itself and believes only what comes from its link.
 */
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
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let number = 0;
  for (const part of parts) {
    const byte = Number(part);
    if (!/^\d{1,3}$/.test(part) || byte > 255) return undefined;
    number = (number << 8) | byte;
  }
  return number;
}
