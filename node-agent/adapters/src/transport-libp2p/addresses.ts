/**
 * Which addresses are dialled at all: TCP, plain or as WebSocket, and nothing that a stranger could
 * use to send us elsewhere. Discovery and configuration give text; this gives checked multiaddrs.
 */
import { CODE_P2P, type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { dialLimits } from './constants.ts';
import { nodeKeyFromText } from './peer-key.ts';

export interface DialAddress {
  /** Without the peer id. */
  readonly text: string;
  /** The node key that the address names, if it names one. */
  readonly nodeKey: Uint8Array | undefined;
}

const shape = /^(ip4|ip6|dns|dns4|dns6),tcp(,ws|,tls,ws|,tls,sni,ws)?$/;

/** The address in its parts, or undefined when it is not one that this transport dials. */
export function parseAddress(text: string): DialAddress | undefined {
  if (text.length > dialLimits.addressCharsMax) return undefined;
  let address: Multiaddr;
  try {
    address = multiaddr(text);
  } catch {
    return undefined;
  }
  const parts = address.getComponents().filter((part) => part.name !== 'ip6zone');
  const last = parts.at(-1);
  let nodeKey: Uint8Array | undefined;
  if (last?.code === CODE_P2P) {
    nodeKey = nodeKeyFromText(last.value ?? '');
    if (nodeKey === undefined) return undefined;
    parts.pop();
    address = address.decapsulateCode(CODE_P2P);
  }
  if (!shape.test(parts.map((part) => part.name).join())) return undefined;
  if (parts[1]!.value === '0') return undefined;
  return { text: address.toString(), nodeKey };
}

/** True for an address that names one machine by number: names are not taken from strangers. */
export function isHostNumber(text: string): boolean {
  const [, family, host = ''] = text.split('/');
  if (family === 'ip4') {
    const first = Number(host.split('.')[0]);
    return first > 0 && first < 224;
  }
  if (family === 'ip6zone') return true;
  return family === 'ip6' && host !== '::' && !host.startsWith('ff');
}
