/**
 * Draws the pictures of the admin's views and of guests who come in, into docs/screenshots: a site
 * of three boxes with people, as a phone and a desktop see it. Run it after a build.
 */
import type { Browser } from 'playwright-core';
import { goTo } from './support/admin.ts';
import {
  type AdminScene,
  actALittle,
  adminPhone,
  adminScene,
  siteViews,
} from './support/admin-scene.ts';
import { launchBrowser, Phone } from './support/phone.ts';
import { preparePictures, shoot, shootSizes } from './support/pictures.ts';

const files: Readonly<Record<(typeof siteViews)[number], string>> = {
  Overview: 'admin-overview',
  Nodes: 'admin-nodes',
  People: 'admin-people',
  'Site rules': 'admin-rules',
  Channels: 'admin-channels',
  'Devices and uplinks': 'admin-devices',
  'Shut out, epoch': 'admin-shut-out',
  Trail: 'admin-trail',
  'Protected page': 'admin-https',
};

async function admission(admin: Phone, label: string): Promise<void> {
  await goTo(admin, 'Site rules');
  await admin.page.getByRole('radio', { name: label }).check();
  await admin.page.getByRole('button', { name: 'Put these rules in force' }).click();
  await admin.page.getByText('These rules are in force.').waitFor();
}

async function newcomer(browser: Browser, scene: AdminScene, name: string): Promise<Phone> {
  const phone = await Phone.open(browser, scene.agent.origin, { scale: 2 });
  await phone.page.getByLabel('Your name').fill(name);
  await phone.page.getByRole('button', { name: 'Start talking' }).click();
  return phone;
}

async function guests(browser: Browser, scene: AdminScene, admin: Phone): Promise<void> {
  await admission(admin, 'With a guest pass');
  const mira = await newcomer(browser, scene, 'Lee');
  await mira.page.getByRole('heading', { name: 'Show your guest pass' }).waitFor();
  await shootSizes(mira, 'guest-pass-wanted');
  await admission(admin, 'Whom staff let in');
  await mira.close();
  const lee = await newcomer(browser, scene, 'Lee');
  await lee.page.getByText('You are next.').waitFor();
  await shootSizes(lee, 'guest-waiting', true);
  await goTo(admin, 'People');
  await admin.page.getByRole('heading', { name: 'People waiting' }).waitFor();
  await shootSizes(admin, 'admin-people-waiting');
  await admin.page.getByRole('button', { name: 'Let in Lee' }).click();
  await lee.page.getByText('The north gate is closed').waitFor();
  await lee.page.setViewportSize({ width: 360, height: 740 });
  await shoot(lee, 'guest-announcement-360-light');
  await lee.page.getByRole('button', { name: 'Settings' }).click();
  await lee.page.getByRole('button', { name: 'Show my key' }).click();
  await lee.page.getByRole('img', { name: /QR code/ }).waitFor();
  await shoot(lee, 'guest-my-key-360-light');
  await lee.close();
}

async function main(): Promise<void> {
  await preparePictures();
  const [scene, browser] = await Promise.all([adminScene(), launchBrowser()]);
  try {
    const admin = await adminPhone(browser, scene, { scale: 2 });
    await actALittle(admin);
    for (const view of siteViews) {
      await goTo(admin, view);
      await admin.page.waitForTimeout(600);
      await shootSizes(admin, files[view], view === 'Overview');
    }
    await goTo(admin, 'Overview');
    await admin.page
      .getByRole('link', { name: /^Info tent/ })
      .first()
      .click();
    await admin.page.getByRole('link', { name: 'All nodes' }).waitFor();
    await shootSizes(admin, 'admin-node');
    await guests(browser, scene, admin);
  } finally {
    await browser.close();
    await scene.remove();
  }
}

await main();
