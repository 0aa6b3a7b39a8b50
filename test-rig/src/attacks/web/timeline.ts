/**
 * Payloads as texts and names of messages, signed by guests, staff and a node, looked at on
 * another person's phone: none runs, each is shown as the neutral text that it is, no row leaves
 * its place, and nobody wears a badge that their papers do not give.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { BundleKind, encodeCbor, encodeMessage, orderKeyOf, toHex } from '@muster/core';
import type { AttackReport } from './attack-report.ts';
import type { Author, Authors } from './authors.ts';
import { callInPage } from './in-page.ts';
import { coreOf, faultOfName, faultOfText, faultsOfPage, type SeenRow, seenRows } from './look.ts';
import type { Payload } from './payloads/index.ts';
import type { Tripwires } from './tripwires.ts';

/** Rows that are looked at together: as many puts as a session may have waiting. */
const batchSize = 30;
const shownMsMax = 10_000;
/** A guest may write ten at once; beyond that staff write. */
const perGuest = 9;
const nameBytesMax = 64;

/** Badges that nobody of this role may wear. */
const undeserved = {
  guest: /badge-(staff|admin|node)/,
  staff: /badge-(guest|admin|node)/,
  node: /badge-(guest|admin|staff)/,
} as const;

interface Sent {
  readonly order: string;
  readonly payload: Payload;
  readonly name: string;
  readonly role: 'guest' | 'staff' | 'node';
}

export class TimelineAttack {
  readonly #wires: Tripwires;
  readonly #authors: Authors;
  readonly #report: AttackReport;
  #plainTags: ReadonlySet<string> = new Set();

  constructor(wires: Tripwires, authors: Authors, report: AttackReport) {
    this.#wires = wires;
    this.#authors = authors;
    this.#report = report;
  }

  async run(payloads: readonly Payload[]): Promise<void> {
    await this.#learnPlainRows();
    for (let at = 0; at < payloads.length; at += batchSize) {
      const sent = await this.#write(payloads.slice(at, at + batchSize), at / batchSize);
      await this.#look(sent);
    }
    await this.#writeBroken();
  }

