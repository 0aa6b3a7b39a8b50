/**
 * `npm run rig -- flood`: three real boxes with honest people, while two thousand invented people
 * come to one of them, while forgers put 20,000 wrong signatures a second, and while a fourth box
 * with valid papers offers 20,000 forged bundles. What honest people see is measured beside each.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LanNetwork } from '../lan/lan-network.ts';
import { type RigReport, runWorldRig, until, type WorldRig } from '../report.ts';
import type { CrowdResult } from '../trust/crowd/main.ts';
import type { PeopleResult } from '../trust/people/main.ts';
import { Worker } from '../trust/worker.ts';
import { Box } from '../venue/box.ts';
import { VenueSite } from '../venue/site.ts';
import type { ForgerResult } from './forger/main.ts';
import { poisonStore } from './poison-store.ts';
import { processFigures } from './process-figures.ts';

const honestBoxes = ['a', 'b', 'c'] as const;
type BoxName = (typeof honestBoxes)[number] | 'd';

const mib = 1024 * 1024;
const peoplePerBox = 25;
/** At the box under attack: people with papers, whom no guest may stop. */
const staffAtA = 8;
const messages = 6;
const everyMs = 2_000;
const phaseS = (messages * everyMs) / 1_000 + 6;
const crowdCount = 2_000;
const crowdWrites = 5;
const crowdTextLetters = 1_900;
const forgedPerSecond = 20_000;
const forgedAtNode = 20_000;
const attackerAddresses = 200;
/** So small that the crowd alone would fill it. */
const contentBytesMax = 4 * mib;
const rssMiBMax = 300;
/** An address may open two sessions a second, of which each may forge three times. */
const checksPerSourceMax = 6;
/** What a neighbour is forgiven (32), and what it gains meanwhile and by coming back. */
const checksPerNodeMax = 60;
/** Below it the machine's own jitter decides. */
const p95MsMin = 50;
const patience = { waitMsMax: 60_000, everyMs: 100 };

interface Status {
  readonly store: { readonly contentBytes: number };
  readonly dropped: Readonly<Record<string, number>>;
  readonly neighbours: readonly { readonly state: string }[];
}

export function runFlood(say: (line: string) => void): Promise<RigReport> {
  return runWorldRig('flood', () => new FloodRig(say));
}

