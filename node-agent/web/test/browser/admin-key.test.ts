/** A phone becomes an admin's, locks and unlocks its key, by passphrase and by passkey. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { becomeAdmin, firstAdminCode, goTo, passphrase } from '../support/admin.ts';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { assertAccessible } from '../support/axe.ts';
import { launchBrowser, Phone } from '../support/phone.ts';

let agent: RunningAgent;
let browser: Browser;
let phone: Phone;
let code: string;

before(async () => {
  [agent, browser] = await Promise.all([startAgent({ site: 'Harbour Days' }), launchBrowser()]);
  code = await firstAdminCode(agent);
  phone = await Phone.open(browser, `${agent.origin}/#/admin`);
});
afterEach(() => assert.deepEqual(phone.errors.splice(0), []));
after(async () => {
  await browser?.close();
  await agent?.remove();
});

const unlock = (page: Page) => page.getByRole('button', { name: 'Unlock', exact: true });

test('codes that are none, damaged or for something else are refused in words', async () => {
  const { page } = phone;
  await page.getByRole('heading', { name: 'Become an admin' }).waitFor();
  await assertAccessible(page, 'become an admin');
  const tries = [
    ['hello', 'This is not a claim code'],
    [code.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), 'The code is damaged'],
    ['MUSTER-PASS:1:AAAA', 'not one for this purpose'],
  ] as const;
  for (const [text, words] of tries) {
    await page.getByLabel('Admin code').fill(text);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('alert').filter({ hasText: words }).waitFor();
  }
});

test('with the code, a name and a passphrase the phone is an admin’s', async () => {
  await becomeAdmin(phone, agent, 'Ada');
  await goTo(phone, 'My key');
  const facts = phone.page.locator('dl.facts');
  await facts.getByText('Ada', { exact: true }).waitFor();
  await facts.getByText('add nodes, give rights to people').waitFor();
  await assertAccessible(phone.page, 'my key');
});

test('the code is good once: another phone is told so', async () => {
  const late = await Phone.open(browser, `${agent.origin}/#${code}`);
  const { page } = late;
  await page.getByLabel('Your name').fill('Eve');
  assert.equal(await page.getByLabel('Admin code').inputValue(), code);
  await page.getByLabel('Passphrase').fill(passphrase);
  await page.getByLabel('The same once more').fill(passphrase);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('heading', { name: 'That did not work' }).waitFor();
  await assertAccessible(page, 'not an admin');
  await late.close();
});

test('a reload and the lock ask for the passphrase; a wrong one does not open', async () => {
  const { page } = phone;
  await page.reload();
  await page.getByLabel('Passphrase').fill('something else entirely');
  await unlock(page).click();
  await page.getByText('That is not the passphrase of this key.').waitFor();
  await assertAccessible(page, 'unlock');
  await page.getByLabel('Passphrase').fill(passphrase);
  await unlock(page).click();
  await page.locator('.admin .pill-connected').waitFor();
  await page.getByRole('button', { name: 'Lock' }).first().click();
  await unlock(page).waitFor();
});

test('leaving the area locks the key; the passphrase can be changed', async () => {
  const { page } = phone;
  await page.getByLabel('Passphrase').fill(passphrase);
  await unlock(page).click();
  await page.locator('.admin .pill-connected').waitFor();
  await page.getByRole('link', { name: 'Back to the channels' }).click();
  await page.getByLabel('Your name').waitFor();
  await page.goto(`${agent.origin}/#/admin/key`);
  await page.getByLabel('Passphrase').fill(passphrase);
  await unlock(page).click();
  await page.getByText('Change the passphrase').click();
  await page.getByLabel('Present passphrase').fill(passphrase);
  await page.getByLabel('New passphrase').fill('another good one');
  await page.getByLabel('The same once more').fill('another good one');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByText('The passphrase was changed.').waitFor();
  await page.reload();
  await page.getByLabel('Passphrase').fill('another good one');
  await unlock(page).click();
  await page.locator('.admin .pill-connected').waitFor();
});

test('a passkey with the prf extension unlocks the key and is known at the node', async () => {
  const { page } = phone;
  const debug = await phone.context.newCDPSession(page);
  await debug.send('WebAuthn.enable');
  const options = {
    ...({ protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const),
    ...{ hasUserVerification: true, isUserVerified: true, hasPrf: true },
    automaticPresenceSimulation: true,
  };
  await debug.send('WebAuthn.addVirtualAuthenticator', { options });
  await page.getByRole('button', { name: 'Set up a passkey' }).click();
  await page.getByText('The passkey is set up.').waitFor();
  await page.getByRole('button', { name: 'Lock' }).first().click();
  await page.getByRole('button', { name: 'Unlock with a passkey' }).click();
  await page.locator('.admin .pill-connected').waitFor();
  await page.getByRole('button', { name: 'Remove the passkey' }).click();
  await page.getByText('The passkey does not unlock this key any more.').waitFor();
  await page.getByRole('button', { name: 'Lock' }).first().click();
  await unlock(page).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Unlock with a passkey' }).count(), 0);
});

test('forgetting asks once more, and then the phone is nobody’s', async () => {
  const { page } = phone;
  await page.getByRole('button', { name: 'Forget this key' }).click();
  await page.getByRole('button', { name: 'Delete the key' }).click();
  await page.getByRole('heading', { name: 'Become an admin' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Become an admin' }).waitFor();
});

test('without the key the passkey still lets look, and change nothing', async () => {
  const { page } = phone;
  const debug = await phone.context.newCDPSession(page);
  await debug.send('WebAuthn.enable');
  await page.getByRole('button', { name: 'Sign in with a passkey, to look only' }).click();
  await page.getByText('You see the site and change nothing').waitFor();
  await page.locator('.admin .pill-connected').waitFor();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  const links = page.getByRole('navigation').getByRole('link');
  assert.equal(await links.filter({ hasText: 'Add a node' }).count(), 0);
  await assertAccessible(page, 'looking by passkey');
  await page.getByRole('button', { name: 'Lock' }).first().click();
  await page.getByRole('heading', { name: 'Become an admin' }).waitFor();
});
