/** The broker's TLS key, and the site's authority that devices are given to check it with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentHost, machineNamesOf } from '@muster/agent';
import { ensureServerCertificate } from '@muster/provisioning';
import type { TlsKey } from './listeners/listeners.ts';

/** Undefined on a box that was never where the site's root key lies. */
export async function brokerTls(host: AgentHost): Promise<TlsKey | undefined> {
  const { folder, random, clock, identity, crypto, config } = host;
  const made = await ensureServerCertificate(folder.path, {
    ...{ crypto, random, ...machineNamesOf(config, identity.node.name) },
    siteName: identity.site.name,
    unixMs: clock.wall().unixMs,
  });
  return made && { key: made.key, cert: made.certificate };
}

/** PEM; undefined where there is none. */
export function siteAuthority({ folder }: Pick<AgentHost, 'folder'>): string | undefined {
  try {
    return readFileSync(join(folder.path, 'site-ca.pem'), 'utf8');
  } catch {
    return undefined;
  }
}
