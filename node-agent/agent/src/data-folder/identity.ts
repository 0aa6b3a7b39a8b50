/**
 * Site and node of a data folder: read, or made on the first start. The site's root key stays with
 * whoever made it; a node that is given `site.json` and `site.key` joins that site.
 */
import { type Crypto, decodeCertificate, MusterError, NodeRole, type Random } from '@muster/core';
import {
  type CertifiedNode,
  createNode,
  createSite,
  type RootedSite,
  readNode,
  readSite,
  readSiteRoot,
  recoverSite,
  type Site,
  writeNode,
  writeSite,
} from '@muster/provisioning';
import type { DataFolder } from './data-folder.ts';

/** What a node is certified for. */
export type ServedRole = 'node' | 'gateway' | 'relay';

export interface NodeIdentity {
  readonly site: Site;
  readonly node: CertifiedNode;
  /** What this call made because it was missing. */
  readonly made: { readonly site: boolean; readonly node: boolean };
}

export interface IdentityOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly siteName: string;
  readonly nodeName: string;
  /** Whether a missing site is made; a missing node is, wherever the root key lies. */
  readonly makeSite: boolean;
}

/** Of the node of this folder; a plain node where none was made yet. */
export function certifiedRole(crypto: Crypto, { path }: DataFolder): ServedRole {
  const site = readSite(path);
  const node = site && readNode(crypto, path, site);
  const role = node && decodeCertificate(node.certificate)?.role;
  return roles[role ?? NodeRole.node];
}

const roles: Readonly<Record<NodeRole, ServedRole>> = {
  [NodeRole.node]: 'node',
  [NodeRole.gateway]: 'gateway',
  [NodeRole.relay]: 'relay',
};

/** Reads the site of a folder, or makes one where that is allowed. */
export function openSite(
  folder: DataFolder,
  options: Omit<IdentityOptions, 'nodeName'>,
): { readonly site: Site; readonly made: boolean } {
  const known = readSite(folder.path);
  return { site: known ?? makeSite(folder, options), made: !known };
}

export function openIdentity(folder: DataFolder, options: IdentityOptions): NodeIdentity {
  const { crypto, random, siteName, nodeName } = options;
  const { site, made } = openSite(folder, options);
  const node = readNode(crypto, folder.path, site);
  if (node) return { site, node, made: { site: made, node: false } };
  const rooted = requireRoot(folder, crypto, site);
  const fresh = createNode(crypto, random, { site: rooted, name: nodeName || siteName });
  writeNode(folder.path, fresh);
  return { site, node: fresh, made: { site: made, node: true } };
}

/**
 * Makes the folder of a further node of a site: its `site.json` and a node of its own, but not the
 * root key. Does nothing where they are already.
 */
export function prepareMember(
  folder: DataFolder,
  site: RootedSite,
  options: { readonly crypto: Crypto; readonly random: Random; readonly nodeName: string },
): void {
  const { crypto, random, nodeName: name } = options;
  const known = readSite(folder.path);
  if (!known) writeSite(folder.path, site);
  if (readNode(crypto, folder.path, known ?? site)) return;
  writeNode(folder.path, createNode(crypto, random, { site, name }));
}

/** The site of a folder together with its root key; throws where the key is not there. */
export function requireRoot(folder: DataFolder, crypto: Crypto, site: Site): RootedSite {
  const root = readSiteRoot(crypto, folder.path, site);
  if (root) return { ...site, root };
  throw new MusterError(
    'site-key-missing',
    `${folder.path} has a site but not the site.key that certifies its nodes`,
    'Copy site.key from the machine on which the site was made.',
  );
}

function makeSite(folder: DataFolder, options: Omit<IdentityOptions, 'nodeName'>): Site {
  const { crypto, random, siteName } = options;
  if (!options.makeSite) {
    throw new MusterError(
      'site-missing',
      `${folder.path} has no site`,
      'Have the node claimed (muster start --unclaimed), or make a new site with muster start.',
    );
  }
  const site = recoverSite(crypto, folder.path, siteName) ?? createSite(crypto, random, siteName);
  writeSite(folder.path, site, site.root);
  return site;
}
