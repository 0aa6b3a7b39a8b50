/**
 * Who may sign for the site from this folder: the open root key of a trial (`site.key`), or the
 * keys in the vault, which are in memory until `close`. Every command of an admin goes through
 * here. There is no third place: an admin's key never lies open.
 */
import { join } from 'node:path';
import {
  type AdminCertificate,
  type Crypto,
  checkAdminCertificate,
  equalBytes,
  type Issuer,
  type KeyPair,
  MusterError,
  powersAll,
  rootIssuer,
  siteIdOf,
} from '@muster/core';
import { damaged } from '../record.ts';
import { readSiteRoot, type Site } from '../site.ts';
import { readTlsAuthority } from '../tls/authority-file.ts';
import { hasVault, openVault, wipeVault } from '../vault/vault.ts';
import { wipe } from '../vault/vault-box.ts';

export interface Authority {
  readonly kind: 'open-root' | 'vault';
  /** What signs day by day: the admin key; the root itself where that lies open. */
  readonly issuer: Issuer;
  readonly root?: KeyPair;
  /** The admin's name by the certificate; `root` for an open root. */
  readonly name: string;
  /** A set of bits of Power. */
  readonly powers: number;
  /** The site's TLS authority with its private key (PEM blocks), where this admin has it. */
  readonly tlsAuthority?: Uint8Array;
  /** Wipes the keys from memory. */
  close(): void;
}

export interface AuthorityOptions {
  readonly crypto: Crypto;
  readonly site: Site;
  /** Asked only where there is a vault. */
  readonly passphrase: () => Promise<string>;
  /** The root key itself, or bits of Power that the admin must have. */
  readonly needs?: 'root' | number;
}

/** Throws a MusterError where nobody, or somebody with too little power, can sign from here. */
export async function openAuthority(folder: string, options: AuthorityOptions): Promise<Authority> {
  // Whoever has both was cut off while protecting the site: the vault is whole by then.
  const authority = hasVault(folder)
    ? fromVault(folder, { ...options, passphrase: await options.passphrase() })
    : fromOpenRoot(folder, options);
  if (!authority) throw missing(folder);
  const { needs } = options;
  const suffices = needs === 'root' ? authority.root : (authority.powers & (needs ?? 0)) === needs;
  if (needs === undefined || suffices) return authority;
  authority.close();
  throw new MusterError(
    'authority-too-weak',
    needs === 'root'
      ? `This takes the root key of the site, and ${authority.name} does not have it`
      : `${authority.name} may not do this: the certificate gives no such power`,
    needs === 'root'
      ? 'Do it where the site was made, or get the root key back: muster site recover.'
      : 'Let the holder of the root key issue a new admin certificate (muster admin invite).',
  );
}

function fromOpenRoot(folder: string, { crypto, site }: AuthorityOptions): Authority | undefined {
  const root = readSiteRoot(crypto, folder, site);
  if (!root) return undefined;
  const tlsAuthority = readTlsAuthority(folder);
  return {
    ...({ kind: 'open-root', root, name: 'root', powers: powersAll } as const),
    ...(tlsAuthority && { tlsAuthority }),
    issuer: rootIssuer(root),
    close: () => wipe(root.secretKey),
  };
}

function fromVault(
  folder: string,
  options: Pick<AuthorityOptions, 'crypto' | 'site'> & { readonly passphrase: string },
): Authority {
  const { crypto, site } = options;
  const content = openVault(folder, options);
  const key = crypto.keyPairFromSeed(content.adminSeed);
  const root = content.rootSeed && crypto.keyPairFromSeed(content.rootSeed);
  const close = (): void => {
    wipeVault(content);
    wipe(key.secretKey, ...(root ? [root.secretKey] : []));
  };
  try {
    const admin = adminOf(folder, { ...options, certificate: content.adminCertificate });
    if (!equalBytes(admin.adminKey, key.publicKey)) throw damaged(join(folder, 'admin.vault'));
    if (root && !equalBytes(root.publicKey, site.siteKey)) throw foreign(folder);
    const { tlsAuthority } = content;
    return {
      ...({ kind: 'vault', name: admin.name, powers: admin.powers, close } as const),
      ...(root && { root }),
      ...(tlsAuthority && { tlsAuthority }),
      issuer: { key, certificate: content.adminCertificate },
    };
  } catch (error) {
    close();
    throw error;
  }
}

function adminOf(
  folder: string,
  {
    crypto,
    site,
    certificate,
  }: Pick<AuthorityOptions, 'crypto' | 'site'> & {
    readonly certificate: Uint8Array;
  },
): AdminCertificate {
  const { siteKey } = site;
  const trust = { crypto, siteKey, site: siteIdOf(crypto, siteKey), epoch: 0 };
  const checked = checkAdminCertificate(trust, certificate);
  if (checked.ok) return checked.value;
  throw checked.reason === 'foreign' ? foreign(folder) : damaged(join(folder, 'admin.vault'));
}

function foreign(folder: string): MusterError {
  return new MusterError(
    'authority-foreign',
    `${join(folder, 'admin.vault')} is of another site than site.json beside it`,
    'Put both files of one site there.',
  );
}

function missing(folder: string): MusterError {
  return new MusterError(
    'authority-missing',
    `${folder} has neither a vault (admin.vault) nor an open root key (site.key)`,
    'Run this where the site was made, or become an admin here: let one run muster admin invite.',
  );
}
