/** The main job in real browsers on a real node: people write, and the others read it. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { launchBrowser, Phone } from '../support/phone.ts';

let agent: RunningAgent;
let browser: Browser;
let phones: Phone[] = [];

async function phone(url = agent.origin): Promise<Phone> {
  const opened = await Phone.open(browser, url);
  phones.push(opened);
  return opened;
}

before(async () => {
  [agent, browser] = await Promise.all([
    startAgent({ channels: ['general', 'help'] }),
    launchBrowser(),
  ]);
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

test('two people exchange messages, and each knows that the own one is held', async () => {
  const [ada, bob] = [await phone(), await phone()];
  await Promise.all([ada.begin('Ada'), bob.begin('Bob')]);
  await ada.write('hello from Ada');
  await bob.sees('hello from Ada');
  await ada.seesState('hello from Ada', /^held$/);
  await bob.write('hello from Bob');
  await ada.sees('hello from Bob');
  const [first, second] = await Promise.all([ada.texts(), bob.texts()]);
  assert.deepEqual(first, ['hello from Ada', 'hello from Bob']);
  assert.deepEqual(second, first);
});

test('a reload keeps the person, the messages and the channel', async () => {
  const cleo = await phone();
  await cleo.begin('Cleo', 'help');
  await cleo.write('still here after a reload');
  await cleo.seesState('still here after a reload', 'held');
  await cleo.page.reload();
  await cleo.seesState('still here after a reload', 'held');
  assert.deepEqual(await cleo.texts(), ['still here after a reload']);
});

test('two tabs of one phone are one person', async () => {
  const one = await phone();
  await one.begin('Dora', 'help');
  const two = await one.tab(one.page.url());
  phones.push(two);
  await two.page.getByRole('heading', { name: 'help', exact: true }).waitFor();
  await one.write('from the first tab');
  await two.write('from the second tab');
  await one.seesState('from the second tab', 'held');
  await two.seesState('from the first tab', 'held');
});

test('what a newcomer has missed is there, and what is old is not counted as unread', async () => {
  const eve = await phone();
  await eve.nameIt('Eve');
  await eve.connected();
  await eve.page.getByText('hello from Bob').waitFor();
  assert.equal(await eve.page.locator('.unread').count(), 0);
  await eve.openChannel('general');
  await eve.sees('hello from Ada');
});

test('a message in another channel is unread until it is looked at', async () => {
  const [finn, gia] = [await phone(), await phone()];
  await finn.begin('Finn', 'general');
  await gia.begin('Gia', 'help');
  await gia.write('who has a charger?');
  await gia.seesState('who has a charger?', 'held');
  await finn.page.getByRole('link', { name: 'Back to the channels' }).click();
  await finn.page.getByText('1 unread message').waitFor({ state: 'attached' });
  await finn.openChannel('help');
  await finn.page.locator('.separator-new').waitFor();
  await finn.page.getByRole('link', { name: 'Back to the channels' }).click();
  await finn.page.getByText('1 unread message').waitFor({ state: 'detached' });
});

test('a new name is seen by the others, and the key stays the same', async () => {
  const [jo, kim] = [await phone(), await phone()];
  await Promise.all([jo.begin('Jo', 'help'), kim.begin('Kim', 'help')]);
  await jo.write('as Jo');
  await kim.sees('as Jo');
  await jo.page.getByRole('link', { name: 'Back to the channels' }).click();
  await jo.page.getByRole('button', { name: 'Settings' }).click();
  await jo.page.getByLabel('Name', { exact: true }).fill('Johanna');
  await jo.page.getByRole('button', { name: 'Save' }).click();
  await jo.page.getByText('Saved.').waitFor();
  await jo.page.keyboard.press('Escape');
  await jo.openChannel('help');
  await jo.write('as Johanna');
  await kim.sees('as Johanna');
  const authors = kim.page.locator('.author', { hasText: 'Jo' });
  const tags = await authors.locator('.key-tag').allTextContents();
  assert.equal(tags.length, 2);
  assert.equal(tags[0], tags[1]);
  assert.equal(await kim.page.locator('.badge-new').count(), 0);
});

test('a channel that is joined in one tab is there in the other', async () => {
  const one = await phone();
  await one.nameIt('Lou');
  const two = await one.tab(agent.origin);
  phones.push(two);
  await one.page.getByRole('button', { name: 'New channel' }).click();
  await one.page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('in-both-tabs');
  await one.page.getByRole('button', { name: 'Make the channel' }).click();
  await two.page.getByRole('link', { name: /^in-both-tabs/ }).waitFor();
});

test('who is here is told by name, and leaves when they leave', async () => {
  const [hal, ida] = [await phone(), await phone()];
  await Promise.all([hal.nameIt('Hal'), ida.nameIt('Ida')]);
  await hal.page.getByRole('button', { name: /Who is here: 2 people/ }).click();
  const sheet = hal.page.getByRole('dialog', { name: 'Who is here' });
  await sheet.getByText('Ida').waitFor();
  await ida.close();
  await sheet.getByText('Ida').waitFor({ state: 'detached' });
});
