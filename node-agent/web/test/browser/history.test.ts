/**
 * A channel with a past: scrolling back finds all of it, and nothing that arrives moves the reader.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { launchBrowser, Phone } from '../support/phone.ts';
import { staffTicket } from '../support/staff.ts';
import { Stranger } from '../support/stranger.ts';

const count = 220;
let agent: RunningAgent;
let browser: Browser;
let crew: Stranger;
let phones: Phone[] = [];

before(async () => {
  [agent, browser] = await Promise.all([startAgent(), launchBrowser()]);
  crew = await Stranger.come(agent.origin, 80, 'Crew', await staffTicket(agent));
  const start = Date.now() - count * 60_000;
  for (let i = 0; i < count; i++) {
    const more = i % 5 === 0 ? ' which takes up a line or two more than the others do' : '';
    const text = `message ${i}${more}`;
    // The API takes 40 messages a second after the first 120.
    if (i > 100) await new Promise((resolve) => setTimeout(resolve, 27));
    const answer = await crew.write({ name: 'Crew', text, ms: start + i * 60_000 });
    assert.equal(answer.type, 'held');
  }
});
afterEach(async () => {
  const errors = phones.flatMap((one) => one.errors);
  await Promise.all(phones.map((one) => one.close()));
  phones = [];
  assert.deepEqual(errors, []);
});
after(async () => {
  await crew?.leave();
  await browser?.close();
  await agent?.remove();
});

async function reader(): Promise<Phone> {
  const one = await Phone.open(browser, agent.origin);
  phones.push(one);
  await one.begin('Reader');
  await one.sees(`message ${count - 1}`);
  return one;
}

interface Place {
  readonly text: string;
  readonly top: number;
}

/** The first row in sight and where it is, after scrolling there when `to` is given. */
function place(on: Phone, to?: number): Promise<Place> {
  return on.page.evaluate((scrollTop) => {
    const timeline = document.querySelector('.timeline')!;
    if (scrollTop !== undefined) timeline.scrollTop = scrollTop;
    const edge = timeline.getBoundingClientRect().top;
    for (const row of document.querySelectorAll('.row')) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom <= edge + 1) continue;
      return { text: row.querySelector('.text')!.textContent!, top: Math.round(top) };
    }
    return { text: '', top: 0 };
  }, to);
}

/** But for parts of pixels. */
function assertSame(later: Place, before: Place): void {
  assert.equal(later.text, before.text);
  assert.ok(Math.abs(later.top - before.top) <= 2, `${later.top} and ${before.top}`);
}

test('the newest are there first; scrolling back finds every message once, in order', async () => {
  const one = await reader();
  assert.ok((await one.texts()).length <= 80);
  await one.page.getByRole('list', { name: 'Messages in general' }).hover();
  for (let i = 0; i < 60; i++) {
    if (await one.page.getByText('as far back as the nodes remember').isVisible()) break;
    await one.page.mouse.wheel(0, -4000);
    await one.page.waitForTimeout(60);
  }
  await one.page.getByText('as far back as the nodes remember').waitFor();
  const texts = (await one.texts()).map((text) => Number(/^message (\d+)/.exec(text)?.[1]));
  assert.deepEqual(
    texts,
    Array.from({ length: count }, (_, i) => i),
  );
  await one.page.getByRole('button', { name: 'Jump to newest' }).click();
  // The text alone: with the time behind it "message 2" of 19:25 is one too.
  const shown = one.page.locator('.row .text', { hasText: `message ${count - 1}` });
  assert.ok(await shown.isVisible());
});

test('a reader who is further back stays there, and is told of what arrives', async () => {
  const one = await reader();
  const before = await place(one, 1500);
  await one.page.getByRole('button', { name: 'Jump to newest' }).waitFor();
  await crew.write({ name: 'Crew', text: 'something new' });
  await one.page.getByRole('button', { name: '1 new message' }).waitFor();
  await crew.write({ name: 'Crew', text: 'from long ago', ms: Date.now() - 4 * 3_600_000 });
  assertSame(await place(one), before);
  await one.page
    .getByRole('button', { name: '1 new message' })
    .or(one.page.locator('.jump'))
    .click();
  await one.page.locator('.row', { hasText: 'something new' }).waitFor();
  await one.page.locator('.jump').waitFor({ state: 'detached' });
});

test('a reader whose scrolling is not told yet stays there too', async () => {
  const one = await reader();
  await one.page.evaluate(() => {
    window.addEventListener('scroll', (event) => event.stopImmediatePropagation(), true);
  });
  const rows = await one.page.locator('.row').count();
  const before = await place(one, 200);
  // With it the page looks whether there is room above for older ones.
  await crew.write({ name: 'Crew', text: 'something newer' });
  await one.page.waitForFunction((had) => document.querySelectorAll('.row').length > had + 1, rows);
  assertSame(await place(one), before);
});

test('older messages come in above without moving the reader', async () => {
  const one = await reader();
  const rows = await one.page.locator('.row').count();
  const before = await place(one, 200);
  await one.page.waitForFunction((had) => document.querySelectorAll('.row').length > had, rows);
  assertSame(await place(one), before);
});

test('without storage it works all the same, and says that nothing will stay', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  await context.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', { value: undefined });
    Object.defineProperty(window, 'localStorage', { get: () => assertNever() });
    function assertNever(): never {
      throw new DOMException('denied', 'SecurityError');
    }
  });
  const page = await context.newPage();
  await page.goto(agent.origin);
  const one = new Phone(context, page);
  phones.push(one);
  await page.getByText('This browser window does not store anything.').waitFor();
  await one.begin('Nemo');
  await page.getByRole('alert').getByText('This window stores nothing').waitFor();
  await one.write('not for long');
  await one.seesState('not for long', 'held');
});

test('forgotten means gone: keys, channels and messages, in every tab', async () => {
  const one = await reader();
  const two = await one.tab(agent.origin);
  phones.push(two);
  await two.page.getByRole('button', { name: 'Settings' }).waitFor();
  await two.page.getByRole('button', { name: 'Settings' }).click();
  await two.page.getByRole('button', { name: 'Forget me on this phone' }).click();
  await two.page.getByRole('button', { name: 'Delete my keys' }).click();
  for (const tab of [one, two]) await tab.page.getByLabel('Your name').waitFor();
  const left = await two.page.evaluate(async () => {
    const [db] = await indexedDB.databases();
    return new Promise((resolve) => {
      const request = indexedDB.open(db?.name ?? 'none');
      request.onsuccess = () => {
        const names = [...request.result.objectStoreNames];
        const store =
          names.includes('meta') && request.result.transaction('meta').objectStore('meta');
        if (!store) return resolve([]);
        const all = store.getAllKeys();
        all.onsuccess = () => resolve(all.result);
      };
    });
  });
  assert.deepEqual(left, []);
});
