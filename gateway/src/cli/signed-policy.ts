/**
 * The site policy in the admin's hands: fetched from the agent, changed, signed with the admin's
 * key, and put in force by an act. The key never leaves this process.
 */
import {
  type CommandContext,
  clientParts,
  requireDone,
  withAdmin,
  withOpenKeys,
} from '@muster/agent/cli';
import {
  type Crypto,
  checkSitePolicy,
  fromBase64url,
  type KeyPair,
  MusterError,
  Power,
  type SitePolicy,
  signSitePolicy,
  siteIdOf,
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

/** Signs a changed policy and puts it in force; `what` is for people who read the trail. */
export async function putInForce(
  context: CommandContext,
  { policy, what }: { readonly policy: SitePolicy; readonly what: string },
): Promise<number> {
  const options = { ...context.options, needs: Power.rules };
  return withAdmin(context, options, async ({ admin, authority, crypto }) => {
    const wire = signSitePolicy(crypto, policy, authority.issuer);
    const { revision } = policy;
    const params = { revision, label: what };
    requireDone(await admin.act({ command: 'policy.set', params, documents: [wire] }));
    return revision;
  });
}

/** Runs with the root key pair; throws with a mend where it cannot be had. */
export function withRoot<T>(
  context: CommandContext,
  run: (root: KeyPair) => Promise<T>,
): Promise<T> {
  const options = { ...context.options, needs: 'root' } as const;
  return withOpenKeys(context, options, ({ authority }) => run(authority.root!));
}
