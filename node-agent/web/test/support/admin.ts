/** Admins for browser tests: the code that a node with an open root awaits, and what one does. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { claimFingerprint, encodeClaimCode, fromBase64url, siteIdOf } from '@muster/core';
import type { RunningAgent } from './agent.ts';
import type { Phone } from './phone.ts';
import { crypto } from './site.ts';

export const passphrase = 'four words of a test';

/** Its site's root lies open. */
type BoxOfAdmin = Pick<RunningAgent, 'origin' | 'dataFolder'>;

async function record(agent: BoxOfAdmin, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(agent.dataFolder, name), 'utf8'));
}

/** What `muster start` shows for the site's first admin. */
export async function firstAdminCode(agent: BoxOfAdmin): Promise<string> {
  const { secret } = await record(agent, 'first-admin.json');
  const { siteKey } = await record(agent, 'site.json');
  const root = fromBase64url(String(siteKey))!;
  return encodeClaimCode(crypto, {
    kind: 'admin',
    secret: fromBase64url(String(secret))!,
    fingerprint: claimFingerprint(crypto, root),
    site: siteIdOf(crypto, root),
    expiresUnixS: 0,
    addresses: [],
  });
}

/** In the open admin area: goes to one of its views. */
export async function goTo(phone: Phone, view: string): Promise<void> {
  await phone.page.getByRole('navigation').getByRole('link', { name: view }).click();
  await phone.page.getByRole('heading', { level: 1, name: view }).waitFor();
}

/** Brings the code and waits for the unlocked area. */
export async function becomeAdmin(phone: Phone, agent: BoxOfAdmin, name = 'Ada'): Promise<void> {
  const { page } = phone;
  await page.goto(`${agent.origin}/#/admin`);
  await page.getByRole('heading', { name: 'Become an admin' }).waitFor();
  await page.getByLabel('Admin code').fill(await firstAdminCode(agent));
  const nameField = page.getByLabel('Your name');
  if ((await nameField.count()) > 0) await nameField.fill(name);
  await page.getByLabel('Passphrase').fill(passphrase);
  await page.getByLabel('The same once more').fill(passphrase);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Open the admin area' }).click();
  await page.locator('.admin .pill-connected').waitFor();
}
