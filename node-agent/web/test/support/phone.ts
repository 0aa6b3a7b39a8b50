/**
 * Phones for tests: headless Chromium, each phone a browser profile of its own, 360 px wide unless
 * told otherwise. What a test does with it is what a person would do.
 */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(extra: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env.MUSTER_CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: [...flags, ...extra] });
}

export interface PhoneOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly touch?: boolean;
  readonly scale?: number;
  readonly timezone?: string;
}

export class Phone {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors that the page threw or logged; a test ends with none. */
  readonly errors: string[] = [];

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      const text = message.text();
      // The browser itself logs every refused connection; that is what some tests make.
      const expected = /ERR_|WebSocket connection to|Failed to load resource/.test(text);
      if (message.type() === 'error' && !expected) this.errors.push(text);
    });
  }

  static async open(browser: Browser, url: string, options: PhoneOptions = {}): Promise<Phone> {
    const { width = 360, height = 740, dark = false, touch = false, scale = 1, timezone } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      hasTouch: touch,
      deviceScaleFactor: scale,
      locale: 'en-GB',
      timezoneId: timezone ?? 'Europe/Berlin',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(url);
    return new Phone(context, page);
  }

  /** Another tab of the same phone. */
  async tab(url: string): Promise<Phone> {
    const page = await this.context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(url);
    return new Phone(this.context, page);
  }

  async nameIt(name: string): Promise<void> {
    await this.page.getByLabel('Your name').fill(name);
    await this.page.getByRole('button', { name: 'Start talking' }).click();
    await this.page.locator('.list-page').waitFor({ state: 'attached' });
  }

  async openChannel(name: string): Promise<void> {
    await this.page.getByRole('link', { name: new RegExp(`^${name}\\b`) }).click();
    await this.page.getByRole('heading', { name, exact: true }).waitFor();
  }

  /** A new person, in a channel. */
  async begin(name: string, channel = 'general'): Promise<void> {
    await this.nameIt(name);
    await this.openChannel(channel);
  }

  async write(text: string): Promise<void> {
    await this.page.getByLabel(/^Write in /).fill(text);
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  /** The texts on view, oldest first. */
  texts(): Promise<string[]> {
    return this.page.locator('.rows .text').allInnerTexts();
  }

  /** Resolves once this text is on view. */
  async sees(text: string): Promise<void> {
    await this.page.locator('.rows .text', { hasText: text }).first().waitFor();
  }

  /** Resolves once the own message with this text is in a state. */
  async seesState(text: string, state: string | RegExp): Promise<void> {
    const row = this.page.locator('.row-own', { hasText: text });
    await row.locator('.state', { hasText: state }).first().waitFor();
  }

  async connected(): Promise<void> {
    await this.page.locator('.pill-connected').first().waitFor({ state: 'attached' });
  }

  async offline(): Promise<void> {
    await this.page.locator('.pill-offline').first().waitFor({ state: 'attached' });
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
