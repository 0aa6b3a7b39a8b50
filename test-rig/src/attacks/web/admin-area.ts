/**
 * Payloads in the admin area: what a stolen node reports, what a hostile admin wrote into the
 * trail, the lists and the rules, and how guests call themselves; looked at by an honest admin on
 * a phone, view by view.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  actTag,
  BundleKind,
  claimFingerprint,
  encodeAdminAct,
  encodeClaimCode,
  encodeNodeReport,
  firstRules,
  fromBase64url,
  type NodeReport,
  RevocationReason,
  readNodeReport,
  reportTag,
  signSiteRules,
  signTrustList,
  siteIdOf,
  toBase64url,
} from '@muster/core';
import { AdminPhone } from '../../rig/provision/admin-phone.ts';
import { BrowserPhone } from '../../rig/venue/browser-phone.ts';
import { faultsOfPage } from './look.ts';
import { type Payload, somePayloads } from './payloads/index.ts';
import type { SurfaceParts } from './surfaces.ts';
import type { Target } from './target.ts';
import { shortened } from './timeline.ts';

const nodes = 12;
const acts = 120;
const labels = 80;
/** Long enough for a report to come and a view to be drawn. */
const settleMs = 400;

const views = [
  ...['Overview', 'Nodes', 'People', 'Site rules', 'Channels', 'Devices and uplinks'],
  ...['Shut out, epoch', 'Trail', 'Protected page'],
];

export class AdminAttack {
  readonly #parts: SurfaceParts;
  readonly #site: Uint8Array;

  constructor(parts: SurfaceParts) {
    this.#parts = parts;
    this.#site = siteIdOf(parts.target.crypto, parts.target.site.siteKey);
  }

  async run(): Promise<void> {
    const { target, wires, report } = this.#parts;
    const { page } = wires;
    await page.goto(target.origin);
    const phone = new BrowserPhone(page.context(), page);
    await new AdminPhone(phone, target.origin).become(firstAdminCode(target));
    await this.#reports();
    await this.#acts();
    await this.#documents();
    for (const view of views) await this.#view(view);
    await this.#view('Nodes');
    const nodeLinks = `[...document.querySelectorAll('a[href^="#/admin/nodes/"]')]`;
    const hrefs = await page.evaluate<string[]>(`${nodeLinks}.map((one) => one.hash)`);
    if (hrefs.length <= nodes) report.fail(`only ${hrefs.length} nodes are listed`);
    for (const href of hrefs) {
      await page.evaluate(`location.hash = ${JSON.stringify(href)}`);
      await this.#look(`node ${href.slice(-8)}`);
    }
    report.count('adminPages', views.length + hrefs.length);
  }

  /** Each by another node of the site, because only the newest of each is shown. */
  async #reports(): Promise<void> {
    const { authors, target, report } = this.#parts;
    const tag = reportTag(target.crypto, this.#site);
    const texts = turns();
    for (let i = 0; i < nodes; i++) {
      const { key, writer } = await authors.node(shortened(texts()));
      const payload = encodeNodeReport(hostileReport(texts, toBase64url(key.publicKey)));
      if (!readNodeReport(payload)) report.fail('the report of a hostile node is none');
      const answer = await writer.write('', { kind: BundleKind.nodeReport, tag, payload });
      if (answer.state !== 'held') report.fail(`report not held: ${answer.reason}`);
    }
    report.count('payloadsInReports', texts.count());
  }

  async #acts(): Promise<void> {
    const { authors, target, report } = this.#parts;
    const { key, writer } = await authors.admin('<img src=x onerror=hit(1)>\u202E');
    const tag = actTag(target.crypto, this.#site);
    const payloads = somePayloads(acts);
    const commands = [
      ...['person.ticket', 'node.rename', 'node.certify', 'admin.certified', 'list.set'],
      ...['mqtt.client.add', 'mqtt.client.revoke', 'uplink.pause', 'node.claimed'],
    ];
    for (const [i, { text }] of payloads.entries()) {
      const name = text.toWellFormed();
      const someKey = toBase64url(globalThis.crypto.getRandomValues(new Uint8Array(32)));
      const params = { name, label: name, role: i % 2 === 0 ? 'staff' : name, key: someKey };
      const isNamed = i % 3 !== 0;
      const payload = encodeAdminAct({
        command: isNamed ? commands[i % commands.length]! : shortened(text) || 'x',
        node: i % 2 === 0 ? key.publicKey : new Uint8Array(0),
        params: i % 10 === 9 ? shortened(text) : JSON.stringify(params),
        documents: [],
      });
      const answer = await writer.write('', { kind: BundleKind.adminAct, tag, payload });
      if (answer.state !== 'held') report.fail(`act not held: ${answer.reason}`);
    }
    report.count('payloadsInActs', payloads.length);
  }

