/**
 * The site policy in the admin's hands: fetched from the agent, changed, signed with the root key
 * of the data folder, and handed back. The root key never leaves this process.
 */
import { type CommandContext, clientParts, openSite, requireRoot } from '@muster/agent/cli';
import {
  type Crypto,
  checkSitePolicy,
  fromBase64url,
  MusterError,
  rootIssuer,
  type SitePolicy,
  signSitePolicy,
  siteIdOf,
  toBase64url,
} from '@muster/core';
import { readSite } from '@muster/provisioning';
import { firstPolicy } from '../federation/edit-policy.ts';
import { ask } from './ask.ts';

export interface PolicyAtHand {
  readonly crypto: Crypto;
  readonly siteName: string;
  /** Ed25519 root key of our site, 32 bytes. */
  readonly siteKey: Uint8Array;
  /** 16 bytes. */
  readonly site: Uint8Array;
  readonly policy: SitePolicy;
}

/** The newest policy that the running agent knows; an empty one when there is none yet. */
export async function readPolicy(context: CommandContext): Promise<PolicyAtHand> {
  const { folder } = context;
  const { crypto } = await clientParts();
  const known = readSite(folder.path);
  if (!known) {
    const mend = 'Start a node there first (muster start), or choose another with --data.';
    throw new MusterError('site-missing', `${folder.path} has no site`, mend);
  }
  const { siteKey, name: siteName } = known;
  const site = siteIdOf(crypto, siteKey);
  const { wire } = await ask<{ wire: string | null }>(context, 'policy.show');
  const at = { crypto, siteName, siteKey, site };
  const bytes = wire === null ? undefined : fromBase64url(wire);
  if (!bytes) return { ...at, policy: firstPolicy(site) };
  const checked = checkSitePolicy({ crypto, siteKey, site, epoch: 0 }, bytes);
  if (checked.ok) return { ...at, policy: checked.value };
  throw new MusterError(
    'policy-unreadable',
    `The policy that the agent holds is ${checked.reason}`,
    'Run the muster command of the version that runs the agent.',
  );
}

/** Signs a changed policy and puts it in force; its revision. */
export async function putInForce(
  context: CommandContext,
  at: PolicyAtHand,
  policy: SitePolicy,
): Promise<number> {
  const { crypto } = at;
  const root = await rootOf(context);
  const wire = toBase64url(signSitePolicy(crypto, policy, rootIssuer(root)));
  const { revision } = await ask<{ revision: number }>(context, 'policy.adopt', { wire });
  return revision;
}

/** The root key pair; throws with a mend where it does not lie here. */
export async function rootOf({ folder }: CommandContext) {
  const { crypto, random } = await clientParts();
  const { site } = openSite(folder, { crypto, random, siteName: '', makeSite: false });
  return requireRoot(folder, crypto, site).root;
}
