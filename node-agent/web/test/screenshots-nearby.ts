/**
 * Draws the pictures of who is near, into docs/screenshots: boxes on a radio in memory, as a phone
 * sees them, and the admin's map of who hears whom. Run it after a build.
 */
import type { Browser } from 'playwright-core';
import { becomeAdmin, goTo } from './support/admin.ts';
import { launchBrowser, Phone } from './support/phone.ts';
import { preparePictures, shoot, shootSizes } from './support/pictures.ts';
import { type RadioSite, startRadioSite } from './support/radio-site.ts';

async function open(browser: Browser, site: RadioSite, name: string): Promise<Phone> {
  const phone = await Phone.open(browser, site.origin, { scale: 2 });
  await phone.nameIt(name);
  return phone;
}

async function map(browser: Browser, site: RadioSite): Promise<void> {
  const admin = await open(browser, site, 'Ada');
  await becomeAdmin(admin, site);
  await goTo(admin, 'Overview');
  const { page } = admin;
  page.setDefaultTimeout(60_000);
  await page.getByText(/^Hears Boathouse/).waitFor();
  await page.getByText(/^Hears Lighthouse \(near now\), Pier/).waitFor();
  for (const [width, height] of [[1280, 800] as const, [360, 740] as const]) {
    await page.setViewportSize({ width, height });
    await page.locator('.overview-map').scrollIntoViewIfNeeded();
    await shoot(admin, `admin-near-${width}-light`);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(admin, 'admin-near-360-dark');
  await admin.close();
}

async function nearby(browser: Browser, site: RadioSite): Promise<void> {
  const phone = await open(browser, site, 'Mira');
  const { page } = phone;
  await page.getByRole('button', { name: /Who is here/ }).click();
  await page.getByRole('button', { name: 'Nearby' }).click();
  await site.stop('Ferry');
  await site.skip(5 * 60_000);
  await page.getByText(/^seen 5 minutes ago/).waitFor();
  await page.getByText('around · linked by Bluetooth').waitFor();
  await shootSizes(phone, 'nearby', true);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(phone, 'nearby-1280-dark');
  await phone.close();
}

async function main(): Promise<void> {
  await preparePictures();
  const [site, browser] = await Promise.all([startRadioSite(), launchBrowser()]);
  try {
    await map(browser, site);
    await nearby(browser, site);
  } finally {
    await browser.close();
    await site.remove();
  }
}

await main();
