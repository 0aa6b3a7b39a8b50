/**
 * Every view of the site in the admin area, on a phone and on a desk: no serious accessibility
 * fault by axe, nothing wider than the screen, readable in the dark, large enough for fingers; and
 * what an admin does to a node is done.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { goTo } from '../support/admin.ts';
import {
  type AdminScene,
  actALittle,
  adminPhone,
  adminScene,
  siteViews,
} from '../support/admin-scene.ts';
import { findLowContrast, findNameless, findSmallTargets, findWide } from '../support/audit.ts';
import { assertAccessible } from '../support/axe.ts';
import { launchBrowser, type Phone } from '../support/phone.ts';

let scene: AdminScene;
let browser: Browser;
let admin: Phone;

before(async () => {
  [scene, browser] = await Promise.all([adminScene(), launchBrowser()]);
  admin = await adminPhone(browser, scene);
  await actALittle(admin);
});
after(async () => {
  const errors = admin?.errors ?? [];
  await browser?.close();
  await scene?.remove();
  assert.deepEqual(errors, []);
});

/** Every view, and a node's page with its questions open. */
async function everywhere(look: (place: string) => Promise<void>): Promise<void> {
  const { page } = admin;
  for (const view of siteViews) {
    await goTo(admin, view);
    await page.evaluate(() => {
      for (const one of document.querySelectorAll('details')) one.open = true;
    });
    await look(view);
  }
  await goTo(admin, 'Nodes');
  await page.getByRole('link', { name: /^Pier/ }).first().click();
  await page
    .getByRole('heading', { name: 'Links' })
    .or(page.getByText(/^\d links?$/))
    .first()
    .waitFor();
  await page.getByText('Move it to another site').click();
  await page.getByRole('button', { name: 'Shut it out' }).click();
  await look('a node');
  await page.getByRole('button', { name: 'Cancel' }).click();
}

for (const width of [360, 1280]) {
  test(`at ${width} px: no serious fault by axe, nothing too wide, all in reach`, async () => {
    await admin.page.setViewportSize({ width, height: 800 });
    await everywhere(async (place) => {
      await assertAccessible(admin.page, `${place} at ${width}`);
      assert.deepEqual(await findNameless(admin.page), [], place);
      assert.deepEqual(await findSmallTargets(admin.page), [], place);
      const wide = (await findWide(admin.page)).filter((one) => !/admin-nav/.test(one));
      assert.deepEqual(width === 360 ? wide.filter((one) => !isNavigation(one)) : wide, [], place);
    });
  });
}

/** On a phone the navigation is a row that scrolls by itself. */
const isNavigation = (found: string) =>
  /^(LI|A|SPAN|UL|svg)\.?/.test(found) && !/site-|node|person/.test(found);

test('in the dark every text can be read', async () => {
  await admin.page.emulateMedia({ colorScheme: 'dark' });
  await everywhere(async (place) => {
    await assertAccessible(admin.page, `${place} in the dark`);
    assert.deepEqual(await findLowContrast(admin.page), [], place);
  });
  await admin.page.emulateMedia({ colorScheme: 'light' });
});

test('a node gets another name, says so in its next report, and restarts', async () => {
  const { page } = admin;
  await goTo(admin, 'Nodes');
  await page
    .getByRole('link', { name: /^Info tent/ })
    .first()
    .click();
  await page.getByLabel('What the box is called').fill('North gate');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByText(/^Renamed\./).waitFor();
  await page.getByRole('heading', { level: 2, name: 'North gate' }).waitFor({ timeout: 30_000 });
  // It may be back before another look would be taken.
  const away = page.locator('.admin .pill-offline').waitFor();
  await page.getByRole('button', { name: 'Restart this node' }).click();
  await page.getByText('It restarts now.').waitFor();
  await away;
  await page.locator('.admin .pill-connected').waitFor({ timeout: 60_000 });
  await goTo(admin, 'Trail');
  await page.getByText(/renamed .* to North gate/).waitFor();
});

test('a view has focus on its title once it is shown: no key goes to the old place', async () => {
  const { page } = admin;
  await goTo(admin, 'Overview');
  const focused = page.evaluate(() => {
    const title = document.querySelector('.admin-page h1')!;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const shown = new MutationObserver(() => resolve(document.activeElement === title));
    shown.observe(title, { childList: true, characterData: true, subtree: true });
    return promise;
  });
  await goTo(admin, 'Nodes');
  assert.equal(await focused, true);
});

test('with the keyboard alone: from the map to a node and back', async () => {
  const { page } = admin;
  await page.setViewportSize({ width: 1280, height: 800 });
  await goTo(admin, 'Overview');
  const mark = page.locator('.site-map a').first();
  await mark.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'All nodes' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
});
