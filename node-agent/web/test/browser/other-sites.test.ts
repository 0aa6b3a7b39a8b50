/**
 * Other sites on the page: their channels and authors, what is signed for MQTT clients, and the
 * message that stays. On a real agent; an uplink of the tests brings what a relay would.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Crossing, pinOf, Role, siteChannelTag } from '@muster/core';
import type { Browser } from 'playwright-core';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { findLowContrast, findNameless, findSmallTargets, findWide } from '../support/audit.ts';
import { harbour, news, otherRoot, otherSite, otherTicket, rule } from '../support/other-site.ts';
import { launchBrowser, Phone, type PhoneOptions } from '../support/phone.ts';
import { crypto, keyPair } from '../support/site.ts';
import { Stranger } from '../support/stranger.ts';
import { adopt, bring, writeFor } from '../support/uplink.ts';

const hostileName = '<img src=x onerror=window.hit=1>';
const evilRoot = keyPair(51);
const evil = pinOf(crypto, { siteKey: evilRoot.publicKey, name: hostileName, relays: [] });
const tides = siteChannelTag(crypto, otherRoot.publicKey, 'tides');

let agent: RunningAgent;
let browser: Browser;
let local: Stranger;
let phones: Phone[] = [];
let revision = 0;
/** One number after the other, as an author must. */
let told = 0;

async function phone(options: PhoneOptions = {}): Promise<Phone> {
  const opened = await Phone.open(browser, agent.origin, options);
  phones.push(opened);
  return opened;
}

async function pinAll(): Promise<void> {
  revision += 1;
  const rules = (site: Uint8Array, siteKey: Uint8Array) => [
    rule(),
    rule({ tag: tides, name: 'tides', crossing: Crossing.both }),
    rule({
      tag: siteChannelTag(crypto, siteKey, 'general'),
      name: 'general',
      home: site,
      crossing: Crossing.both,
      peers: [otherSite, evil.site],
    }),
    rule({
      tag: siteChannelTag(crypto, evilRoot.publicKey, hostileName),
      name: hostileName,
      home: evil.site,
      peers: [evil.site],
    }),
  ];
  await adopt(agent, { revision, pins: [harbour, evil], rules });
}

/** Somebody of harbour writes; every message by a key of its own, so that no chain is needed. */
async function fromHarbour(
  text: string,
  more: { readonly tag?: Uint8Array; readonly name?: string; readonly role?: Role } = {},
): Promise<void> {
  told += 1;
  const author = keyPair(100 + told);
  const { tag = news, name = 'Mira', role = Role.user } = more;
  const ticket = otherTicket(author.publicKey, role);
  await bring(agent, { tag, author, name, text, ms: Date.now(), site: otherSite, ticket });
}

before(async () => {
  [agent, browser] = await Promise.all([
    startAgent({ uplink: true, channels: ['general', 'help'], name: 'Box 3' }),
    launchBrowser(),
  ]);
  local = await Stranger.come(agent.origin, 53, 'Mira@harbour');
  await pinAll();
});
afterEach(async () => {
  const errors = phones.flatMap((one) => one.errors);
  await Promise.all(phones.map((one) => one.close()));
  phones = [];
  assert.deepEqual(errors, []);
});
after(async () => {
  await local?.leave();
  await browser?.close();
  await agent?.remove();
});

test('a channel of another site is found under its own heading, and read', async () => {
  await fromHarbour('high tide at nine');
  const ada = await phone();
  await ada.nameIt('Ada');
  const section = ada.page.getByRole('region', { name: 'From other sites' });
  const link = section.getByRole('link', { name: /^news/ });
  await link.locator('.channel-name .site-mark', { hasText: 'harbour' }).waitFor();
  await link.click();
  await ada.sees('high tide at nine');
  const author = ada.page.locator('.author').first();
  assert.equal(await author.locator('.author-name').textContent(), 'Mira');
  assert.equal(await author.locator('.site-mark').textContent(), 'harbour');
  await ada.page.getByText('This site reads the channels of harbour').waitFor();
  assert.equal(await ada.page.getByLabel(/^Write in/).count(), 0);
  assert.equal(await ada.page.getByRole('button', { name: 'Invite people' }).count(), 0);
  await ada.page.locator('.row-other .meta').first().click();
  const sheet = ada.page.getByRole('dialog', { name: 'Message' });
  await sheet.getByText('Key of the site').waitFor();
});

test('a badge of another site says whose it is, and a name cannot draw the mark', async () => {
  const ada = await phone();
  await ada.begin('Ada');
  const tag = local.channel('general');
  await fromHarbour('all ferries stop', { tag, name: 'Pier', role: Role.staff });
  await local.write({ name: 'Mira@harbour', text: 'I am not of harbour' });
  await ada.sees('all ferries stop');
  await ada.sees('I am not of harbour');
  const staff = ada.page.locator('.row', { hasText: 'all ferries stop' });
  assert.equal(await staff.locator('.badge-elsewhere').textContent(), 'staff of harbour');
  assert.equal(await staff.locator('.badge-staff').count(), 0);
  const posing = ada.page.locator('.row', { hasText: 'I am not of harbour' });
  assert.equal(await posing.locator('.site-mark').count(), 0);
  assert.equal(await posing.locator('.author-name').textContent(), 'Mira·harbour');
});

