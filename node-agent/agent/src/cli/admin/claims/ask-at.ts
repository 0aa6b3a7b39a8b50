/** Where a box that has a code asks: the addresses of the node at whose desk it is awaited. */
import { claimLimits, MusterError } from '@muster/core';
import { nearAddress } from '../../../claim/near-address.ts';
import { reachableAt } from '../../addresses.ts';
import { agentUrl, type CommandContext } from '../../context.ts';

/** So many fit into a code that a cheap camera still reads. */
const addressesMax = 2;

export function askAt(context: CommandContext, given: readonly string[] | undefined): string[] {
  if (given) return askedAddresses(given).slice(0, claimLimits.addressesMax);
  const { hostname, port, protocol } = new URL(agentUrl(context));
  const own = Number(port) || (protocol === 'https:' ? 443 : 80);
  const isHere = ['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.');
  if (!isHere) return [`${hostname}:${own}`];
  const places = reachableAt('0.0.0.0', own).lan.map((url) => new URL(url).hostname);
  const near = (places.length > 0 ? places : [hostname]).slice(0, addressesMax);
  return near.map((host) => `${host}:${own}`);
}

/** Of the command line, in the form that is sent to. */
export function askedAddresses(given: readonly string[] = []): string[] {
  return given.map(checked);
}

function checked(address: string): string {
  if (nearAddress(address)) return address;
  const mend = 'Write it like 192.168.1.2:8080, [fd00::1]:8080 or box.local:8080.';
  throw new MusterError('address-wrong', `${JSON.stringify(address)} is no such address`, mend);
}
