/**
 * The venue: three boxes in a line, so that a1 and a3 never meet directly, phones at each, no
 * default route. Everything is real: agents, mDNS, SQLite, Chromium. What breaks is cables and
 * power.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RigReport, runWorldRig, until, type WorldRig } from '../report.ts';
import { Box } from './box.ts';
import { BrowserPhone } from './browser-phone.ts';
import { runCrossing } from './crossing.ts';
import {
  accessPoint,
  type BoxName,
  boxes,
  type PhoneName,
  phones,
  VenueNetwork,
} from './network.ts';
import { Probe } from './probe/probe.ts';
import { VenueSite } from './site.ts';

const url = `http://${accessPoint}:8080`;
const backlog = 1_000;
/** So many that none meets the session limit of 120 messages at once. */
const staffPerSide = 10;
const patience = { waitMsMax: 60_000, everyMs: 20 };

type Say = (line: string) => void;

export function runVenue(say: Say): Promise<RigReport> {
  return runWorldRig('venue', () => new Venue(say));
}

class Venue implements WorldRig {
  readonly figures: Record<string, number> = {};
  readonly failures: string[] = [];
  readonly #say: Say;
  readonly #network = new VenueNetwork();
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-venue-'));
  readonly #site = new VenueSite('venue');
  readonly #harbour = new VenueSite('harbour');
  readonly #boxes = new Map<BoxName, Box>();
  readonly #probes = new Map<BoxName, Probe>();
  readonly #phones: BrowserPhone[] = [];

  constructor(say: Say) {
    this.#say = say;
  }

  async run(): Promise<void> {
    await this.#discover();
    const [ada, bob] = await this.#talk();
    await this.#cutAndHeal();
    await this.#killTheMiddle();
    await this.#cross(ada);
    await this.#move(ada, bob);
  }