test('what a box signs for an MQTT client looks like no person', async () => {
  const ada = await phone();
  await ada.begin('Ada', 'help');
  const tag = local.channel('help');
  await writeFor(agent, 'sensor-1', { tag, name: 'sensor-1', text: 'door open' });
  await ada.sees('door open');
  const row = ada.page.locator('.row', { hasText: 'door open' });
  assert.equal(await row.locator('.author-name').textContent(), 'sensor-1');
  assert.equal(await row.locator('.via').textContent(), 'via MQTTat Box 3');
  assert.equal(await row.locator('.badge-node, .badge-staff').count(), 0);
  await row.locator('.meta').click();
  const sheet = ada.page.getByRole('dialog', { name: 'Message' });
  await sheet.getByText('The node signed it, no person did').waitFor();
  await ada.page.keyboard.press('Escape');
});

test('a message can stay: by the keyboard, and for that message only', async () => {
  const [ada, bob] = [await phone(), await phone()];
  await Promise.all([ada.begin('Ada'), bob.begin('Bob')]);
  const { page } = ada;
  const stay = page.getByRole('checkbox', { name: 'Stay on this site' });
  assert.equal(await stay.isChecked(), false);
  await page.getByText(/^goes to harbour/).waitFor();
  await stay.focus();
  await page.keyboard.press('Space');
  await ada.write('only for us');
  await ada.seesState('only for us', 'held');
  await page.locator('.row-own .stays').waitFor();
  assert.equal(await stay.isChecked(), false);
  await bob.page.locator('.row-other .stays').waitFor();
  await ada.write('for everybody');
  await ada.seesState('for everybody', 'held');
  assert.equal(await page.locator('.row-own .stays').count(), 1);
  await page.getByRole('link', { name: 'Back to the channels' }).click();
  await ada.openChannel('help');
  assert.equal(await stay.count(), 0);
  await page.getByRole('link', { name: 'Back to the channels' }).click();
  await page.getByRole('link', { name: /^tides/ }).click();
  await page.getByLabel('Write in tides').waitFor();
});

test('script in the name of a site or of its channel stays text', async () => {
  const ada = await phone();
  await ada.begin('Ada');
  await ada.page.getByText(hostileName).first().waitFor({ state: 'attached' });
  await ada.page.getByRole('button', { name: 'About this channel' }).click();
  await ada.page.getByRole('dialog').getByText(hostileName).waitFor();
  await ada.page.keyboard.press('Escape');
  await ada.page.getByRole('link', { name: 'Back to the channels' }).click();
  await ada.page.getByRole('link', { name: /^<img/ }).click();
  await ada.page.getByRole('heading', { name: hostileName }).waitFor();
  assert.equal(await ada.page.evaluate('window.hit'), undefined);
  const made = '#app img, #app script, #app [onerror]';
  assert.equal(await ada.page.locator(made).count(), 0);
});

for (const [width, dark] of [
  [320, false],
  [360, true],
  [1280, false],
] as const) {
  test(`at ${width} px ${dark ? 'dark' : 'light'} it fits, can be read and touched`, async () => {
    const ada = await phone({ width, dark });
    const look = async (place: string) => {
      assert.deepEqual(await findWide(ada.page), [], place);
      assert.deepEqual(await findLowContrast(ada.page), [], place);
      assert.deepEqual(await findNameless(ada.page), [], place);
      assert.deepEqual(await findSmallTargets(ada.page), [], place);
    };
    await ada.nameIt('Ada');
    await ada.page.getByRole('heading', { name: 'From other sites' }).waitFor();
    await look('list');
    await ada.openChannel('general');
    await ada.sees('all ferries stop');
    await look('channel');
    await ada.page.getByRole('button', { name: 'About this channel' }).click();
    await ada.page.getByRole('dialog').waitFor();
    await look('about');
    await ada.page.keyboard.press('Escape');
    await ada.page.locator('.row-other .meta').first().click();
    await ada.page.getByRole('dialog').waitFor();
    await look('message');
  });
}

test('a site that is unpinned is gone from the page, whatever older policy is shown', async () => {
  const ada = await phone();
  await ada.begin('Ada');
  await ada.sees('all ferries stop');
  revision += 1;
  await adopt(agent, { revision, pins: [], rules: () => [] });
  await ada.page.locator('.text', { hasText: 'all ferries stop' }).waitFor({ state: 'detached' });
  await ada.sees('for everybody');
  await ada.page.getByRole('link', { name: 'Back to the channels' }).click();
  await ada.page.getByRole('heading', { name: 'From other sites' }).waitFor({ state: 'detached' });
  await assert.rejects(
    adopt(agent, { revision: 1, pins: [harbour], rules: () => [rule()] }),
    /policy-old/,
  );
});
