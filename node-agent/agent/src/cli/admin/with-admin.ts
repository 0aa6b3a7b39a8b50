/** Runs a command as an admin at the running agent: keys opened, session open, both closed. */

import { join } from 'node:path';
import { equalBytes, fromBase64url, MusterError } from '@muster/core';
import { AdminSession } from '../../client/admin-session.ts';
import { Device } from '../../client/device.ts';
import { getJson } from '../../client/get-json.ts';
import { dataFolderAt } from '../../data-folder/data-folder.ts';
import type { NodeInfo } from '../../http/api-routes.ts';
import { agentUrl, type CommandContext } from '../context.ts';
import { withLock } from '../with-session.ts';
import { keysFolder, type OpenKeys, type OpenOptions, requireSite, withOpenKeys } from './keys.ts';

export interface AdminAtWork extends OpenKeys {
  readonly admin: AdminSession;
  /** The node at hand, as it says. */
  readonly node: NodeInfo;
}

export async function withAdmin<T>(
  context: CommandContext,
  options: OpenOptions,
  run: (work: AdminAtWork) => Promise<T>,
): Promise<T> {
  // Asked first: without an agent nobody has to type a passphrase.
  const url = agentUrl(context);
  const node = (await getJson(url, '/api/v1/node')).json as NodeInfo;
  requireSameSite(node, requireSite(keysFolder(context, options)));
  return withOpenKeys(context, options, async (keys) => {
    const admin = await openAdmin(keys, url);
    try {
      return await run({ ...keys, admin, node });
    } finally {
      admin.close();
    }
  });
}

function openAdmin(keys: OpenKeys, url: string): Promise<AdminSession> {
  const { crypto, clock, authority, folder, site } = keys;
  const { issuer, name } = authority;
  const path = join(folder, 'admin.seq');
  return AdminSession.open({
    ...{ url, crypto, clock, issuer, name, siteKey: site.siteKey },
    withChain: (run) =>
      withLock(dataFolderAt(folder), { part: 'admin', clock }, () =>
        run(Device.openChain(path, issuer.key)),
      ),
  });
}

function requireSameSite(
  node: NodeInfo,
  site: { readonly siteKey: Uint8Array; readonly name: string },
): void {
  const theirs = fromBase64url(node.siteKey ?? '');
  if (theirs && equalBytes(theirs, site.siteKey)) return;
  throw new MusterError(
    'site-other',
    `The agent is of another site than these keys (${site.name}), or of none yet`,
    'Name the agent with --url or --data, and the folder of the keys with --keys.',
  );
}
