/**
 * `npm run rig -- web-attacks`: a real box and real Chromium under hostile texts, names, documents,
 * addresses, Hosts, Origins, files and pages. Nothing may run, be made, be told or leave its place.
 * Ends with planted faults of the page, which must be found.
 */
import { type Browser, chromium } from 'playwright-core';
import type { RigReport } from '../../rig/report.ts';
import { AdminAttack } from './admin-area.ts';
import { AttackReport } from './attack-report.ts';
import { Authors } from './authors.ts';
import { CrossSiteAttack, hostileResolving } from './cross-site.ts';
import { attackDoor } from './door.ts';
import { attackFiles } from './files.ts';
import { allPayloads, type Payload } from './payloads/index.ts';
import { type PlantedRender, plantedRenders, plantRender } from './planted-render.ts';
import { SurfaceAttack } from './surfaces.ts';
import { Target, type TargetNames } from './target.ts';
import { TimelineAttack } from './timeline.ts';
import { Tripwires } from './tripwires.ts';

type Say = (line: string) => void;

/** A name of a node that makes a plain name of a host: the cases of the door count on it. */
const plainNames: TargetNames = { site: 'Camp', node: 'Gate 7' };
const hostileNames: TargetNames = {
  site: '<img src=x onerror=hit(1)>',
  node: '"><svg onload=hit(1)>',
};
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
/** As phones have it. */
const viewport = { width: 360, height: 740 };
/** Kinds of payloads that show the planted faults. */
const plantedKinds = ['elements', 'turning', 'endless'] as const;
const plantedEach = 10;

export async function runWebAttacks(say: Say): Promise<RigReport> {
  const report = new AttackReport();
  const browser = await launch();
  try {
    await withTarget(plainNames, async (target) => {
      await attackHosts(target, { report, say });
      say('hostile pages, also at names that were bound anew');
      await new CrossSiteAttack(browser, target, report).run();
    });
    await withTarget(hostileNames, (target) => attackPages(target, browser, { report, say }));
    for (const planted of plantedRenders) await findPlanted(planted, browser, { report, say });
  } finally {
    await browser.close();
  }
  return report.asRig('web-attacks');
}

interface Telling {
  readonly report: AttackReport;
  readonly say: Say;
}

export function launch(): Promise<Browser> {
  const args = [...flags, hostileResolving];
  return chromium.launch({ executablePath: '/usr/bin/chromium', args });
}

async function withTarget(
  names: TargetNames,
  run: (target: Target) => Promise<void>,
): Promise<void> {
  const target = await Target.start(names);
  try {
    await run(target);
  } finally {
    await target.stop();
  }
}

/** What needs no browser. */
export function hostsAndPaths(tell: Telling): Promise<void> {
  return withTarget(plainNames, (target) => attackHosts(target, tell));
}

async function attackHosts(target: Target, { report, say }: Telling): Promise<void> {
  say('Hosts, Origins and paths over raw sockets');
  const page = await (await fetch(target.origin)).text();
  const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  const fixed = ['/', '/index.html', '/sw.js', '/icon.svg', '/icon-192.png'];
  await attackDoor({ port: target.port, asset: assets[0]! }, report);
  const files = [...fixed, '/manifest.webmanifest', ...assets];
  await attackFiles({ port: target.port, files }, report);
}

async function attackPages(target: Target, browser: Browser, tell: Telling): Promise<void> {
  const { report, say } = tell;
  const authors = new Authors(target);
  try {
    say(`${allPayloads().length} payloads in texts and names`);
    const wires = await openChannel(target, browser);
    await new TimelineAttack(wires, authors, report).run(allPayloads());
    say('channels, people, codes, addresses');
    await new SurfaceAttack({ target, wires, authors, report }).run();
    await wires.page.context().close();
    say('the admin area');
    const context = await browser.newContext({ viewport });
    const adminWires = await Tripwires.arm(context, target.origin);
    await new AdminAttack({ target, wires: adminWires, authors, report }).run();
    await context.close();
  } finally {
    authors.close();
  }
}

/** Some payloads in texts and names alone, on a phone whose page may have a fault planted. */
export function attackTexts(
  payloads: readonly Payload[],
  browser: Browser,
  { report, planted }: Pick<Telling, 'report'> & { readonly planted?: PlantedRender },
): Promise<void> {
  return withTarget(plainNames, async (target) => {
    const authors = new Authors(target);
    try {
      const wires = await openChannel(target, browser, planted);
      await new TimelineAttack(wires, authors, report).run(payloads);
      await wires.page.context().close();
    } finally {
      authors.close();
    }
  });
}

/** A new person's phone, in the channel that everybody is in. */
async function openChannel(
  target: Target,
  browser: Browser,
  planted?: PlantedRender,
): Promise<Tripwires> {
  // A service worker would bring what was planted from its own store.
  const workers = planted ? ({ serviceWorkers: 'block' } as const) : {};
  const context = await browser.newContext({ viewport, ...workers });
  if (planted) await plantRender(context, planted);
  const wires = await Tripwires.arm(context, target.origin);
  const { page } = wires;
  await page.goto(target.origin);
  await page.getByLabel('Your name').fill('Reader');
  await page.getByRole('button', { name: 'Start talking' }).click();
  await page.getByRole('link', { name: /^general\b/ }).click();
  return wires;
}

/** With one fault planted, the attack on the timeline has to fail, and to say why. */
export async function findPlanted(
  planted: PlantedRender,
  browser: Browser,
  { report, say }: Telling,
): Promise<void> {
  say(`planted: ${planted.name}`);
  const found = new AttackReport();
  const chosen = plantedKinds.flatMap((wanted) =>
    allPayloads()
      .filter(({ kind }) => kind === wanted)
      .slice(0, plantedEach),
  );
  await attackTexts(chosen, browser, { report: found, planted });
  const isFound = found.failures.some((failure) => planted.found.test(failure));
  report.count(isFound ? 'plantedFound' : 'plantedMissed');
  if (!isFound) report.fail(`not found, though planted: ${planted.name}`);
}
