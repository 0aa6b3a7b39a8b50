/**
 * Which addresses one node may be sent to on another's word while it claims or is claimed: those
 * of a local network, by number or as `name.local`, never the internet. So neither a page nor a
 * code can make a node knock at strangers' doors.
 */
import { BlockList, isIP } from 'node:net';

export interface NearAddress {
  /** Without brackets; an IPv6 zone stays. */
  readonly host: string;
  readonly port: number;
}

/** In the place of an address: by Bluetooth, to whichever box near says that it has the code. */
export const byBluetooth = 'bluetooth';

const near = new BlockList();
for (const [address, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const) {
  near.addSubnet(address, bits, 'ipv4');
}
near.addSubnet('fc00::', 7, 'ipv6');
near.addSubnet('fe80::', 10, 'ipv6');
near.addAddress('::1', 'ipv6');

export function isNear(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return near.check(address, 'ipv4');
  const bare = address.split('%', 1)[0]!;
  // IPv4 inside IPv6 has other names for the same places; nobody needs them here.
  return family === 6 && !bare.includes('.') && near.check(bare, 'ipv6');
}

/**
 * Reads `10.0.0.1:8080`, `[fe80::1%wlan0]:8080` or `box.local:8080`; undefined for any other form
 * and for addresses that are not near. What `box.local` leads to is judged when it is known.
 */
export function nearAddress(text: string): NearAddress | undefined {
  const match =
    /^(?:\[([0-9a-f:.]{2,39}(?:%[\w.-]{1,15})?)\]|([a-z0-9.-]{1,253})):(\d{1,5})$/i.exec(text);
  const host = (match?.[1] ?? match?.[2] ?? '').toLowerCase();
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65_535) return undefined;
  const isName =
    match[2] !== undefined && isIP(host) === 0 && /^[a-z0-9-]{1,63}\.local$/.test(host);
  return isName || isNear(host) ? { host, port } : undefined;
}
