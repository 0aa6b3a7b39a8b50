/**
 * What libp2p peers say of themselves (libp2p specs, discovery/mdns): a string
 * `dnsaddr=<multiaddr with peer id>` for each address. All strings must name one key.
 */
import { peerIdFromString } from '@libp2p/peer-id';
import { mdnsLimits } from './constants.ts';

const prefix = 'dnsaddr=';

/** Multiaddrs with peer id → strings of a TXT record. */
export function peerTexts(addresses: readonly string[]): readonly string[] {
  return addresses.slice(0, mdnsLimits.addressesPerPeerMax).map((address) => prefix + address);
}

export interface HeardPeer {
  /** 32 bytes, unproven. */
  readonly nodeKey: Uint8Array;
  /** Multiaddrs without peer id. */
  readonly addresses: readonly string[];
}

/** Undefined when the strings name no one key. */
export function readPeer(texts: readonly string[]): HeardPeer | undefined {
  const addresses: string[] = [];
  let peer: string | undefined;
  for (const text of texts) {
    if (!text.startsWith(prefix)) continue;
    const [address = '', named, ...rest] = text.slice(prefix.length).split('/p2p/');
    if (named === undefined || rest.length > 0 || (peer !== undefined && named !== peer)) continue;
    peer = named;
    if (addresses.length < mdnsLimits.addressesPerPeerMax) addresses.push(address);
  }
  const nodeKey = peer && nodeKeyOf(peer);
  return nodeKey ? { nodeKey, addresses } : undefined;
}

function nodeKeyOf(text: string): Uint8Array | undefined {
  try {
    const peer = peerIdFromString(text);
    return peer.type === 'Ed25519' ? peer.publicKey.raw : undefined;
  } catch {
    return undefined;
  }
}
