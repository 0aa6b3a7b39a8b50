/**
 * A hostile page in a real browser, at a name of its own and at one that was bound anew to the
 * box's address: its sockets, requests, forms, frames and scripts get nothing out of the box.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import type { AttackReport } from './attack-report.ts';
import { callInPage } from './in-page.ts';
import type { Target } from './target.ts';

/** What the hostile page found out, by what it tried; each must be `refused`. */
type Findings = Readonly<Record<string, string>>;

const hostileHosts = ['evil.example', 'localhost.evil.example', 'camp.example.evil.example'];

/** For the browser: names of the attacker lead to this machine, as their DNS may say any time. */
export const hostileResolving = `--host-resolver-rules=${hostileHosts
  .map((host) => `MAP ${host} 127.0.0.1`)
  .join(',')}`;

/** So many of its attempts come through where nothing is refused. */
const controlMin = 8;

export class CrossSiteAttack {
  readonly #browser: Browser;
  readonly #target: Target;
  readonly #report: AttackReport;
  readonly #heard: string[] = [];
  #server: Server | undefined;

  constructor(browser: Browser, target: Target, report: AttackReport) {
    this.#browser = browser;
    this.#target = target;
    this.#report = report;
  }

  async run(): Promise<void> {
    const port = await this.#serve();
    const context = await this.#browser.newContext();
    try {
      for (const host of [...hostileHosts, 'localhost', '127.0.0.1']) {
        await this.#attackFrom(context, `http://${host}:${port}/`, host);
      }
      await this.#control(context, `http://evil.example:${port}`);
      await this.#attackFrom(context, 'data:text/html,<title>hostile</title>', 'a data address');
      await this.#sandboxed(context, `http://evil.example:${port}/sandboxed`);
      for (const host of hostileHosts) await this.#rebound(context, host);
    } finally {
      await context.close();
      this.#server?.closeAllConnections();
      this.#server?.close();
    }
    for (const what of this.#heard) this.#report.fail(`the hostile page was sent ${what}`);
  }

  async #serve(): Promise<number> {
    const server = createServer((request, response) => {
      const { url = '' } = request;
      if (url.startsWith('/heard')) this.#heard.push(url);
      response.setHeader('content-type', 'text/html; charset=utf-8');
      const frame = '<iframe name=inner sandbox="allow-scripts" src="/inner"></iframe>';
      response.end(`<!doctype html><title>hostile</title>${url === '/sandboxed' ? frame : ''}`);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  async #attackFrom(context: BrowserContext, url: string, name: string): Promise<void> {
    const page = await context.newPage();
    await page.goto(url);
    await this.#judge(page, name);
    await page.close();
  }

  /** Its origin is `null`, and it lies inside the attacker's own page. */
  async #sandboxed(context: BrowserContext, url: string): Promise<void> {
    const page = await context.newPage();
    await page.goto(url);
    const inner = page.frame({ name: 'inner' });
    if (!inner) this.#report.fail('no sandboxed frame');
    else await this.#judge(inner, 'a sandboxed frame');
    await page.close();
  }

  async #judge(page: Page | Frame, name: string): Promise<void> {
    const found = await hostileFindings(page, `localhost:${this.#target.port}`);
    for (const [what, outcome] of Object.entries(found)) {
      this.#report.count('crossSiteAttempts');
      if (outcome !== 'refused') this.#report.fail(`${name}: ${what} ${outcome}`);
    }
  }

  /** The same page against the attacker's own server, which lets it: or nothing would be proven. */
  async #control(context: BrowserContext, origin: string): Promise<void> {
    const page = await context.newPage();
    await page.goto(origin);
    const found = await hostileFindings(page, origin.slice('http://'.length));
    const reached = Object.values(found).filter((outcome) => outcome !== 'refused').length;
    this.#report.count('crossSiteControl', reached);
    if (reached < controlMin) this.#report.fail(`where it may, it reached only ${reached}`);
    await page.close();
  }

  /** The attacker's name now means the box: the browser takes both for one origin. */
  async #rebound(context: BrowserContext, host: string): Promise<void> {
    const page = await context.newPage();
    const origin = `http://${host}:${this.#target.port}`;
    for (const path of [
      '/',
      '/api/v1/node',
      '/api/v1/status',
      '/metrics',
      '/sw.js',
      '/index.html',
    ]) {
      const answer = await page.goto(`${origin}${path}`);
      this.#report.count('crossSiteAttempts');
      if (answer?.status() !== 421) this.#report.fail(`${origin}${path}: ${answer?.status()}`);
    }
    // From inside the refused page, where nothing is cross-site any more.
    const found = await page.evaluate<Findings>(callInPage('rebound', undefined));
    for (const [what, outcome] of Object.entries(found)) {
      this.#report.count('crossSiteAttempts');
      if (outcome !== 'refused') this.#report.fail(`rebound at ${host}: ${what} ${outcome}`);
    }
    await page.close();
  }
}

/** Frames that hold what they asked for are known to the browser alone. */
async function hostileFindings(page: Page | Frame, box: string): Promise<Findings> {
  const found = await page.evaluate<Findings>(callInPage('hostile', box));
  const framed = ('frames' in page ? page.frames() : page.childFrames())
    .filter((frame) => frame.parentFrame() !== null)
    .filter((frame) => frame.url().startsWith(`http://${box}`));
  return { ...found, frames: framed.length > 0 ? `hold ${framed[0]!.url()}` : 'refused' };
}