class FloodRig implements WorldRig {
  readonly figures: Record<string, number> = {};
  readonly failures: string[] = [];
  readonly #say: (line: string) => void;
  readonly #network = new LanNetwork([...honestBoxes, 'd', 'people', 'crowd']);
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-flood-'));
  readonly #site = new VenueSite('flood');
  readonly #boxes = new Map<BoxName, Box>();
  readonly #workers: Worker<unknown>[] = [];
  #addresses: string[] = [];
  #watching: NodeJS.Timeout | undefined;
  #phase = 'start';
  /** Known once nobody attacks. */
  #p95MsMax = Number.POSITIVE_INFINITY;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  async run(): Promise<void> {
    await this.#start();
    this.#p95MsMax = 2 * Math.max(await this.#people('alone'), p95MsMin);
    await this.#forgers();
    // After it, newcomers are asked to wait: it uses up what the box may admit at once.
    await this.#crowd();
    await this.#poisonedBox();
    await this.#disks();
  }

  async close(): Promise<void> {
    clearInterval(this.#watching);
    for (const worker of this.#workers) await worker.stop();
    for (const box of this.#boxes.values()) await box.stop();
    this.#network.remove();
    if (this.failures.length === 0) rmSync(this.#folder, { recursive: true });
    else this.#say(`logs and stores are in ${this.#folder}`);
  }

  async #start(): Promise<void> {
    this.#say('three boxes on one LAN');
    this.#network.make();
    this.#addresses = this.#network.addAddresses('crowd', attackerAddresses);
    for (const name of honestBoxes) this.#startBox(name, this.#makeBox(name));
    for (const name of honestBoxes) {
      const isLinked = async () => (await this.#status(name))?.neighbours.length === 2;
      await until(`${name} has two neighbours`, isLinked, patience);
    }
    this.#watching = setInterval(() => this.#watchMemory(), 250);
  }

  #makeBox(name: BoxName): string {
    return this.#site.makeBox(this.#folder, name);
  }

  #startBox(name: BoxName, folder: string): void {
    const config = { store: { contentBytesMax } };
    const namespace = this.#network.namespace(name);
    const box = new Box({ namespace, folder, name, config });
    this.#boxes.set(name, box);
    box.start();
  }

  /**
   * Honest people at b and c, and some with papers at a, while something else goes on; gives the
   * p95 of what was written at b or c. At a it is measured and told: there the attack is.
   */
  async #people(label: string): Promise<number> {
    const before = honestBoxes.map((name) => this.#cpuS(name));
    const startedMs = Date.now();
    // New ones each time: a key that began anew would be taken for two authors.
    const staffFile = join(this.#folder, `staff-${label}.json`);
    const staff = Array.from({ length: staffAtA }, () => this.#site.staff());
    writeFileSync(staffFile, JSON.stringify(staff));
    this.figures[`${label}RssMiB`] = 0;
    this.#phase = label;
    const people = this.#worker<PeopleResult>('people', 'trust/people', [
      ...[peoplePerBox, messages, everyMs].map(String),
      ...['b', 'c'].map((box) => this.#url(box)),
      `${this.#url('a')}=${staffFile}`,
    ]);
    const result = (await people.done()).at(-1);
    if (result?.p95Ms === undefined) throw new Error('the people ended without a word');
    const { delivered, expected, p50Ms, p95MsByBox } = result;
    const [b, c, a] = p95MsByBox as [number, number, number];
    const p95Ms = Math.max(b, c);
    this.figures[`${label}P95FromAMs`] = a;
    this.figures[`${label}DeliveredPercent`] = (100 * delivered) / expected;
    this.figures[`${label}P50Ms`] = p50Ms;
    this.figures[`${label}P95Ms`] = p95Ms;
    const tookS = (Date.now() - startedMs) / 1_000;
    for (const [i, name] of honestBoxes.entries()) {
      const percent = (100 * (this.#cpuS(name) - before[i]!)) / tookS;
      this.figures[`${label}CpuOf${name.toUpperCase()}Percent`] = Math.round(percent);
    }
    this.#say(
      `${label}: ${delivered} of ${expected} delivered, p50 ${p50Ms}, p95 ${p95Ms} (${a}) ms`,
    );
    this.#expect(delivered >= 0.99 * expected, `${label}: ${delivered} of ${expected} delivered`);
    this.#expect(
      p95Ms <= this.#p95MsMax,
      `${label}: p95 is ${p95Ms} ms; ${this.#p95MsMax} ms would do`,
    );
    return p95Ms;
  }

  async #crowd(): Promise<void> {
    this.#say(`${crowdCount} invented people at a`);
    const numbers = [crowdCount, crowdWrites, crowdTextLetters].map(String);
    const args = [this.#url('a'), ...numbers, ...this.#addresses];
    const crowd = this.#worker<CrowdResult>('crowd', 'trust/crowd', args);
    await this.#people('crowd');
    const [result] = await crowd.done();
    if (!result) throw new Error('the crowd ended without a word');
    const { entered, turnedAway, held } = result;
    this.#say(`crowd: ${entered} entered, ${turnedAway} turned away, ${held} held`);
    this.figures.crowdEntered = entered;
    this.figures.crowdHeld = held;
    this.#expect(entered + turnedAway >= crowdCount, 'not all of the crowd came');
    this.#expect(held < entered * crowdWrites, 'the crowd was not held to a budget');
  }

  async #forgers(): Promise<void> {
    this.#say(`${forgedPerSecond} wrong signatures a second at a`);
    const before = await this.#checked('a');
    const numbers = [phaseS, forgedPerSecond].map(String);
    const args = [this.#url('a'), ...numbers, ...this.#addresses];
    const forger = this.#worker<ForgerResult>('crowd', 'flood/forger', args);
    await until('the forgers are ready', async () => forger.lines.length > 0, patience);
    await this.#people('forged');
    const result = (await forger.done()).at(-1);
    if (!result?.seconds) throw new Error('the forgers ended without a word');
    const { seconds, sessionsOpened, turnedAway, sent } = result;
    const checked = (await this.#checked('a')) - before;
    this.#say(
      `forgers: ${sent} sent in ${seconds} s, ${sessionsOpened} sessions, ${checked} checked`,
    );
    this.figures.forgedPerSecond = Math.round(sent / seconds);
    this.figures.forgedSessions = sessionsOpened;
    this.figures.forgedTurnedAway = turnedAway;
    this.figures.forgedCheckedPerSecond = Math.round(checked / seconds);
    this.figures.forgedCheckedPerSession = checked / sessionsOpened;
    const perSource = checked / seconds / this.#addresses.length;
    this.#expect(perSource <= checksPerSourceMax, `${perSource} checks a second for each source`);
  }

  async #poisonedBox(): Promise<void> {
    this.#say(`a box with papers offers ${forgedAtNode} forged bundles`);
    const folder = this.#makeBox('d');
    this.figures.nodeForgedOffered = await poisonStore(folder, forgedAtNode);
    const before = await Promise.all(honestBoxes.map((name) => this.#checked(name)));
    this.#startBox('d', folder);
    const isMet = async () => (await this.#checked('b')) > before[1]!;
    await until('b has met a forged bundle', isMet, patience);
    await this.#people('node');
    for (const [i, name] of honestBoxes.entries()) {
      const checked = (await this.#checked(name)) - before[i]!;
      this.figures[`nodeForgedCheckedAt${name.toUpperCase()}`] = checked;
      this.#expect(checked <= checksPerNodeMax, `${name} checked ${checked} forged bundles of d`);
    }
  }

  async #disks(): Promise<void> {
    for (const name of honestBoxes) {
      const bytes = (await this.#status(name))?.store.contentBytes ?? Number.NaN;
      const percent = (100 * bytes) / contentBytesMax;
      this.figures[`contentPercentOf${name.toUpperCase()}`] = Math.round(percent);
      this.#expect(percent <= 105, `${name} keeps ${percent} % of what it may`);
      const file = statSync(join(this.#folder, name, 'store.db')).size;
      this.figures[`storeMiBOf${name.toUpperCase()}`] = Math.round((10 * file) / mib) / 10;
    }
    for (const [figure, value] of Object.entries(this.figures)) {
      if (!figure.endsWith('RssMiB')) continue;
      this.#expect(value <= rssMiBMax, `${figure} is ${value}; ${rssMiBMax} would do`);
    }
  }

  /** The most of any honest box while a phase lasts. */
  #watchMemory(): void {
    const figure = `${this.#phase}RssMiB`;
    for (const name of honestBoxes) {
      const rssMiB = processFigures(this.#boxes.get(name)?.pid)?.rssMiB ?? 0;
      this.figures[figure] = Math.max(this.figures[figure] ?? 0, Math.round(rssMiB));
    }
  }

  #cpuS(name: BoxName): number {
    return processFigures(this.#boxes.get(name)?.pid)?.cpuS ?? 0;
  }

  /** Signatures that this box checked in vain. */
  async #checked(name: BoxName): Promise<number> {
    return (await this.#status(name))?.dropped['signature-wrong'] ?? 0;
  }

  async #status(name: BoxName): Promise<Status | undefined> {
    const answer = this.#boxes.get(name)!.muster('status');
    return answer.catch(() => undefined) as Promise<Status | undefined>;
  }

  #worker<Line>(place: string, folder: string, args: readonly string[]): Worker<Line> {
    const main = new URL(`../${folder}/main.ts`, import.meta.url).pathname;
    // Attackers have machines of their own in life.
    const isAside = place === 'crowd';
    const worker = new Worker<Line>(this.#network.namespace(place), main, args, isAside);
    this.#workers.push(worker);
    return worker;
  }

  #url(box: string): string {
    return `http://${this.#network.address(box)}:8080`;
  }

  #expect(holds: boolean, what: string): void {
    if (!holds) this.failures.push(what);
  }
}
