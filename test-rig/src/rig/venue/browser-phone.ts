/** A person's phone: headless Chromium inside a namespace, used as a person would use it. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface PhonePlace {
  readonly namespace: string;
  /** For the browser's profile and its start script. */
  readonly folder: string;
  readonly url: string;
}

export class BrowserPhone {
  readonly #context: BrowserContext;
  readonly #page: Page;

  constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
  }

  /** For what only one rig does. */
  get page(): Page {
    return this.#page;
  }

  /** A further tab of the same browser. */
  newPage(): Promise<Page> {
    return this.#context.newPage();
  }

  static async open(place: PhonePlace): Promise<BrowserPhone> {
    const script = join(place.folder, 'chromium.sh');
    const command = `ip netns exec ${place.namespace} /usr/bin/chromium "$@"`;
    writeFileSync(script, `#!/bin/sh\nexec ${command}\n`);
    chmodSync(script, 0o755);
    const context = await chromium.launchPersistentContext(join(place.folder, 'profile'), {
      executablePath: script,
      args: flags,
      viewport: { width: 360, height: 740 },
    });
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(30_000);
    await page.goto(place.url);
    return new BrowserPhone(context, page);
  }

  /** Chooses a name and opens a channel. */
  async begin(name: string, channel = 'general'): Promise<void> {
    await this.#page.getByLabel('Your name').fill(name);
    await this.#page.getByRole('button', { name: 'Start talking' }).click();
    await this.#follow(channel);
  }

  /** Goes to another channel by way of the list. */
  async openChannel(name: string): Promise<void> {
    await this.#page
      .getByRole('link', { name: /channels/i })
      .first()
      .click();
    await this.#follow(name);
  }

  async #follow(name: string): Promise<void> {
    await this.#page.getByRole('link', { name: new RegExp(`^${name}\\b`) }).click();
    await this.#page.getByLabel(/^Write in /).waitFor();
  }

  async write(text: string): Promise<void> {
    await this.#page.getByLabel(/^Write in /).fill(text);
    await this.#page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  async sees(text: string): Promise<void> {
    await this.#page.locator('.rows .text', { hasText: text }).first().waitFor();
  }

  /** Writes, and gives the milliseconds until another phone sees it. */
  async timeTo(other: BrowserPhone, text: string): Promise<number> {
    const seen = other.sees(text);
    const startedMs = Date.now();
    await this.write(text);
    await seen;
    return Date.now() - startedMs;
  }

  async seesState(text: string, state: RegExp): Promise<void> {
    const row = this.#page.locator('.row-own', { hasText: text });
    await row.locator('.state', { hasText: state }).first().waitFor();
  }

  /** How often a text is on view. */
  count(text: string): Promise<number> {
    return this.#page.locator('.rows .text', { hasText: text }).count();
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
