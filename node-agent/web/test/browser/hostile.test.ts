/**
 * What hostile guests can put into names, texts, topics and links, under valid signatures, stays
 * text: nothing runs, nothing is made of it, nobody looks like somebody else.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  BundleKind,
  ChannelKind,
  channelTag,
  encodeChannelLink,
  encodeDescription,
  utf8,
} from '@muster/core';
import type { Browser } from 'playwright-core';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { launchBrowser, Phone } from '../support/phone.ts';
import { crypto } from '../support/site.ts';
import { Stranger } from '../support/stranger.ts';

let agent: RunningAgent;
let browser: Browser;
let mallory: Stranger;
let ada: Phone;

before(async () => {
  [agent, browser] = await Promise.all([startAgent(), launchBrowser()]);
  mallory = await Stranger.come(agent.origin, 66, '<img src=x onerror=window.hit=1>');
  ada = await Phone.open(browser, agent.origin);
  await ada.begin('Ada');
});
after(async () => {
  await mallory?.leave();
  await browser?.close();
  await agent?.remove();
  assert.deepEqual(ada.errors, []);
});

const scripts = [
  '<script>window.hit=1</script>',
  '<img src=x onerror="window.hit=1">',
  '<svg onload=window.hit=1><use href="data:image/svg+xml,x"/></svg>',
  '"><iframe srcdoc="<script>parent.hit=1</script>">',
];

test('script in names, texts and topics is shown as text and never runs', async () => {
  for (const script of scripts) {
    assert.equal((await mallory.write({ name: script.slice(0, 60), text: script })).type, 'held');
    await ada.sees(script);
  }
  const name = '<img src=x onerror=window.hit=1>';
  const origin = { site: mallory.site, creator: mallory.key.publicKey, label: utf8(name) };
  const tag = channelTag(crypto, origin);
  const payload = encodeDescription({
    kind: ChannelKind.public,
    revision: 0,
    label: origin.label,
    topic: scripts[0]!,
    writers: [],
    sealed: new Uint8Array(0),
  });
  await mallory.write({ tag, kind: BundleKind.channelDescription, payload });
  await ada.page.getByRole('link', { name: 'Back to the channels' }).click();
  await ada.page.locator('.other-item', { hasText: name }).waitFor();
  await ada.page.getByRole('button', { name: /Who is here/ }).click();
  await ada.page.getByRole('dialog').getByText(name).waitFor();
  await ada.page.keyboard.press('Escape');
  await ada.page.getByRole('button', { name: `Join ${name}` }).click();
  await ada.page.getByRole('heading', { name }).waitFor();
  assert.equal(await ada.page.evaluate('window.hit'), undefined);
  const made = '#app img, #app script, #app iframe, #app .text svg, #app [onerror], #app [onload]';
  assert.equal(await ada.page.locator(made).count(), 0);
  await ada.page.goto(`${agent.origin}/#/`);
  await ada.openChannel('general');
});

test('links go where they say, and only to the web', async () => {
  const text =
    'javascript:alert(1) data:text/html,x http://bank.example@evil.example/ https://ok.example/a?b=1).';
  await mallory.write({ name: 'Mallory', text });
  await ada.sees('javascript:alert(1)');
  const row = ada.page.locator('.row', { hasText: 'javascript:alert(1)' });
  const links = await row
    .locator('a')
    .evaluateAll((all) =>
      all.map((one) => [one.getAttribute('href'), one.textContent, one.getAttribute('rel')]),
    );
  const rel = 'noopener noreferrer nofollow ugc';
  assert.deepEqual(links, [['https://ok.example/a?b=1', 'https://ok.example/a?b=1', rel]]);
});

test('invisible and direction-turning characters do nothing', async () => {
  const name = '\u202EffatS\u200B\u2066 \u2713';
  await mallory.write({ name, text: 'turned \u202Egnp.exe\u202C end\u200B\u200B' });
  await ada.sees('turned gnp.exe end');
  const row = ada.page.locator('.row', { hasText: 'turned gnp.exe end' });
  const author = row.locator('.author-name');
  assert.equal(await author.textContent(), 'ffatS');
});

test('a guest who takes a known name wears no badge and is shown as a new key', async () => {
  await ada.write('I am the real Ada');
  await mallory.write({ name: 'Аdа', text: 'I am Ada too' });
  const row = ada.page.locator('.row', { hasText: 'I am Ada too' });
  await row.locator('.badge-new', { hasText: 'new key' }).waitFor();
  assert.equal(await row.locator('.badge-staff, .badge-admin, .badge-node').count(), 0);
  await row.locator('.meta').click();
  const sheet = ada.page.getByRole('dialog', { name: 'Message' });
  await sheet.getByText('another key was seen under this name first').waitFor();
  await ada.page.keyboard.press('Escape');
});

test('a stamp from the year 2200 is shown without a time, one from 1970 too', async () => {
  await mallory.write({ name: 'M', text: 'from the far future', ms: Date.UTC(2200, 0, 1) });
  await mallory.write({ name: 'M', text: 'from long ago', ms: 1000 });
  for (const text of ['from the far future', 'from long ago']) {
    const row = ada.page.locator('.row', { hasText: text });
    await row.locator('.meta', { hasText: 'time unknown' }).waitFor();
  }
});

test('in an announcement channel nobody but its makers is heard', async () => {
  const bea = await Stranger.come(agent.origin, 67, 'Bea');
  const label = utf8('notices');
  const tag = channelTag(crypto, { site: bea.site, creator: bea.key.publicKey, label });
  const link = { kind: ChannelKind.announcement, creator: bea.key.publicKey, name: 'notices' };
  const code = encodeChannelLink({ ...link, key: new Uint8Array(0) });
  await ada.page.goto(`${agent.origin}/#join=${code}`);
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Join', exact: true }).click();
  await ada.page.getByRole('heading', { name: 'notices' }).waitFor();
  await ada.page.getByText('Only the makers of this channel can write here.').waitFor();
  await mallory.write({ tag, name: 'Bea', text: 'the exits are locked' });
  await bea.write({ tag, name: 'Bea', text: 'doors open at seven' });
  await ada.sees('doors open at seven');
  assert.deepEqual(await ada.texts(), ['doors open at seven']);
  await bea.leave();
});
