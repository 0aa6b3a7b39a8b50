/** The addresses under which people reach a node: this machine's, best first. */
import { listOwnAddresses, type OwnAddress } from '../http/own-addresses.ts';

export interface Reachable {
  /** For other machines in the same network, best first. */
  readonly lan: readonly string[];
  /** On this machine. */
  readonly local: string;
}

export function reachableAt(
  host: string,
  port: number,
  own: readonly OwnAddress[] = listOwnAddresses(),
): Reachable {
  const url = (name: string): string => `http://${name}${port === 80 ? '' : `:${port}`}`;
  const wildcard = host === '0.0.0.0' || host === '::';
  if (!wildcard) {
    const name = host.includes(':') ? `[${host}]` : host;
    const isLocal = host === 'localhost' || host.startsWith('127.') || host === '::1';
    return { lan: isLocal ? [] : [url(name)], local: url(name) };
  }
  const lan = own
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .sort((a, b) => rank(a) - rank(b))
    .map(({ address }) => url(address));
  return { lan, local: url('localhost') };
}

/** Lower is likelier to be where phones are: radio, then cable, then what containers make. */
function rank({ address, interface: name }: OwnAddress): number {
  if (address.startsWith('169.254.')) return 4;
  if (/^(docker|br-|veth|virbr|vmnet|lxc|cni|flannel|tun|tap|wg|tailscale)/.test(name)) return 3;
  if (/^wl|^ap/.test(name)) return 0;
  return /^(en|eth)/.test(name) ? 1 : 2;
}
