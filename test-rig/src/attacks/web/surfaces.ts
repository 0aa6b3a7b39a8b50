/**
 * Payloads in every other place of a person's page that shows a stranger's words: the list of
 * channels, a channel's head and sheets, who is here, codes of channels, the address itself, and at
 * last who is near.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  BundleKind,
  ChannelKind,
  channelTag,
  encodeChannelLink,
  encodeDescription,
  siteIdOf,
  utf8,
} from '@muster/core';
import type { AttackReport } from './attack-report.ts';
import type { Authors } from './authors.ts';
import { faultOfName, faultsOfPage } from './look.ts';
import { NearbyAttack } from './nearby.ts';
import { allPayloads, type Payload, somePayloads } from './payloads/index.ts';
import type { Target } from './target.ts';
import { shortened } from './timeline.ts';
import type { Tripwires } from './tripwires.ts';

const channels = 180;
const perCreator = 30;
const people = 60;
const codes = 60;
const topicBytesMax = 256;
const openedSheets = 8;

export interface SurfaceParts {
  readonly target: Target;
  readonly wires: Tripwires;
  readonly authors: Authors;
  readonly report: AttackReport;
}

export class SurfaceAttack {
  readonly #parts: SurfaceParts;

  constructor(parts: SurfaceParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    await this.#channels();
    await this.#people();
    await this.#codes();
    await this.#addresses();
    await new NearbyAttack(this.#parts).run();
  }

  async #channels(): Promise<void> {
    const { target, authors, wires, report } = this.#parts;
    const payloads = somePayloads(channels).filter(({ text }) => shortened(text) !== '');
    for (let at = 0; at < payloads.length; at += perCreator) {
      const { key, writer } = await authors.staff('maker');
      const site = siteIdOf(target.crypto, target.site.siteKey);
      for (const { text } of payloads.slice(at, at + perCreator)) {
        const label = utf8(shortened(text));
        const tag = channelTag(target.crypto, { site, creator: key.publicKey, label });
        const topic = shortened(text, topicBytesMax);
        const description = { kind: ChannelKind.public, revision: 0, label, topic, writers: [] };
        const payload = encodeDescription({ ...description, sealed: new Uint8Array(0) });
        const answer = await writer.write('', {
          kind: BundleKind.channelDescription,
          tag,
          payload,
        });
        if (answer.state !== 'held') report.fail(`channel not held: ${answer.reason}`);
      }
    }
    const { page } = wires;
    await page.goto(`${target.origin}/#/`);
    const items = page.locator('.other-item');
    await items.nth(payloads.length - 1).waitFor({ state: 'attached' });
    for (const name of await items.locator('.channel-name bdi').allTextContents()) {
      const fault = faultOfName(name);
      if (fault) report.fail(`channel ${JSON.stringify(name)}: ${fault}`);
    }
    await this.#look('list of channels');
    report.count('payloadsInChannels', payloads.length);
    for (let i = 0; i < openedSheets; i++) {
      const item = items.nth(Math.floor((i * payloads.length) / openedSheets) - i);
      await item.getByRole('button').click();
      await page.locator('.channel-page, .timeline').first().waitFor({ state: 'attached' });
      await this.#look('a channel');
      await page.goto(`${target.origin}/#/`);
    }
  }

  async #people(): Promise<void> {
    const { authors, wires, report } = this.#parts;
    // A session with control characters in its name is not opened at all.
    const named = somePayloads(2 * people).filter(({ text }) => !/\p{Cc}/u.test(shortened(text)));
    for (const { text } of named.slice(0, people)) await authors.guest(shortened(text));
    const { page } = wires;
    await page.getByRole('button', { name: /Who is here/ }).click();
    const sheet = page.getByRole('dialog');
    await sheet
      .locator('.person')
      .nth(people - 1)
      .waitFor({ state: 'attached' });
    for (const name of await sheet.locator('.person-name bdi').allTextContents()) {
      const fault = faultOfName(name);
      if (fault) report.fail(`person ${JSON.stringify(name)}: ${fault}`);
    }
    await this.#look('who is here');
    report.count('payloadsInPeople', people);
    await page.keyboard.press('Escape');
  }

  /** As from a QR code that somebody photographs, or a link that somebody sends. */
  async #codes(): Promise<void> {
    const { authors, report } = this.#parts;
    const { key } = await authors.guest('maker');
    for (const { text } of somePayloads(codes)) {
      const link = { kind: ChannelKind.public, creator: key.publicKey, name: shortened(text) };
      const code = encodeChannelLink({ ...link, key: new Uint8Array(0) });
      await this.#goTo(`#join=${code}`);
      await this.#look('a code');
    }
    report.count('payloadsInCodes', codes);
  }

  async #addresses(): Promise<void> {
    const { report } = this.#parts;
    const addresses = allPayloads().filter((_, i) => i % 4 === 0);
    const places = ['', '/', '/c/', 'join=', '/pass/', '/admin/', '/admin/join/', '/admin/claim/'];
    const scanned = ['MUSTER-ADMIN:1:', 'MUSTER-BOX:1:', 'MUSTER-PASS:1:', '/pass/MUSTER-PASS:1:'];
    const prefixes = [...places, ...scanned];
    for (const [i, { text }] of addresses.entries()) {
      const isEncoded = i % 2 === 0;
      const rest = isEncoded ? encodeURIComponent(text.toWellFormed()) : text;
      await this.#goTo(`#${prefixes[i % prefixes.length]}${rest}`);
      if (i % 10 === 0) await this.#look(`the address ${kindOf(addresses[i]!)}`);
    }
    await this.#look('an address');
    report.count('payloadsInAddresses', addresses.length);
  }

  async #goTo(hash: string): Promise<void> {
    const { page } = this.#parts.wires;
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await delay(5);
  }

  async #look(where: string): Promise<void> {
    const { wires, report } = this.#parts;
    for (const fault of await faultsOfPage(wires.page)) report.fail(`${where}: ${fault}`);
    for (const wire of await wires.tripped()) report.fail(`${where}: ${wire}`);
  }
}

const kindOf = ({ kind }: Payload): string => `of ${kind}`;
