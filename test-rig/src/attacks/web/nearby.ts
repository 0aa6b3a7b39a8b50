/**
 * Payloads in what a node tells of who is near. A phone comes to whichever node is in reach, so the
 * node itself is the stranger here: its real frames are exchanged for hostile ones on the way.
 */
import { toBase64url } from '@muster/core';
import { faultOfName, faultsOfPage } from './look.ts';
import { somePayloads } from './payloads/index.ts';
import type { SurfaceParts } from './surfaces.ts';

/** More than the page takes of one frame, and several frames, so that all are shown. */
const perFrame = 200;
const shownMax = 64;
const frames = 8;

export class NearbyAttack {
  readonly #parts: SurfaceParts;

  constructor(parts: SurfaceParts) {
    this.#parts = parts;
  }

  /** The last on its page: from now on its socket leads through here. */
  async run(): Promise<void> {
    const { target, wires, report } = this.#parts;
    const { page } = wires;
    const texts = somePayloads(shownMax * frames).map(({ text }) => text.toWellFormed());
    let at = 0;
    const next = () => texts[at++ % texts.length]!;
    let tell = (_: string): void => {};
    await page.routeWebSocket(/\/api\/v1\/socket/, (socket) => {
      const node = socket.connectToServer();
      tell = (frame) => socket.send(frame);
      node.onMessage((text) => {
        if (!String(text).startsWith('{"type":"nearby"')) socket.send(text);
      });
    });
    await page.goto(`${target.origin}/#/`);
    await page.reload();
    await page.locator('.pill-connected').first().waitFor();
    await page.getByRole('button', { name: /Who is here/ }).click();
    await page.getByRole('button', { name: 'Nearby' }).click();
    for (let i = 0; i < frames; i++) {
      const first = hostileFrame(next);
      tell(first.frame);
      await page.locator(`.near:has-text("${first.mark}")`).waitFor();
      const names = await page.locator('.near-name').allTextContents();
      if (names.length !== shownMax) report.fail(`${names.length} nodes are shown as near`);
      for (const name of names) {
        const fault = faultOfName(name);
        if (fault) report.fail(`a node near ${JSON.stringify(name)}: ${fault}`);
      }
      for (const fault of await faultsOfPage(page)) report.fail(`nearby: ${fault}`);
      for (const wire of await wires.tripped()) report.fail(`nearby: ${wire}`);
    }
    report.count('payloadsInNearby', Math.min(at, texts.length));
  }
}

/** `mark` is shown once this frame is. */
function hostileFrame(text: () => string): { readonly frame: string; readonly mark: string } {
  const someKey = toBase64url(globalThis.crypto.getRandomValues(new Uint8Array(32)));
  const mark = `Box ${someKey.slice(0, 8)}`;
  const node = (i: number) => ({
    key: i % 2 === 0 ? someKey : text(),
    name: i === 0 ? mark : i < shownMax ? text() : 'too many',
    level: ['near', 'around', 'gone'][i % 3],
    seenMsAgo: i % 5 === 0 ? 1e15 : i,
    link: i % 2 === 0 ? text() : 'radio',
  });
  const nodes = Array.from({ length: perFrame }, (_, i) => node(i));
  const bluetooth = { state: text(), text: text(), mend: `${text()} ${text()}`.repeat(20) };
  return { frame: JSON.stringify({ type: 'nearby', bluetooth, nodes, carriers: nodes }), mark };
}
