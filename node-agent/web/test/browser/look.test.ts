/**
 * What everybody needs of the page: it fits a small phone whatever strangers write, it can be read
 * in both themes, every control has a name and a size for fingers, and the keyboard reaches all.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { findLowContrast, findNameless, findSmallTargets, findWide } from '../support/audit.ts';
import { launchBrowser, Phone, type PhoneOptions } from '../support/phone.ts';
import { Stranger } from '../support/stranger.ts';

let agent: RunningAgent;
let browser: Browser;
let phones: Phone[] = [];

async function phone(options: PhoneOptions = {}): Promise<Phone> {
  const opened = await Phone.open(browser, agent.origin, options);
  phones.push(opened);
  return opened;
}

before(async () => {
  [agent, browser] = await Promise.all([startAgent(), launchBrowser()]);
  const long = 'W'.repeat(60);
  const rude = await Stranger.come(agent.origin, 71, long);
  await rude.write({ name: long, text: 'x'.repeat(900) });
  await rude.write({
    name: '\u0645\u0631\u062D\u0628\u0627',
    text: '\u0645\u0631\u062D\u0628\u0627 \u0628\u0643\u0645',
  });
  await rude.write({ name: 'Z', text: `https://example.org/${'very-long/'.repeat(30)}` });
  await rude.leave();
});
afterEach(async () => {
  const errors = phones.flatMap((one) => one.errors);
  await Promise.all(phones.map((one) => one.close()));
  phones = [];
  assert.deepEqual(errors, []);
});
after(async () => {
  await browser?.close();
  await agent?.remove();
});

/** Goes to every place of the page and calls `look` there. */
async function everywhere(on: Phone, look: (place: string) => Promise<void>): Promise<void> {
  const { page } = on;
  const sheet = async (open: string | RegExp, place: string) => {
    await page.getByRole('button', { name: open }).filter({ visible: true }).last().click();
    await page.getByRole('dialog').waitFor();
    await look(place);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  await look('start');
  await sheet('What is protected?', 'safety');
  await on.nameIt('Ada');
  await page.getByText('general').first().waitFor();
  await look('list');
  await sheet('Settings', 'settings');
  await sheet(/Who is here/, 'here');
  await sheet('New channel', 'create');
  await sheet('Join by code', 'join');
  await on.openChannel('general');
  await on.sees('example.org');
  await on.write('an own message');
  await on.seesState('an own message', 'held');
  await look('channel');
  await sheet('Invite people', 'share');
  await sheet('About this channel', 'about');
  await sheet(/^(connected|offline)/, 'connection');
  await page.locator('.row-other .meta').first().click();
  await page.getByRole('dialog').waitFor();
  await look('message');
  await page.keyboard.press('Escape');
}

for (const width of [320, 360, 1280]) {
  test(`at ${width} px nothing is wider than the screen, whatever strangers write`, async () => {
    const one = await phone({ width });
    await everywhere(one, async (place) => assert.deepEqual(await findWide(one.page), [], place));
  });
}

for (const dark of [false, true]) {
  test(`${dark ? 'dark' : 'light'}: every text can be read`, async () => {
    const one = await phone({ dark });
    await everywhere(one, async (place) => {
      assert.deepEqual(await findLowContrast(one.page), [], place);
    });
  });
}

test('every control has a name and is large enough for a finger', async () => {
  const one = await phone();
  await everywhere(one, async (place) => {
    assert.deepEqual(await findNameless(one.page), [], place);
    assert.deepEqual(await findSmallTargets(one.page), [], place);
  });
});

test('the chosen theme holds against that of the phone, also after a reload', async () => {
  const one = await phone({ dark: true });
  await one.nameIt('Ada');
  const ground = () => one.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await one.page.getByRole('button', { name: 'Settings' }).click();
  await one.page.getByRole('radio', { name: 'Light' }).check();
  const light = await ground();
  assert.notEqual(light, dark);
  await one.page.reload();
  await one.page.locator('.list-page').waitFor();
  assert.equal(await ground(), light);
});

const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: one } = document;
    return one?.getAttribute('aria-label') ?? one?.textContent ?? '';
  });

test('with the keyboard alone: a channel, its messages, a sheet, and back', async () => {
  const one = await phone({ width: 1280, height: 800 });
  const { page } = one;
  await page.getByLabel('Your name').focus();
  await page.keyboard.type('Kim');
  await page.keyboard.press('Enter');
  const link = page.getByRole('link', { name: /^general/ });
  await link.focus();
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'New channel');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.getByLabel('Write in general').focus();
  await page.keyboard.type('first line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  await page.keyboard.press('Enter');
  await one.seesState('first line', 'held');
  assert.equal((await one.texts()).at(-1), 'first line\nsecond line');
  await page.getByRole('list', { name: 'Messages in general' }).focus();
  await page.keyboard.press('ArrowUp');
  assert.match(await focused(page), /first line/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Message' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.match(await focused(page), /first line/);
});

test('what others write is told to screen readers while one is in the channel', async () => {
  const one = await phone();
  await one.begin('Lee');
  const guest = await Stranger.come(agent.origin, 72, 'Nia');
  await guest.write({ name: 'Nia', text: 'can you hear me?' });
  const heard = one.page.getByRole('log').filter({ hasText: 'Nia: can you hear me?' });
  await heard.waitFor({ state: 'attached' });
  await guest.leave();
});