  async close(): Promise<void> {
    for (const phone of this.#phones) await phone.close().catch(() => {});
    for (const probe of this.#probes.values()) await probe.stop();
    for (const box of this.#boxes.values()) await box.stop();
    this.#network.remove();
    if (this.failures.length === 0) rmSync(this.#folder, { recursive: true });
    else this.#say(`logs and stores are in ${this.#folder}`);
  }

  async #discover(): Promise<void> {
    this.#say('three boxes in a line, no default route');
    this.#network.make();
    boxes.forEach((name, i) => {
      const role = name === 'a3' ? 'gateway' : 'node';
      const folder = this.#site.makeBox(this.#folder, name, role === 'gateway');
      const namespace = this.#network.namespace(name);
      const config = { site: { channels: ['general', 'news'] } };
      this.#boxes.set(name, new Box({ namespace, folder, name, role, config }));
      this.#probes.set(name, new Probe(this.#network.namespace(phones[i]!), url));
    });
    const first = this.#startAndReady('a1');
    const third = this.#startAndReady('a3');
    await Promise.all([first, third]);
    const readyMs = await this.#startAndReady('a2');
    await this.#until('a2 is linked to both', async () => (await this.#links('a2')) === 2);
    this.figures.discoveryMs = Date.now() - readyMs;
    this.#expect((await this.#links('a1')) === 1, 'a1 is linked to a2 alone');
  }

  async #talk(): Promise<[BrowserPhone, BrowserPhone]> {
    this.#say('a phone at a1 and one at a3');
    const [ada, bob] = await Promise.all([
      this.#openPhone('p1', { name: 'Ada' }),
      this.#openPhone('p3', { name: 'Bob' }),
    ]);
    await ada.write('hello from box one');
    await bob.sees('hello from box one');
    this.figures.phoneToPhoneMs = await ada.timeTo(bob, 'how are you');
    this.figures.phoneToPhoneBackMs = await bob.timeTo(ada, 'fine, thanks');
    return [ada, bob];
  }

  async #openPhone(
    phone: PhoneName,
    who: { readonly name: string; readonly channel?: string },
  ): Promise<BrowserPhone> {
    const namespace = this.#network.namespace(phone);
    const folder = mkdtempSync(join(this.#folder, phone));
    const opened = await BrowserPhone.open({ namespace, folder, url });
    this.#phones.push(opened);
    await opened.begin(who.name, who.channel);
    return opened;
  }

  async #cutAndHeal(): Promise<void> {
    this.#say(`the cable is cut; ${backlog} bundles are written on both sides`);
    const cutMs = Date.now();
    this.#network.setCable(false);
    await this.#until('a3 is alone', async () => (await this.#links('a3')) === 0);
    this.figures.cutNoticedMs = Date.now() - cutMs;
    const [left, right] = await Promise.all([this.#writeMany('a1'), this.#writeMany('a3')]);
    await this.#probe('a3').ask('listen', {});
    const before = await this.#status('a3');
    this.#say('the cable is back, and somebody goes on writing');
    const healMs = Date.now();
    this.#network.setCable(true);
    const live = this.#probe('a1').ask('trickle', {
      staff: this.#site.staff(),
      count: 60,
      everyMs: 50,
    });
    await this.#until('all is everywhere', async () => {
      const counts = await Promise.all(boxes.map(async (box) => (await this.#status(box)).held));
      return (
        counts.every((count) => count >= left.length + right.length) && counts[0] === counts[2]
      );
    });
    this.figures.healMs = Date.now() - healMs;
    await this.#assertLive(await live);
    await this.#assertSame([...left, ...right]);
    const after = await this.#status('a3');
    this.figures.healBytes = after.bytesSent + after.bytesReceived;
    // What a3 lacked, and as much again for what the others lacked of a3.
    const lacked = after.contentBytes - before.contentBytes;
    this.figures.healMissingBytes = Math.round(lacked * (1 + right.length / left.length));
    this.figures.healBytesRatio = this.figures.healBytes / this.figures.healMissingBytes;
  }

  /** Live messages reach the other side while the backlog is still on its way. */
  async #assertLive(sent: readonly { id: string; atMs: number }[]): Promise<void> {
    await delay(1_000);
    const arrivals = await this.#probe('a3').ask('arrivals', {});
    const arrivedMs = new Map(arrivals.map(({ id, atMs }) => [id, atMs]));
    const missing = sent.filter(({ id }) => !arrivedMs.has(id)).length;
    this.#expect(missing === 0, `${missing} live messages did not arrive`);
    const waits = sent.map(({ id, atMs }) => (arrivedMs.get(id) ?? Number.NaN) - atMs);
    const sorted = waits.toSorted((a, b) => a - b);
    this.figures.liveP50Ms = sorted[Math.floor(sorted.length * 0.5)]!;
    this.figures.liveP95Ms = sorted[Math.floor(sorted.length * 0.95)]!;
  }

  async #killTheMiddle(): Promise<void> {
    this.#say('kill -9 of a2 while a1 writes');
    const writing = this.#probe('a1').ask('trickle', {
      staff: this.#site.staff(),
      count: 100,
      everyMs: 20,
    });
    await delay(700);
    await this.#boxes.get('a2')!.kill();
    await delay(500);
    const startedMs = Date.now();
    await this.#startAndReady('a2');
    const sent = await writing;
    await this.#until('a3 has what a1 wrote meanwhile', async () => {
      const [a1, a3] = await Promise.all([this.#status('a1'), this.#status('a3')]);
      return a1.held === a3.held;
    });
    this.figures.killRecoveredMs = Date.now() - startedMs;
    await this.#assertSame(sent.map(({ id }) => id));
  }

  /** Everything that leaves the venue; see crossing.ts. */
  async #cross(ada: BrowserPhone): Promise<void> {
    const namespace = (name: BoxName | 'p4'): string => this.#network.namespace(name);
    const folder = this.#harbour.makeBox(this.#folder, 'b1', true);
    const b1 = new Box({ namespace: namespace('b1'), folder, name: 'b1', role: 'gateway' });
    const relayFolder = mkdtempSync(join(this.#folder, 'r1'));
    const r1 = new Box({
      namespace: namespace('r1'),
      folder: relayFolder,
      name: 'r1',
      role: 'relay',
    });
    this.#boxes.set('b1', b1).set('r1', r1);
    this.#probes.set('b1', new Probe(namespace('p4'), url));
    await Promise.all([this.#startAndReady('b1'), this.#startRelay(r1)]);
    await ada.openChannel('news');
    await runCrossing({
      ...{ network: this.#network, folder: this.#folder, figures: this.figures, b1, r1, ada },
      a3: this.#boxes.get('a3')!,
      atA1: this.#probe('a1'),
      atA3: this.#probe('a3'),
      atB1: this.#probe('b1'),
      openAtB1: () => this.#openPhone('p4', { name: 'Bea', channel: 'news' }),
      staff: (site) => (site === 'venue' ? this.#site : this.#harbour).staff(),
      say: this.#say,
      expect: (holds, what) => this.#expect(holds, what),
      until: (what, holds) => this.#until(what, holds),
      restart: async (name) => {
        if (name === 'r1') await this.#startRelay(r1);
        else await this.#startAndReady(name);
      },
    });
    await ada.openChannel('general');
  }

  async #startRelay(relay: Box): Promise<void> {
    relay.start();
    await this.#until('the relay is ready', () =>
      relay.muster('relay', 'list').then(
        () => true,
        () => false,
      ),
    );
  }

  async #move(ada: BrowserPhone, bob: BrowserPhone): Promise<void> {
    this.#say('the phone at a1 walks over to a3');
    this.#network.unplug('p1');
    await ada.write('written on the way');
    await ada.seesState('written on the way', /waiting/);
    const movedMs = Date.now();
    this.#network.move('p1', 'a1', 'a3');
    await ada.seesState('written on the way', /held/);
    this.figures.moveMs = Date.now() - movedMs;
    await bob.sees('written on the way');
    await bob.write('welcome over here');
    await ada.sees('welcome over here');
    for (const [phone, text] of [
      [ada, 'written on the way'],
      [bob, 'written on the way'],
      [ada, 'welcome over here'],
    ] as const) {
      const count = await phone.count(text);
      this.#expect(count === 1, `"${text}" is shown ${count} times`);
    }
  }

  async #writeMany(box: BoxName): Promise<string[]> {
    const count = backlog / staffPerSide;
    const written = await Promise.all(
      Array.from({ length: staffPerSide }, (_, i) =>
        this.#probe(box).ask('write', {
          staff: this.#site.staff(),
          count,
          label: `${box}.${i}`,
        }),
      ),
    );
    return written.flat();
  }

  async #assertSame(expected: readonly string[]): Promise<void> {
    const timelines = await Promise.all(boxes.map((box) => this.#probe(box).ask('timeline', {})));
    const [first] = timelines;
    timelines.forEach((timeline, i) => {
      const same = timeline.length === first!.length && timeline.every((id, k) => id === first![k]);
      this.#expect(same, `${boxes[i]} has another order than a1`);
      this.#expect(new Set(timeline).size === timeline.length, `${boxes[i]} shows something twice`);
      const has = new Set(timeline);
      const lost = expected.filter((id) => !has.has(id)).length;
      this.#expect(lost === 0, `${boxes[i]} lacks ${lost} bundles that were answered held`);
    });
  }

  /** Starts a box; resolves with the time at which it was ready. */
  async #startAndReady(name: BoxName): Promise<number> {
    this.#boxes.get(name)!.start();
    await this.#until(`${name} is ready`, async () => {
      return (await this.#probe(name).ask('status', {})) !== undefined;
    });
    return Date.now();
  }

  #probe(box: BoxName): Probe {
    return this.#probes.get(box)!;
  }

  async #status(box: BoxName) {
    const status = await this.#probe(box).ask('status', {});
    if (!status) throw new Error(`${box} does not answer`);
    return status;
  }

  async #links(box: BoxName): Promise<number> {
    return (await this.#status(box)).live;
  }

  #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    return until(what, holds, patience);
  }

  #expect(holds: boolean, what: string): void {
    if (!holds) this.failures.push(what);
  }
}