  /** Labels of who is shut out, and the announcement that everybody sees. */
  async #documents(): Promise<void> {
    const { authors, target, report } = this.#parts;
    const { crypto } = target;
    const { issuer, writer } = await authors.admin('staff \u2713');
    const payloads = somePayloads(labels);
    const revoked = payloads.map(({ text }) => ({
      key: globalThis.crypto.getRandomValues(new Uint8Array(32)),
      reason: RevocationReason.abuse,
      label: shortened(text),
    }));
    const ends = somePayloads(20).map(({ text }) => shortened(text, 24));
    const rules = { ...firstRules(this.#site), revision: 1, announcement: ends.join(' ') };
    const documents = [
      signTrustList(crypto, { site: this.#site, revision: 1, epoch: 0, revoked }, issuer),
      signSiteRules(crypto, rules, issuer),
    ];
    const tag = actTag(crypto, this.#site);
    const payload = encodeAdminAct({
      ...{ command: 'rules.set', node: new Uint8Array(0), params: '{}', documents },
    });
    const answer = await writer.write('', { kind: BundleKind.adminAct, tag, payload });
    if (answer.state !== 'held') report.fail(`documents not held: ${answer.reason}`);
    report.count('payloadsInLabels', revoked.length + ends.length);
  }

  async #view(name: string): Promise<void> {
    const { page } = this.#parts.wires;
    await page.getByRole('navigation').getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await this.#look(name);
  }

  async #look(where: string): Promise<void> {
    const { wires, report } = this.#parts;
    await delay(settleMs);
    await wires.page.evaluate(
      'for (const one of document.querySelectorAll("details")) one.open = 1',
    );
    for (const fault of await faultsOfPage(wires.page)) report.fail(`admin, ${where}: ${fault}`);
    for (const wire of await wires.tripped()) report.fail(`admin, ${where}: ${wire}`);
  }
}

/** The payloads one after the other, and how many were taken. */
function turns(): { (): string; count(): number } {
  const payloads: readonly Payload[] = somePayloads(nodes * 20);
  let next = 0;
  // A report with control characters is none at all: they are tried in names and texts.
  const take = (): string =>
    payloads[next++ % payloads.length]!.text.toWellFormed().replace(/\p{Cc}/gu, ' ');
  return Object.assign(take, { count: () => next });
}

function hostileReport(text: () => string, ownKey: string): NodeReport {
  const many = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i));
  const short = () => [...text()].slice(0, 100).join('');
  const someKey = () => toBase64url(globalThis.crypto.getRandomValues(new Uint8Array(32)));
  return {
    ...{ name: short(), role: 'gateway', version: short(), uptimeMs: 1e15, boots: 1e9 },
    ...{ unixMs: Date.now(), clockQuality: 2, epoch: 0, certificateEpoch: 0 },
    links: many(5, (i) => ({
      key: i === 0 ? ownKey : someKey(),
      ...{ name: short(), medium: 'lan', state: 'live', sinceMs: 1, bytesPerSecond: 1e15 },
      queuedBytes: { urgent: 1e15, normal: 1e15, bulk: 1e15 },
    })),
    near: [
      { key: ownKey, level: 'near' },
      { key: [...text()].slice(0, 20).join(''), level: 'around' },
      { key: someKey(), level: 'near' },
    ],
    store: { bundles: 1e15, contentBytes: 1e15, contentBytesMax: 1, diskFreeBytes: 1e15 },
    ...{ clients: 1e15, guestsWaiting: 1e15, machine: { loadPercent: 100, wifiStations: 1e15 } },
    mqtt: { clients: 1e15 },
    uplinks: many(4, () => ({ name: short(), state: short() })),
    problems: many(5, (i) => ({
      code: i === 0 ? '__proto__' : [...text()].slice(0, 20).join(''),
      severity: i % 2 === 0 ? 'problem' : 'warning',
      text: short(),
    })),
    acts: [{ id: toBase64url(new Uint8Array(32)), ok: false, text: short() }],
  };
}

/** What the box shows on its own screen while nobody is an admin yet. */
function firstAdminCode({ folder, crypto, site }: Target): string {
  const record = JSON.parse(readFileSync(join(folder, 'first-admin.json'), 'utf8')) as {
    readonly secret: string;
  };
  return encodeClaimCode(crypto, {
    ...{ kind: 'admin', expiresUnixS: 0, addresses: [] },
    secret: fromBase64url(record.secret)!,
    fingerprint: claimFingerprint(crypto, site.siteKey),
    site: siteIdOf(crypto, site.siteKey),
  });
}
