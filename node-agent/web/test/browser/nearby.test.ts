/**
 * Nearby, on real boxes with a radio in memory: who is near, by which link, what is wrong with
 * Bluetooth; on every size of screen, in the dark, for screen readers, and under a hostile node.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { becomeAdmin, goTo } from '../support/admin.ts';
import { findLowContrast, findNameless, findSmallTargets, findWide } from '../support/audit.ts';
import { assertAccessible } from '../support/axe.ts';
import { launchBrowser, Phone, type PhoneOptions } from '../support/phone.ts';
import { type RadioSite, startRadioSite } from '../support/radio-site.ts';

let site: RadioSite;
let browser: Browser;
let phones: Phone[] = [];

before(async () => {
  [site, browser] = await Promise.all([startRadioSite(), launchBrowser()]);
});
afterEach(async () => {
  const errors = phones.flatMap((one) => one.errors);
  await Promise.all(phones.map((one) => one.close()));
  phones = [];
  assert.deepEqual(errors, []);
});
after(async () => {
  await browser?.close();
  await site?.remove();
});

async function phone(options: PhoneOptions = {}): Promise<Phone> {
  const opened = await Phone.open(browser, site.origin, options);
  phones.push(opened);
  return opened;
}

async function openNearby({ page }: Phone): Promise<void> {
  await page.getByRole('button', { name: /Who is here/ }).click();
  await page.getByRole('button', { name: 'Nearby' }).click();
  await page.getByRole('dialog', { name: 'Nearby' }).waitFor();
}

async function looksRight({ page }: Phone, place: string): Promise<void> {
  await assertAccessible(page, place);
  assert.deepEqual(await findWide(page), [], place);
  assert.deepEqual(await findLowContrast(page), [], place);
  assert.deepEqual(await findNameless(page), [], place);
  assert.deepEqual(await findSmallTargets(page), [], place);
}

test('boxes stand by name with how near they are and how they are linked', async () => {
  for (const options of [{ width: 320 }, { width: 360, dark: true }, { width: 1280 }]) {
    const one = await phone(options);
    await one.nameIt('Ada');
    await openNearby(one);
    const node = (name: string) => one.page.getByRole('listitem').filter({ hasText: name });
    await node('Lighthouse').getByText('near now · linked by cable or Wi-Fi').waitFor();
    await node('Pier').getByText('around · linked by Bluetooth').waitFor();
    await one.page.getByRole('status').getByText('1 near now, 2 around.').waitFor();
    const tags = one.page.getByRole('region', { name: 'Tags of this site' });
    await tags.getByText('1 near now, 2 around.').waitFor();
    assert.equal(await node('Boathouse').count(), 0, 'it is out of reach');
    await looksRight(one, `Nearby at ${options.width}`);
  }
});

test('Bluetooth that is off is said with what mends it, and nobody counts as near', async () => {
  const one = await phone();
  await one.nameIt('Ada');
  await openNearby(one);
  await one.page.getByText('1 near now, 2 around.').first().waitFor();
  await site.power('Info tent', false);
  await one.page.getByText('Bluetooth is switched off on this node.').waitFor();
  await one.page.getByText(/^For whoever looks after it: \S/).waitFor();
  await one.page.getByRole('status').getByText('Nothing is heard right now.').waitFor();
  await looksRight(one, 'Nearby without Bluetooth');
  await site.power('Info tent', true);
  await one.page.getByRole('status').getByText('1 near now, 2 around.').waitFor();
});

test('an admin sees who hears whom on the map, and over what they are linked', async () => {
  const one = await phone({ width: 1280, height: 800 });
  await one.nameIt('Grace');
  await becomeAdmin(one, site);
  await goTo(one, 'Overview');
  const { page } = one;
  // Boxes report every ten seconds while somebody watches, and a far one over two links.
  page.setDefaultTimeout(40_000);
  const heard = page.locator('.map-hearing title');
  const linked = page.locator('line.map-link title');
  const both = 'Pier and Boathouse hear each other: around';
  await heard
    .filter({ hasText: both })
    .or(heard.filter({ hasText: /Boathouse and Pier/ }))
    .waitFor({
      state: 'attached',
    });
  await linked.filter({ hasText: /Lighthouse.* by network/ }).waitFor({ state: 'attached' });
  await linked.filter({ hasText: /Boathouse.* by Bluetooth/ }).waitFor({ state: 'attached' });
  const item = page.locator('.node-list > li', { hasText: 'Info tent' }).first();
  await item.getByText(/^Hears Lighthouse \(near now\)/).waitFor();
  await site.power('Lighthouse', false);
  const problem = page.locator('.problems li', { hasText: 'Lighthouse' });
  await problem.getByText(/Bluetooth/).waitFor();
  await site.power('Lighthouse', true);
});

test('a hostile node makes no endless list, no wide page, no names of its own', async () => {
  const one = await phone({ width: 320 });
  const { page } = one;
  const name = (i: number) =>
    ['W'.repeat(5_000), '\u202Eleft\u200B', '<img src=x onerror=hit(1)>', ''][i % 4];
  const crowd = Array.from({ length: 2_000 }, (_, i) => ({
    ...{ key: 'A'.repeat(43), name: name(i), level: 'near', seenMsAgo: 1, link: 'radio' },
  }));
  const bluetooth = { state: '<b>', text: 'x', mend: `${'W'.repeat(9_000)}\u202E` };
  const frame = JSON.stringify({ type: 'nearby', bluetooth, nodes: crowd, carriers: crowd });
  await page.routeWebSocket(/socket/, (socket) => {
    const node = socket.connectToServer();
    node.onMessage((text) => socket.send(/"type":"nearby"/.test(String(text)) ? frame : text));
  });
  await page.reload();
  await one.nameIt('Ada');
  await openNearby(one);
  await page.locator('.near-node').first().waitFor();
  assert.equal(await page.locator('.near-node').count(), 64);
  const names = new Set(await page.locator('.near-name').allTextContents());
  assert.ok([...names].every((shown) => [...shown].length <= 40));
  assert.ok(names.has('left') && names.has('A node of this site'));
  await page.getByText('Bluetooth does not work on this node right now.').waitFor();
  await looksRight(one, 'Nearby of a hostile node');
});

test('by keyboard alone; what was told stays, with its age, when the node has gone', async () => {
  const one = await phone();
  const { page } = one;
  await page.clock.install();
  await page.reload();
  await one.nameIt('Ada');
  await one.connected();
  await page.getByRole('button', { name: 'connected' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Nearby' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('near now · linked by cable or Wi-Fi').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await site.remove();
  await one.offline();
  await page.clock.fastForward(5 * 60_000);
  await page.getByRole('button', { name: /^offline|^connecting/ }).click();
  await page.getByRole('button', { name: 'Nearby' }).click();
  await page.getByText('As of 5 minutes ago.').waitFor();
  const lighthouse = page.getByRole('listitem').filter({ hasText: 'Lighthouse' });
  await lighthouse.getByText(/^seen 5 minutes ago/).waitFor();
  await looksRight(one, 'Nearby of long ago');
});
