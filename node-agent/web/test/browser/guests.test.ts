/**
 * How guests come in by the site's rules, and how people get and lose a role: an admin's page, the
 * phones of guests and one real node between them.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { becomeAdmin, goTo } from '../support/admin.ts';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { findSmallTargets, findWide } from '../support/audit.ts';
import { assertAccessible } from '../support/axe.ts';
import { launchBrowser, Phone } from '../support/phone.ts';

let agent: RunningAgent;
let browser: Browser;
let admin: Phone;
const phones: Phone[] = [];

async function phone(name?: string): Promise<Phone> {
  const opened = await Phone.open(browser, agent.origin);
  phones.push(opened);
  if (name !== undefined) await opened.page.getByLabel('Your name').fill(name);
  if (name !== undefined) await opened.page.getByRole('button', { name: 'Start talking' }).click();
  return opened;
}

async function setAdmission(label: string): Promise<void> {
  await goTo(admin, 'Site rules');
  await admin.page.getByRole('radio', { name: label }).check();
  await admin.page.getByRole('button', { name: 'Put these rules in force' }).click();
  await admin.page.getByText('These rules are in force.').waitFor();
}

before(async () => {
  [agent, browser] = await Promise.all([startAgent(), launchBrowser()]);
  admin = await Phone.open(browser, agent.origin, { width: 1280, height: 800 });
  phones.push(admin);
  await admin.nameIt('Ada');
  await becomeAdmin(admin, agent);
});
after(async () => {
  const errors = phones.flatMap((one) => one.errors);
  await browser?.close();
  await agent?.remove();
  assert.deepEqual(errors, []);
});

test('an announcement stands above everybody’s page, and goes when it is taken away', async () => {
  const mira = await phone('Mira');
  await goTo(admin, 'Site rules');
  const field = admin.page.getByLabel(/Shown to everybody/);
  await field.fill('Gate B is closed. Use gate C. '.repeat(6));
  await admin.page.getByRole('button', { name: 'Put these rules in force' }).click();
  await mira.page.getByText('Gate B is closed.').waitFor();
  await assertAccessible(mira.page, 'announcement');
  assert.deepEqual(await findWide(mira.page), []);
  await field.fill('');
  await admin.page.getByRole('button', { name: 'Put these rules in force' }).click();
  await mira.page.getByText('Gate B is closed.').waitFor({ state: 'detached' });
});

test('with passes: nobody comes in without one, and a scanned link is enough', async () => {
  await setAdmission('With a guest pass');
  const mira = await phone('Mira');
  await mira.page.getByRole('heading', { name: 'Show your guest pass' }).waitFor();
  await assertAccessible(mira.page, 'pass wanted');
  assert.deepEqual(await findWide(mira.page), []);
  assert.deepEqual(await findSmallTargets(mira.page), []);
  await mira.page.getByLabel('Or paste it here').fill('MUSTER-PASS:1:NONSENSE0');
  await mira.page.getByRole('button', { name: 'Go in' }).click();
  await mira.page.getByText('This is not a guest pass.').waitFor();
  await mira.page.getByLabel('Or paste it here').fill(`MUSTER-PASS:1:${'ABCD'.repeat(20)}`);
  await mira.page.getByRole('button', { name: 'Go in' }).click();
  await mira.page.getByText('That pass is not one of this site.').waitFor();
  await goTo(admin, 'People');
  await admin.page.getByRole('button', { name: 'Make a guest pass' }).click();
  await admin.page.getByRole('img', { name: /QR code/ }).waitFor();
  const link = await admin.page.getByLabel('Link').inputValue();
  const theo = await Phone.open(browser, link);
  phones.push(theo);
  await theo.nameIt('Theo');
  await theo.connected();
  await mira.page.getByLabel('Or paste it here').fill(link);
  await mira.page.getByRole('button', { name: 'Go in' }).click();
  await mira.connected();
  await mira.page.getByRole('link', { name: /^general/ }).waitFor();
});

test('with approval: a guest waits with their place until somebody lets them in', async () => {
  await setAdmission('Whom staff let in');
  const sanne = await phone('Sanne');
  await sanne.page.getByText('You are next.').waitFor();
  await assertAccessible(sanne.page, 'waiting room');
  const jonas = await phone('Jonas');
  await jonas.page.getByText('You are number 2 in line.').waitFor();
  await goTo(admin, 'People');
  await admin.page.getByRole('button', { name: 'Not now: Sanne' }).click();
  await sanne.page.getByRole('heading', { name: 'Not this time' }).waitFor();
  await assertAccessible(sanne.page, 'turned away');
  await jonas.page.getByText('You are next.').waitFor();
  await admin.page.getByRole('button', { name: 'Let in Jonas' }).click();
  await jonas.connected();
  await setAdmission('Everybody');
});

/** What the settings of this phone show of its key, as text. */
async function keyOf(one: Phone): Promise<string> {
  await one.page.getByRole('button', { name: 'Settings' }).click();
  await one.page.getByRole('button', { name: 'Show my key' }).click();
  await one.page.getByRole('img', { name: /QR code/ }).waitFor();
  await assertAccessible(one.page, 'my key');
  const code = await one.page.getByLabel('As text').inputValue();
  await one.page.keyboard.press('Escape');
  return code;
}

test('somebody becomes staff by their key, lets guests in, and loses the badge again', async () => {
  const [crew, guest] = [await phone('Crew'), await phone('Nia')];
  await crew.openChannel('general');
  await crew.write('as a guest');
  await guest.openChannel('general');
  await guest.sees('as a guest');
  const badge = (text: string) =>
    guest.page.locator('.author', { hasText: 'Crew' }).getByText(text);
  await badge('guest').waitFor();
  await crew.page.getByRole('link', { name: 'Back to the channels' }).click();
  const code = await keyOf(crew);
  await goTo(admin, 'People');
  await admin.page.getByLabel('Their key as text').fill(code);
  await admin.page.getByRole('radio', { name: /^staff/ }).check();
  await admin.page.getByRole('button', { name: 'Give this role' }).click();
  await admin.page.getByText('Crew is staff from their next connection on.').first().waitFor();
  await crew.page.getByText('You are staff now.').waitFor();
  await crew.connected();
  await crew.openChannel('general');
  await crew.write('as staff');
  await badge('staff').waitFor();
  await setAdmission('Whom staff let in');
  const late = await phone('Lee');
  await late.page.getByText('You are next.').waitFor();
  await crew.page.getByRole('button', { name: 'Look' }).click();
  await assertAccessible(crew.page, 'people waiting');
  await crew.page.getByRole('button', { name: 'Let in Lee' }).click();
  await late.connected();
  await crew.page.getByRole('button', { name: 'Make a guest pass' }).click();
  await assertAccessible(crew.page, 'guest pass');
  await crew.page.getByRole('button', { name: 'Make a guest pass' }).last().click();
  await crew.page.getByRole('img', { name: /QR code/ }).waitFor();
  await setAdmission('Everybody');
  await goTo(admin, 'People');
  await admin.page.getByRole('button', { name: 'Change the role of Crew' }).first().click();
  await admin.page.getByRole('button', { name: 'Shut out' }).click();
  await admin.page.getByRole('button', { name: 'Shut out' }).click();
  await admin.page.getByText('Crew is shut out.').waitFor();
  await badge('staff').waitFor({ state: 'detached' });
  await badge('revoked').first().waitFor();
  await goTo(admin, 'Trail');
  for (const words of ['shut out Crew', 'made Crew staff', 'changed the site rules']) {
    await admin.page.getByText(words).first().waitFor();
  }
});
