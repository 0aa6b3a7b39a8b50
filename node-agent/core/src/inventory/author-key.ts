/**
 * Under which key an author counts here: in numbers that were seen, forks, and bytes kept (steps 2
 * and 3). One device may write at two sites, with a chain at each; what it does there must not
 * freeze or displace it here. What readers are shown is always the author's own key.
 */
import { Role } from '../identity/role.ts';
import type { StoreEntry } from '../ports/store.ts';

/**
 * 32 bytes: the author's key; of a pinned site (by its root key) the two keys xored. Nobody can aim
 * at another author with it: that takes a key pair whose public key is given.
 */
export function authorKeyAt(author: Uint8Array, foreignKey: Uint8Array | undefined): Uint8Array {
  return foreignKey ? author.map((byte, i) => byte ^ foreignKey[i]!) : author;
}

export function authorKeyOf(entry: Pick<StoreEntry, 'author' | 'issuer' | 'role'>): Uint8Array {
  return authorKeyAt(entry.author, entry.role === Role.foreign ? entry.issuer : undefined);
}
