/** Tickets that the site itself issues; the tests hold its root key, as an admin would. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64url, Role, signTicket, siteIdOf } from '@muster/core';
import type { RunningAgent } from './agent.ts';
import { crypto } from './site.ts';

/** Makes staff of a device key. */
export async function staffTicket(agent: RunningAgent): Promise<(key: Uint8Array) => Uint8Array> {
  const record = JSON.parse(await readFile(join(agent.dataFolder, 'site.key'), 'utf8'));
  const issuer = crypto.keyPairFromSeed(fromBase64url(record.seed)!);
  const site = siteIdOf(crypto, issuer.publicKey);
  return (subject) => {
    const ticket = { site, subject, role: Role.staff, serial: 1, epoch: 2 ** 32 - 1 };
    return signTicket(crypto, ticket, { key: issuer, certificate: new Uint8Array(0) });
  };
}
