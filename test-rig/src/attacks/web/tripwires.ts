/**
 * Tripwires of a page under attack: whatever would show that a payload ran, or that something was
 * made of it, is noted at once. Armed before the first script of the page.
 */
import type { BrowserContext, Page } from 'playwright-core';
import { callInPage } from './in-page.ts';

/** What text may never become; the page itself makes none of them. */
const forbiddenTags = [
  ...['script', 'img', 'image', 'iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'base'],
  ...[
    'meta',
    'style',
    'template',
    'portal',
    'video',
    'audio',
    'source',
    'track',
    'picture',
    'math',
  ],
  ...['mtext', 'foreignobject', 'animate', 'set', 'use', 'marquee', 'bdo', 'plaintext', 'xmp'],
  ...['keygen', 'isindex', 'noembed', 'font', 'center', 'blink', 'table', 'b', 'i', 'u', 'x'],
];

export class Tripwires {
  readonly #page: Page;
  readonly #origin: string;
  readonly #tripped: string[] = [];

  private constructor(page: Page, origin: string) {
    this.#page = page;
    this.#origin = origin;
  }

  /** A new page of this context with all wires up; `origin` is the only place that it may ask. */
  static async arm(context: BrowserContext, origin: string): Promise<Tripwires> {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const wires = new Tripwires(page, origin);
    await page.addInitScript(callInPage('arm', forbiddenTags));
    wires.#listen(context);
    return wires;
  }

  get page(): Page {
    return this.#page;
  }

  /** What was tripped since the last look. */
  async tripped(): Promise<string[]> {
    const inPage = await this.#page.evaluate<string[]>(callInPage('tripped', undefined));
    return [...this.#tripped.splice(0), ...inPage];
  }

  #listen(context: BrowserContext): void {
    const page = this.#page;
    const trip = (what: string): void => void this.#tripped.push(what);
    page.on('dialog', (dialog) => {
      trip(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => trip(`an error: ${error}`));
    page.on('console', (line) => {
      if (line.type() === 'error') trip(`on the console: ${line.text()} ${line.location().url}`);
    });
    page.on('request', (request) => {
      if (!this.#isOurs(request.url())) trip(`a request to ${request.url()}`);
    });
    page.on('websocket', (socket) => {
      if (!this.#isOurs(socket.url().replace(/^ws/, 'http'))) trip(`a socket to ${socket.url()}`);
    });
    page.on('framenavigated', (frame) => {
      if (!this.#isOurs(frame.url())) trip(`a frame went to ${frame.url()}`);
    });
    page.on('popup', (popup) => trip(`a window: ${popup.url()}`));
    page.on('download', (file) => trip(`a download: ${file.suggestedFilename()}`));
    page.on('worker', (worker) => {
      if (!this.#isOurs(worker.url())) trip(`a worker: ${worker.url()}`);
    });
    page.on('crash', () => trip('the page crashed'));
    context.on('page', (other) => {
      if (other !== page) trip(`another page: ${other.url()}`);
    });
  }

  #isOurs(url: string): boolean {
    return url.startsWith(`${this.#origin}/`) || url === 'about:blank';
  }
}
