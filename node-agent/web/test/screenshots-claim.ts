/**
 * Draws the pictures of how somebody becomes an admin and of how boxes join the site, in
 * docs/screenshots. A part of `npm run screenshots -w @muster/web`; it needs a build.
 */
import type { Browser } from 'playwright-core';
import { becomeAdmin, goTo } from './support/admin.ts';
import { type RunningAgent, startAgent } from './support/agent.ts';
import { launchBrowser, Phone } from './support/phone.ts';
import { preparePictures, shootSizes } from './support/pictures.ts';

const open = (browser: Browser, url: string) => Phone.open(browser, url, { scale: 2 });

async function becoming(browser: Browser, agent: RunningAgent): Promise<Phone> {
  const phone = await open(browser, `${agent.origin}/#/admin`);
  const { page } = phone;
  await page.getByRole('heading', { name: 'Become an admin' }).waitFor();
  await shootSizes(phone, 'admin-become');
  await becomeAdmin(phone, agent, 'Ada');
  await page.getByRole('button', { name: 'Lock' }).first().click();
  await page.getByRole('heading', { name: 'Your admin key is locked' }).waitFor();
  await shootSizes(phone, 'admin-unlock');
  await page.getByLabel('Passphrase').fill('four words of a test');
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await page.locator('.admin .pill-connected').waitFor();
  await goTo(phone, 'My key');
  await shootSizes(phone, 'admin-key', true);
  return phone;
}

async function byLabel(browser: Browser, admin: Phone, box: RunningAgent): Promise<void> {
  const { page } = admin;
  const atBox = await open(browser, box.origin);
  await atBox.page.getByRole('img', { name: 'Code of this box' }).waitFor();
  await shootSizes(atBox, 'unclaimed-waiting', true);
  const code = await atBox.page.getByLabel('The same as text').inputValue();
  await goTo(admin, 'Add a node');
  await shootSizes(admin, 'admin-claim');
  await page.getByLabel('Code on the box').fill(code);
  const address = page.getByLabel('Its address, if the box is not found by itself');
  await address.fill(`127.0.0.1:${box.port}`);
  await page.getByRole('button', { name: 'Reach the box' }).click();
  await page.getByRole('heading', { name: 'Compare the six digits' }).waitFor();
  await atBox.page.locator('.digits').waitFor();
  await shootSizes(admin, 'admin-claim-compare', true);
  await shootSizes(atBox, 'unclaimed-compare', true);
  await page.getByRole('button', { name: 'They are the same' }).click();
  await page.getByLabel('Name of the node').fill('Lighthouse');
  await page.getByRole('radio', { name: 'Opens one' }).check();
  await page.getByLabel('Name of the Wi-Fi').fill('Harbour Days');
  await page.getByLabel('Country, two letters').fill('DE');
  await page.getByLabel('Name of the node').scrollIntoViewIfNeeded();
  await shootSizes(admin, 'admin-claim-settings');
  await page.getByRole('button', { name: 'Show what will change' }).click();
  await shootSizes(admin, 'admin-claim-preview');
  await page.getByRole('button', { name: 'Make it a node' }).click();
  await page.getByRole('heading', { name: 'Lighthouse is a node' }).waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await atBox.close();
}

async function byInvite(browser: Browser, admin: Phone, box: RunningAgent): Promise<void> {
  const { page } = admin;
  await page.getByRole('button', { name: 'Make an invite' }).click();
  await page.getByRole('img', { name: 'Invite as a QR code' }).waitFor();
  await shootSizes(admin, 'admin-claim-invite');
  const invite = await page.getByLabel('Invite as text').inputValue();
  const atBox = await open(browser, `${box.origin}/#${invite}`);
  await atBox.page.getByRole('button', { name: 'Use the invite' }).click();
  await page.getByRole('button', { name: 'They are the same' }).click();
  await page.getByLabel('Name of the node').fill('Pier');
  await page.getByRole('button', { name: 'Show what will change' }).click();
  await page.getByRole('button', { name: 'Make it a node' }).click();
  await atBox.page.getByRole('heading', { name: 'Join Harbour Days?' }).waitFor();
  await shootSizes(atBox, 'unclaimed-offer');
  await atBox.close();
}

await preparePictures();
const site = { site: 'Harbour Days', name: 'Info tent', channels: ['general', 'help'] };
const agents = await Promise.all([
  startAgent(site),
  startAgent({ unclaimed: true, name: 'muster-7f3a' }),
  startAgent({ unclaimed: true, name: 'muster-2c90' }),
]);
const browser = await launchBrowser();
try {
  const [agent, first, second] = agents;
  const admin = await becoming(browser, agent);
  await byLabel(browser, admin, first);
  await byInvite(browser, admin, second);
} finally {
  await browser.close();
  await Promise.all(agents.map((one) => one.remove()));
}
