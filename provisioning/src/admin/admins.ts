/**
 * Admin certificates, by the root. They do not end with an epoch unless that is asked for: the root
 * is offline, and an admin who advances the epoch from a phone must not lock every admin out. What
 * ends an admin is the root's trust list.
 */
import {
  type Crypto,
  epochMax,
  type KeyPair,
  powersAll,
  signAdminCertificate,
  siteIdOf,
} from '@muster/core';

export interface NewAdmin {
  readonly root: KeyPair;
  /** 32 bytes. */
  readonly adminKey: Uint8Array;
  readonly name: string;
  /** Bits of Power; all unless given. */
  readonly powers?: number;
  /** The last epoch in which it is valid. */
  readonly epoch?: number;
}

/** The certificate in wire form. */
export function issueAdmin(crypto: Crypto, admin: NewAdmin): Uint8Array {
  const { root, adminKey, name, powers = powersAll, epoch = epochMax } = admin;
  const site = siteIdOf(crypto, root.publicKey);
  return signAdminCertificate(crypto, { site, adminKey, powers, epoch, name }, root);
}