  /** What harmless rows are made of: a hostile one may be made of nothing else. */
  async #learnPlainRows(): Promise<void> {
    const texts = ['hello', 'see https://ok.example/a', 'two\nlines'];
    const plain = texts.map((text): Payload => ({ kind: 'plain', text }));
    const sent = [
      ...(await this.#batch(await this.#authors.guest('Ada'), plain, 'guest')),
      ...(await this.#batch(await this.#authors.staff('Sam'), plain, 'staff')),
      ...(await this.#batch(await this.#authors.node('Pier'), plain, 'node')),
    ];
    const rows = await this.#rows(sent);
    this.#plainTags = new Set(rows.flatMap(({ tags }) => tags));
  }

  /** By authors that take turns, so that every name stands at the head of its row. */
  async #write(payloads: readonly Payload[], number: number): Promise<Sent[]> {
    const role = (['guest', 'staff', 'guest', 'node'] as const)[number % 4]!;
    const share = role === 'guest' ? perGuest : batchSize;
    const sent: Sent[] = [];
    for (let at = 0; at < payloads.length; at += share) {
      const author = await this.#authors[role]('somebody');
      sent.push(...(await this.#batch(author, payloads.slice(at, at + share), role)));
    }
    return sent;
  }

  async #batch(author: Author, payloads: readonly Payload[], role: Sent['role']): Promise<Sent[]> {
    const written = payloads.map(async (payload): Promise<Sent> => {
      const name = shortened(payload.text);
      const via = role === 'node' ? { via: viaOf(name) } : {};
      // CBOR text is UTF-8: half a letter cannot be in it, and is tried as bytes below.
      const text = payload.text.toWellFormed();
      const bundle = author.writer.compose('', { payload: encodeMessage({ name, text, ...via }) });
      const answer = await author.writer.put(bundle);
      if (answer.state !== 'held') this.#report.fail(`not held: ${answer.reason}`);
      const order = toHex(orderKeyOf(bundle.fields, bundle.id));
      return { order, payload, name, role };
    });
    return Promise.all(written);
  }

  async #look(sent: readonly Sent[]): Promise<void> {
    const rows = new Map((await this.#rows(sent)).map((row) => [row.order, row]));
    for (const one of sent) {
      const row = rows.get(one.order);
      const faults = row ? this.#faultsOfRow(one, row) : ['is not shown'];
      for (const fault of faults) this.#fail(one.payload, fault);
    }
    const { page } = this.#wires;
    for (const fault of await faultsOfPage(page)) this.#report.fail(`timeline: ${fault}`);
    for (const wire of await this.#wires.tripped()) {
      const [first, last] = [sent[0]!, sent.at(-1)!].map(({ payload }) =>
        payload.text.slice(0, 40),
      );
      this.#report.fail(`timeline: ${wire}, between ${first} and ${last}`);
    }
    this.#report.count('payloadsInTexts', sent.length);
    this.#report.count('payloadsInNames', sent.length);
    const viaCount = sent.filter(({ role }) => role === 'node').length;
    this.#report.count('payloadsInClientNames', viaCount);
  }

  #faultsOfRow(sent: Sent, row: SeenRow): string[] {
    const faults: (string | undefined)[] = [...row.outside.map((what) => `outside: ${what}`)];
    faults.push(faultOfText(row.text), row.name === undefined ? undefined : faultOfName(row.name));
    // A link may show its address in the ASCII form instead: that is looked at below.
    const isSaid = row.links.length > 0 || coreOf(row.text) === coreOf(sent.payload.text);
    if (!isSaid) faults.push(`is shown as ${row.text}`);
    const foreign = row.tags.filter((tag) => !this.#plainTags.has(tag));
    if (foreign.length > 0) faults.push(`made ${foreign.join(', ')}`);
    const worn = row.badges.filter((badge) => undeserved[sent.role].test(badge));
    if (worn.length > 0) faults.push(`wears ${worn.join(', ')}`);
    for (const link of row.links) faults.push(faultOfLink(link));
    return faults.filter((fault) => fault !== undefined);
  }

  async #rows(sent: readonly Sent[]): Promise<SeenRow[]> {
    const { page } = this.#wires;
    const orders = sent.map(({ order }) => order);
    const areThere = callInPage('are-there', orders);
    // Not by the page's own timers: the policy of the page stops what they would need.
    const endMs = Date.now() + shownMsMax;
    while (Date.now() < endMs && !(await page.evaluate(areThere))) await delay(20);
    return seenRows(page, orders);
  }

  /** Texts that are no UTF-8, and messages that are none: taken by no page, and harming none. */
  async #writeBroken(): Promise<void> {
    const author = await this.#authors.staff('breaker');
    const orders: string[] = [];
    for (const payload of brokenMessages()) {
      const bundle = author.writer.compose('', { kind: BundleKind.message, payload });
      await author.writer.put(bundle);
      orders.push(toHex(orderKeyOf(bundle.fields, bundle.id)));
    }
    const [last] = await this.#batch(author, [{ kind: 'plain', text: 'after them' }], 'staff');
    await this.#rows([last!]);
    const shown = await seenRows(this.#wires.page, orders);
    for (const row of shown) this.#report.fail(`no message, and shown as ${row.text}`);
    for (const wire of await this.#wires.tripped()) this.#report.fail(`broken texts: ${wire}`);
    this.#report.count('payloadsBroken', orders.length);
  }

  #fail({ kind, text }: Payload, fault: string): void {
    this.#report.fail(`${kind} ${JSON.stringify(text.slice(0, 80))}: ${fault}`);
  }
}

/** Where a link goes is what it shows, and that is a web address without a disguise. */
function faultOfLink({ href, text }: SeenRow['links'][number]): string | undefined {
  const url = URL.parse(href);
  if (!url || !/^https?:$/.test(url.protocol)) return `a link to ${href}`;
  if (url.username !== '' || url.password !== '') return `a link with a user in it: ${href}`;
  const isPlain = /^[\u0021-\u007e]+$/.test(text);
  if (!isPlain) return `a link that shows ${text}`;
  return URL.parse(text)?.href === url.href ? undefined : `a link to ${href} that shows ${text}`;
}

/** As much of a text as a name may hold, in UTF-8. */
export function shortened(text: string, bytesMax = nameBytesMax): string {
  let name = '';
  for (const letter of text.toWellFormed()) {
    if (Buffer.byteLength(name + letter) > bytesMax) break;
    name += letter;
  }
  return name;
}

function viaOf(client: string) {
  return { kind: 'mqtt', client, ref: crypto.getRandomValues(new Uint8Array(8)) } as const;
}

function brokenMessages(): Uint8Array[] {
  const bytes = [
    ...[[0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xc0, 0xaf], [0xe0, 0x80, 0xaf], [0xff], [0xfe]],
    ...[
      [0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xc2],
      [0xf0, 0x9f, 0x98],
      [0xed, 0xa0, 0xbd, 0xed, 0xb8],
    ],
  ];
  const texts = bytes.map((raw) =>
    Uint8Array.of(0x83, 1, 0x61, 0x41, 0x60 + raw.length + 2, 0x61, ...raw, 0x61),
  );
  const shapes = [
    ...[
      [],
      [1],
      [1, 'A'],
      [1, 'A', 'a', 'b'],
      [3, 'A', 'a'],
      ['1', 'A', 'a'],
      [1, 1, 1],
      [1, 'A', []],
    ],
    ...[
      [1, 'A', new Uint8Array(3)],
      [2, 'A', 'a'],
      [2, 'A', 'a', [1, 'c', new Uint8Array(8)]],
    ],
    [2, 'A', 'a', [0, 'c', new Uint8Array(7)]],
    [1, 'x'.repeat(65), 'a'],
  ];
  return [...texts, ...shapes.map((shape) => encodeCbor(shape))];
}
