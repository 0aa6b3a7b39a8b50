/**
 * Site and node of a data folder: read, or made on the first start. The site's root key stays with
 * whoever made it; a node that is given `site.json` and `site.key` joins that site.
 */
import { type Crypto, MusterError, type Random } from '@muster/core';
import {
  type CertifiedNode,
  createNode,
  createSite,
  readNode,
  readSite,
  readSiteRoot,
  recoverSite,
  type Site,
  writeNode,
  writeSite,
} from '@muster/provisioning';
import type { DataFolder } from './data-folder.ts';

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

export function openIdentity(folder: DataFolder, options: IdentityOptions): NodeIdentity {
  const { crypto, random, siteName, nodeName } = options;
  const known = readSite(folder.path);
  const site = known ?? makeSite(folder, options);
  const node = readNode(crypto, folder.path, site);
  if (node) return { site, node, made: { site: !known, node: false } };
  const root = readSiteRoot(crypto, folder.path, site);
  if (!root) {
    throw new MusterError(
      'site-key-missing',
      `${folder.path} has a site but neither a node.key nor the site.key to make one`,
      'Copy site.key from the machine on which the site was made.',
    );
  }
  const name = nodeName || siteName;
  const fresh = createNode(crypto, random, { site: { ...site, root }, name });
  writeNode(folder.path, fresh);
  return { site, node: fresh, made: { site: !known, node: true } };
}

function makeSite(folder: DataFolder, options: IdentityOptions): Site {
  const { crypto, random, siteName } = options;
  if (!options.makeSite) {
    throw new MusterError(
      'site-missing',
      `${folder.path} has no site`,
      'Copy site.json and site.key of the site there, or make a new site with muster start.',
    );
  }
  const site = recoverSite(crypto, folder.path, siteName) ?? createSite(crypto, random, siteName);
  writeSite(folder.path, site);
  return site;
}
