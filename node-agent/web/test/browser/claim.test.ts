/** Boxes join a site from an admin's phone: by a photo of their code, and by an invite. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { becomeAdmin, goTo } from '../support/admin.ts';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { assertAccessible } from '../support/axe.ts';
import { launchBrowser, Phone } from '../support/phone.ts';

let agent: RunningAgent;
let boxes: RunningAgent[] = [];
let browser: Browser;
let admin: Phone;
let phones: Phone[] = [];

async function blankBox(name: string): Promise<RunningAgent> {
  const box = await startAgent({ unclaimed: true, name });
  boxes.push(box);
  return box;
}

async function open(url: string): Promise<Phone> {
  const opened = await Phone.open(browser, url);
  phones.push(opened);
  return opened;
}

const digitsOn = (phone: Phone) => phone.page.locator('.digits span').first().textContent();

before(async () => {
  [agent, browser] = await Promise.all([startAgent({ site: 'Harbour Days' }), launchBrowser()]);
  admin = await Phone.open(browser, 'about:blank');
  await becomeAdmin(admin, agent, 'Ada');
});
afterEach(async () => {
  const errors = [admin, ...phones].flatMap((one) => one.errors.splice(0));
  await Promise.all(phones.map((one) => one.close()));
  phones = [];
  assert.deepEqual(errors, []);
});
after(async () => {
  await browser?.close();
  await Promise.all([agent, ...boxes].map((one) => one?.remove()));
  boxes = [];
});

test('a blank box is claimed from a photo of its code', async () => {
  const box = await blankBox('muster-7f3a');
  const atBox = await open(box.origin);
  await atBox.page.getByRole('heading', { name: 'This box belongs to no site yet' }).waitFor();
  await atBox.page.getByRole('img', { name: 'Code of this box' }).waitFor();
  await assertAccessible(atBox.page, 'a blank box');
  const photo = await atBox.page.locator('.qr').screenshot();

  const { page } = admin;
  await goTo(admin, 'Add a node');
  await assertAccessible(page, 'add a node');
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: photo });
  const address = page.getByLabel('Its address, if the box is not found by itself');
  await address.fill(`127.0.0.1:${box.port}`);
  await page.getByRole('button', { name: 'Reach the box' }).click();
  await page.getByRole('heading', { name: 'Compare the six digits' }).waitFor();
  await atBox.page.getByRole('heading', { name: 'Harbour Days wants this box' }).waitFor();
  assert.equal(await digitsOn(admin), await digitsOn(atBox));
  await Promise.all([
    assertAccessible(page, 'six digits'),
    assertAccessible(atBox.page, 'six digits at the box'),
  ]);

  await page.getByRole('button', { name: 'They are the same' }).click();
  assert.equal(await page.getByLabel('Name of the node').inputValue(), 'muster-7f3a');
  await page.getByLabel('Name of the node').fill('Lighthouse');
  await page.getByRole('radio', { name: 'Opens one' }).check();
  await page.getByLabel('Name of the Wi-Fi').fill('Harbour Days');
  await page.getByLabel('Country, two letters').fill('Germany');
  await assertAccessible(page, 'settings');
  await page.getByRole('button', { name: 'Show what will change' }).click();
  await page.getByText('Write the country as two letters').waitFor();
  await page.getByLabel('Country, two letters').fill('de');
  await page.getByRole('button', { name: 'Show what will change' }).click();
  await page.getByRole('row', { name: /Wi-Fi .*opens “Harbour Days”/ }).waitFor();
  await assertAccessible(page, 'preview');
  await page.getByRole('button', { name: 'Make it a node' }).click();
  await page.getByRole('heading', { name: 'Lighthouse is a node of this site now.' }).waitFor();
  await atBox.page.getByText('You are at Harbour Days').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
});

test('a box takes an invite on its page; a second box with the same one is refused', async () => {
  const [box, other] = await Promise.all([blankBox('box-1'), blankBox('box-2')]);
  const { page } = admin;
  await page.getByRole('button', { name: 'Make an invite' }).click();
  await page.getByRole('img', { name: 'Invite as a QR code' }).waitFor();
  await assertAccessible(page, 'an invite that waits');
  const invite = await page.getByLabel('Invite as text').inputValue();

  const atBox = await open(`${box.origin}/#${invite}`);
  assert.equal(await atBox.page.getByLabel('Invite', { exact: true }).inputValue(), invite);
  await atBox.page.getByRole('button', { name: 'Use the invite' }).click();
  await page.getByRole('heading', { name: 'Compare the six digits' }).waitFor();
  assert.equal(await digitsOn(admin), await digitsOn(atBox));

  const atOther = await open(other.origin);
  await atOther.page.getByLabel('Invite', { exact: true }).fill(invite);
  await atOther.page.getByRole('button', { name: 'Use the invite' }).click();
  await atOther.page.getByText('Another device has used this code already.').waitFor();
  await page.getByText('Somebody else came with the same code').waitFor();
  await page.getByRole('alert').getByText('box-2').waitFor();
  await assertAccessible(page, 'two claimants');
  await assertAccessible(atOther.page, 'a box that was refused');

  await page.getByRole('button', { name: 'They are the same' }).click();
  await page.getByLabel('Name of the node').fill('Pier');
  await page.getByRole('button', { name: 'Show what will change' }).click();
  await page.getByRole('button', { name: 'Make it a node' }).click();
  await atBox.page.getByRole('heading', { name: 'Join Harbour Days?' }).waitFor();
  await atBox.page.getByRole('row', { name: /name .*Pier/ }).waitFor();
  await assertAccessible(atBox.page, 'what will change, at the box');
  await atBox.page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByRole('heading', { name: 'Pier is a node of this site now.' }).waitFor();
  await atBox.page.getByText('You are at Harbour Days').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
});

test('codes that do not fit are refused at both ends, and digits that differ end it', async () => {
  const box = await blankBox('box-3');
  const atBox = await open(box.origin);
  await atBox.page.getByLabel('Invite', { exact: true }).fill('MUSTER-NODE:1:AAAA');
  await atBox.page.getByRole('button', { name: 'Use the invite' }).click();
  await atBox.page.getByRole('alert').filter({ hasText: 'The code is damaged' }).waitFor();
  const code = await atBox.page.getByLabel('The same as text').inputValue();

  const { page } = admin;
  await page.getByLabel('Code on the box').fill(`${code}A`);
  await page.getByRole('button', { name: 'Reach the box' }).click();
  await page.getByRole('alert').filter({ hasText: 'The code is damaged' }).waitFor();
  await page.getByLabel('Code on the box').fill(code.toLowerCase());
  const address = page.getByLabel('Its address, if the box is not found by itself');
  await address.fill(`127.0.0.1:${box.port}`);
  await page.getByRole('button', { name: 'Reach the box' }).click();
  await page.getByRole('button', { name: 'They differ' }).click();
  await page.getByText('somebody may be in between').waitFor();
  await assertAccessible(page, 'a claim that failed');
  await atBox.page.getByText('somebody may be in between').waitFor();
});
