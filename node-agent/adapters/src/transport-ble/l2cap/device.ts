/**
 * A Bluetooth device as the helper's messages hold it: six octets as people write them, then 1 for
 * a public or 2 for a random address (as the kernel counts). Below step 4 of a message's way.
 */
import type { BlePeer } from '../ble.ts';

export const deviceBytes = 7;

const pattern = /^[\dA-F]{2}(?::[\dA-F]{2}){5}$/;

export function isDevice({ address }: BlePeer): boolean {
  return pattern.test(address);
}

export function writeDevice(into: Uint8Array, at: number, device: BlePeer): void {
  if (!isDevice(device)) throw new RangeError(`no address of a device: ${device.address}`);
  for (const [i, octet] of device.address.split(':').entries()) {
    into[at + i] = Number.parseInt(octet, 16);
  }
  into[at + 6] = device.addressType === 'public' ? 1 : 2;
}

/** From 7 octets; undefined where the type is none. */
export function readDevice(octets: Uint8Array): BlePeer | undefined {
  const type = octets[6];
  if (type !== 1 && type !== 2) return undefined;
  const address = [...octets.subarray(0, 6)]
    .map((octet) => octet.toString(16).padStart(2, '0').toUpperCase())
    .join(':');
  return { address, addressType: type === 1 ? 'public' : 'random' };
}

/** One text for one device. */
export function deviceKey({ address, addressType }: BlePeer): string {
  return `${addressType} ${address}`;
}
