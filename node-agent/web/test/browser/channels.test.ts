/** Channels of one's own: public, private by link and by QR code, and on plain http as well. */
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { after, afterEach, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { launchBrowser, Phone } from '../support/phone.ts';
import { Stranger } from '../support/stranger.ts';

let agent: RunningAgent;
let browser: Browser;
let plainOrigin: string;
let phones: Phone[] = [];

async function phone(url: string): Promise<Phone> {
  const opened = await Phone.open(browser, url);
  phones.push(opened);
  return opened;
}

/** An address of this machine that is not its own loop: no secure context there. */
function outerAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const outer = all.find((one) => one.family === 'IPv4' && !one.internal);
  assert.ok(outer, 'this test needs a network interface beside the loopback');
  return outer.address;
}

async function create(on: Phone, kind: string, name: string): Promise<void> {
  await on.page.getByRole('button', { name: 'New channel' }).click();
  const sheet = on.page.getByRole('dialog', { name: 'New channel' });
  await sheet.getByLabel('Name').fill(name);
  await sheet.getByRole('radio', { name: kind }).check();
  await sheet.getByRole('button', { name: 'Make the channel' }).click();
  await on.page.getByRole('heading', { name, exact: true }).waitFor();
}

before(async () => {
  [agent, browser] = await Promise.all([startAgent(), launchBrowser()]);
  plainOrigin = `http://${outerAddress()}:${agent.port}`;
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

test('a public channel is found by others at the node, and joined', async () => {
  const [ada, bob] = [await phone(agent.origin), await phone(agent.origin)];
  await Promise.all([ada.nameIt('Ada'), bob.nameIt('Bob')]);
  await create(ada, 'Public channel', 'lost-and-found');
  await ada.write('found: one blue glove');
  await bob.page.getByRole('button', { name: 'Join lost-and-found' }).click();
  await bob.sees('found: one blue glove');
  await bob.write('mine!');
  await ada.sees('mine!');
});

test('on plain http: a private channel is joined by a photo of its code', async () => {
  const [ada, bob] = [await phone(plainOrigin), await phone(plainOrigin)];
  assert.equal(await ada.page.evaluate('isSecureContext'), false);
  assert.equal(await ada.page.evaluate('typeof crypto.subtle'), 'undefined');
  await Promise.all([ada.nameIt('Ada'), bob.nameIt('Bob')]);
  await create(ada, 'Private channel', 'family');
  await ada.write('the key is under the mat');
  await ada.seesState('the key is under the mat', 'held');
  await ada.page.getByRole('button', { name: 'Invite people' }).click();
  const code = ada.page.getByRole('img', { name: /QR code/ });
  await code.waitFor();
  const photo = await ada.page.locator('.qr').screenshot();
  const link = await ada.page.getByLabel('Link', { exact: true }).inputValue();

  await bob.page.getByRole('button', { name: 'Join by code' }).click();
  const sheet = bob.page.getByRole('dialog', { name: 'Join a channel' });
  await sheet
    .locator('input[type=file]')
    .setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: photo });
  await sheet.getByText('Private channel').waitFor();
  await sheet.getByRole('button', { name: 'Join', exact: true }).click();
  await bob.sees('the key is under the mat');
  await bob.write('thanks');
  await ada.page.keyboard.press('Escape');
  await ada.sees('thanks');

  const cleo = await phone(link.replace(plainOrigin, agent.origin));
  await cleo.nameIt('Cleo');
  await cleo.page.getByRole('dialog').getByRole('button', { name: 'Join', exact: true }).click();
  await cleo.sees('thanks');
});

test('the node never sees the key of a private channel, nor what is said there', async () => {
  const ada = await phone(agent.origin);
  const frames: string[] = [];
  ada.page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => frames.push(String(payload)));
  });
  await ada.page.reload();
  await ada.nameIt('Ada');
  await create(ada, 'Private channel', 'hushhush');
  await ada.write('nobody else reads this');
  await ada.seesState('nobody else reads this', 'held');
  const bytes = frames
    .filter((frame) => frame.includes('"put"'))
    .map((frame) => Buffer.from(JSON.parse(frame).signed, 'base64url').toString('latin1'));
  assert.ok(bytes.length >= 2);
  for (const secret of ['hushhush', 'nobody else reads this']) {
    assert.ok(bytes.every((signed) => !signed.includes(secret)));
  }
  const listed = await (await fetch(`${agent.origin}/api/v1/channels`)).text();
  assert.equal(listed.includes('hushhush'), false);
});

test('a channel that was left is gone from the phone', async () => {
  const ada = await phone(agent.origin);
  await ada.nameIt('Ada');
  await create(ada, 'Public channel', 'short-lived');
  await ada.page.getByRole('button', { name: 'About this channel' }).click();
  await ada.page.getByRole('button', { name: 'Leave this channel' }).click();
  await ada.page.getByRole('button', { name: 'Join short-lived' }).waitFor();
});

test('a key that was copied is frozen, and the person can start again with a new one', async () => {
  const copy = await Stranger.come(agent.origin, 68, 'Copy');
  const again = await Stranger.come(agent.origin, 68, 'Copy');
  await copy.write({ name: 'Copy', text: 'one' });
  const answer = await again.write({ name: 'Copy', text: 'another under the same number' });
  assert.equal(answer.reason, 'author-forked');
  const ada = await phone(agent.origin);
  await ada.nameIt('Ada');
  await ada.page.evaluate(async (seed) => {
    const [{ name }] = (await indexedDB.databases()) as [{ name: string }];
    const open = indexedDB.open(name);
    const db: IDBDatabase = await new Promise((resolve) => {
      open.onsuccess = () => resolve(open.result);
    });
    const store = db.transaction('meta', 'readwrite').objectStore('meta');
    const read = store.get('identity');
    await new Promise<void>((resolve) => {
      read.onsuccess = () => {
        store.put({ ...read.result, deviceSeed: new Uint8Array(seed) }, 'identity');
        store.transaction.oncomplete = () => resolve();
      };
    });
    db.close();
  }, Array(32).fill(68));
  await ada.page.reload();
  const notice = ada.page.getByRole('alert').filter({ hasText: 'Your key is frozen' });
  await notice.getByRole('button', { name: 'More' }).click();
  await ada.page.getByRole('button', { name: 'Start with a new key' }).click();
  await notice.waitFor({ state: 'detached' });
  await ada.openChannel('general');
  await ada.write('with a new key');
  await ada.seesState('with a new key', 'held');
  await Promise.all([copy.leave(), again.leave()]);
});
