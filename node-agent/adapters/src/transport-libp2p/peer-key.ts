/**
 * A node key is a libp2p peer id and back: the identity multihash of an Ed25519 public key. Pure
 * conversion for steps 4 and 5 of a message's way; other kinds of peer ids are no node keys.
 */
import { privateKeyFromRaw, publicKeyFromRaw } from '@libp2p/crypto/keys';
import type { PeerId, PrivateKey } from '@libp2p/interface';
import { peerIdFromPublicKey, peerIdFromString } from '@libp2p/peer-id';
import type { KeyPair } from '@muster/core';

/** The 32-byte node key, or undefined when the peer's key is of another type. */
export function nodeKeyOf(peer: PeerId): Uint8Array | undefined {
  return peer.type === 'Ed25519' ? peer.publicKey.raw : undefined;
}

/** The peer id of a 32-byte node key as text. */
export function peerIdText(nodeKey: Uint8Array): string {
  return peerIdFromPublicKey(publicKeyFromRaw(nodeKey)).toString();
}

/** The node key that a peer id names, or undefined when the text is no Ed25519 peer id. */
export function nodeKeyFromText(text: string): Uint8Array | undefined {
  try {
    return nodeKeyOf(peerIdFromString(text));
  } catch {
    return undefined;
  }
}

export function libp2pKey(key: KeyPair): PrivateKey {
  return privateKeyFromRaw(key.secretKey);
}
