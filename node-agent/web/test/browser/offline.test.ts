/**
 * Without a node in reach the page still reads and takes what is written, and everything is
 * delivered once when a node is there again: the same one, or another one of the site.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { launchBrowser, Phone } from '../support/phone.ts';
import { openSwitchboard, type Switchboard } from '../support/switchboard.ts';

let board: Switchboard;
let nodeA: RunningAgent;
let nodeB: RunningAgent;
let browser: Browser;
let phones: Phone[] = [];

async function phone(url: string): Promise<Phone> {
  const opened = await Phone.open(browser, url);
  phones.push(opened);
  return opened;
}

before(async () => {
  board = await openSwitchboard();
  const hostNames = [`localhost:${board.port}`];
  [nodeA, browser] = await Promise.all([startAgent({ hostNames, name: 'A1' }), launchBrowser()]);
  nodeB = await startAgent({ hostNames, siteOf: nodeA, name: 'A3' });
});
afterEach(async () => {
  const errors = phones.flatMap((one) => one.errors);
  await Promise.all(phones.map((one) => one.close()));
  phones = [];
  assert.deepEqual(errors, []);
});
after(async () => {
  await browser?.close();
  await Promise.all([nodeA?.remove(), nodeB?.remove(), board?.close()]);
});

const once = async (on: Phone, text: string) =>
  assert.equal((await on.texts()).filter((one) => one === text).length, 1, text);

test('written while the node is dead, delivered once when it is back', async () => {
  board.lead(nodeA.port);
  const [ada, bob] = [await phone(board.origin), await phone(nodeA.origin)];
  await Promise.all([ada.begin('Ada'), bob.begin('Bob')]);
  await ada.write('before');
  await bob.sees('before');
  await nodeA.kill();
  await ada.offline();
  for (const text of ['one', 'two', 'three']) await ada.write(text);
  await ada.seesState('three', 'waiting');
  await ada.page.reload();
  await ada.seesState('three', 'waiting');
  await nodeA.start();
  for (const on of [ada, bob])
    await on.page
      .getByRole('button', { name: /offline|connect/ })
      .first()
      .waitFor();
  await ada.seesState('three', 'held');
  await bob.sees('three');
  for (const text of ['before', 'one', 'two', 'three']) {
    await once(ada, text);
    await once(bob, text);
  }
  assert.deepEqual(await bob.texts(), await ada.texts());
});

test('a phone that walks to another node loses nothing and doubles nothing', async () => {
  board.lead(nodeA.port);
  const ada = await phone(board.origin);
  await ada.begin('Ada');
  await ada.write('written at A1');
  await ada.seesState('written at A1', 'held');
  const bob = await phone(nodeB.origin);
  await bob.begin('Bob');
  await bob.write('written at A3 before Ada came');
  await bob.seesState('written at A3 before Ada came', 'held');
  board.lead(undefined);
  await ada.offline();
  await ada.write('written on the way');
  board.lead(nodeB.port);
  await ada.seesState('written on the way', 'held');
  await bob.sees('written at A1');
  await bob.sees('written on the way');
  await ada.sees('written at A3 before Ada came');
  for (const text of ['written at A1', 'written on the way', 'written at A3 before Ada came']) {
    await once(ada, text);
    await once(bob, text);
  }
  const shared = new Set(await bob.texts());
  assert.deepEqual(
    (await ada.texts()).filter((text) => shared.has(text)),
    await bob.texts(),
  );
  await ada.page.getByRole('link', { name: 'Back to the channels' }).click();
  await ada.page.locator('.list-title', { hasText: 'A3' }).waitFor();
});

test('on a secure address the page opens without any node, with what was read before', async () => {
  board.lead(nodeA.port);
  const cleo = await phone(board.origin);
  await cleo.begin('Cleo');
  await cleo.write('kept on the phone');
  await cleo.seesState('kept on the phone', 'held');
  await cleo.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  board.lead(undefined);
  await cleo.page.reload();
  await cleo.sees('kept on the phone');
  await cleo.write('written into the void');
  await cleo.seesState('written into the void', 'waiting');
  await cleo.page.getByRole('button', { name: 'Invite people' }).click();
  await cleo.page.getByRole('dialog', { name: 'Invite to general' }).waitFor();
  await cleo.page.keyboard.press('Escape');
  board.lead(nodeA.port);
  await cleo.seesState('written into the void', 'held');
});

test('the offline state says when it tries again, and tries at once when asked', async () => {
  board.lead(nodeA.port);
  const dora = await phone(board.origin);
  await dora.begin('Dora');
  board.lead(undefined);
  await dora.offline();
  await dora.page.getByRole('button', { name: /offline/ }).click();
  const sheet = dora.page.getByRole('dialog', { name: 'Connection' });
  await sheet.getByText('No node answers right now.').waitFor();
  // Pressed in the same moment, or the page's own next attempt could be there first.
  const tryNow = (await sheet.getByRole('button', { name: 'Try now' }).elementHandle())!;
  board.lead(nodeA.port);
  await tryNow.evaluate((button) => (button as HTMLElement).click());
  await sheet.getByText('connected').waitFor();
});
