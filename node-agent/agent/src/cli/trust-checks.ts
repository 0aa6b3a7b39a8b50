/**
 * What `muster doctor` looks at of trust: where the root key lies, whether this node is still
 * believed by its site, and whether phones reach it by https. Asks for no passphrase.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { decodeCertificate, epochMax } from '@muster/core';
import { folderState, hasVault, readNode, readSite, readTls } from '@muster/provisioning';
import { getJson } from '../client/get-json.ts';
import { readRunRecord } from '../data-folder/run-file.ts';
import type { StatusInfo } from '../http/api-routes.ts';
import type { CommandContext } from './context.ts';
import type { Finding } from './doctor-checks.ts';
import { clientParts } from './with-session.ts';

const ok = (text: string): Finding => ({ state: 'ok', text });
const warn = (text: string, mend: string): Finding => ({ state: 'warn', text, mend });
const fail = (text: string, mend: string): Finding => ({ state: 'fail', text, mend });

export async function checkTrust(context: CommandContext): Promise<Finding> {
  const { path } = context.folder;
  if (folderState(path) === 'unclaimed') {
    return warn('a blank box, of no site yet', 'Give it an invite: muster claim CODE');
  }
  const site = readSite(path);
  if (!site) return ok('no site here yet');
  const standing = await checkStanding(context);
  if (standing.state !== 'ok') return standing;
  if (existsSync(join(path, 'site.key')) && !hasVault(path)) {
    const text = 'the root key lies open in site.key: who copies it is the site';
    return warn(text, 'Seal it with a passphrase: muster site protect');
  }
  const keys = hasVault(path) ? 'keys sealed in admin.vault' : 'no admin keys here';
  return ok(`${keys}; ${standing.text}`);
}

/** What the running node knows of the epoch, and of its own certificate. */
async function checkStanding({ folder }: CommandContext): Promise<Finding> {
  const { crypto } = await clientParts();
  const site = readSite(folder.path)!;
  const node = readNode(crypto, folder.path, site);
  const endsEpoch = node ? (decodeCertificate(node.certificate)?.epoch ?? 0) : epochMax;
  const running = readRunRecord(folder.runFile);
  if (!running) return ok('the epoch is known once the agent runs');
  const { trust } = (await getJson(running.url, '/api/v1/status')).json as StatusInfo;
  const { epoch, revokedKeys, clones } = trust;
  if (clones > 0) {
    const mend = 'Somebody copied a card. Find both, revoke that node, claim one of them anew.';
    return fail(`${clones} node keys are in use on two machines`, mend);
  }
  if (endsEpoch < epoch) {
    const mend = 'Claim it again: an admin runs muster node replace NAME';
    return fail(`its certificate ended with epoch ${endsEpoch}; now is ${epoch}`, mend);
  }
  if (endsEpoch === epoch) {
    const mend = 'It is renewed when an admin advances the epoch; keep it in reach then.';
    return warn(`its certificate ends with this epoch (${epoch})`, mend);
  }
  return ok(`epoch ${epoch}, ${revokedKeys} keys revoked`);
}

const soonMs = 30 * 86_400_000;

export async function checkHttps({ folder }: CommandContext): Promise<Finding> {
  const tls = readTls(folder.path);
  if (!tls) {
    return warn('no certificate yet', 'A gateway of the site gives it one; http works meanwhile.');
  }
  const { clock } = await clientParts();
  const { unixMs, quality } = clock.wall();
  const { webEndsUnixMs: ends } = tls;
  if (ends === 0 || quality === 0) return ok('it has a certificate of the site');
  const until = new Date(ends).toISOString().slice(0, 10);
  if (ends < unixMs)
    return warn(`its certificate ended on ${until}`, 'Start a gateway of the site.');
  if (ends - unixMs < soonMs) return warn(`its certificate ends on ${until}`, 'It renews itself.');
  return ok(`a certificate of the site, until ${until}`);
}
