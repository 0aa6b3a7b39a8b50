/**
 * Trust on real boxes: a LAN of four boxes with honest people, a stranger without papers that tries
 * a thousand times, two thousand invented guests at one box, and a box that is revoked while
 * another is cut off. What honest people see is measured beside each.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LanNetwork } from '../lan/lan-network.ts';
import { type RigReport, runWorldRig, until, type WorldRig } from '../report.ts';
import { Box } from '../venue/box.ts';
import { VenueSite } from '../venue/site.ts';
import type { CrowdResult } from './crowd/main.ts';
import type { PeopleResult } from './people/main.ts';
import type { Attempt } from './stranger/main.ts';
import { Worker } from './worker.ts';

const boxNames = ['a', 'b', 'c', 'd'] as const;
type BoxName = (typeof boxNames)[number];

const attempts = 1_000;
const strangers = 8;
const crowdCount = 2_000;
const crowdWrites = 5;
const peoplePerBox = 25;
const messages = 8;
const everyMs = 2_500;
const patience = { waitMsMax: 90_000, everyMs: 100 };
const cutOffMsMax = 60_000;

const main = (name: string): string => new URL(`./${name}/main.ts`, import.meta.url).pathname;

interface Neighbour {
  readonly name: string;
  readonly state: string;
}

export function runTrust(say: (line: string) => void): Promise<RigReport> {
  return runWorldRig('trust', () => new TrustRig(say));
}

class TrustRig implements WorldRig {
  readonly figures: Record<string, number> = {};
  readonly failures: string[] = [];
  readonly #say: (line: string) => void;
  readonly #network = new LanNetwork([...boxNames, 'people', 'crowd', 'stranger']);
  readonly #folder = mkdtempSync(join(tmpdir(), 'muster-trust-'));
  readonly #site = new VenueSite('trust');
  readonly #boxes = new Map<BoxName, Box>();

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  async run(): Promise<void> {
    await this.#start();
    const baseline = await this.#people('alone');
    await this.#strangers(baseline);
    await this.#crowd();
    await this.#revoke();
  }

  async close(): Promise<void> {
    for (const box of this.#boxes.values()) await box.stop();
    this.#network.remove();
    if (this.failures.length === 0) rmSync(this.#folder, { recursive: true });
    else this.#say(`logs and stores are in ${this.#folder}`);
  }

  async #start(): Promise<void> {
    this.#say('four boxes on one LAN');
    this.#network.make();
    for (const name of boxNames) {
      const folder = this.#site.makeBox(this.#folder, name, name === 'a');
      const namespace = this.#network.namespace(name);
      const box = new Box({ namespace, folder, name });
      this.#boxes.set(name, box);
      box.start();
    }
    for (const name of boxNames) {
      await this.#until(`${name} has three neighbours`, async () => {
        return (await this.#live(name)).length === 3;
      });
    }
  }

  /** Honest people at b and c, while something else goes on. */
  async #people(label: string): Promise<PeopleResult> {
    const urls = ['b', 'c'].map((box) => this.#url(box));
    const args = [peoplePerBox, messages, everyMs].map(String);
    const people = new Worker<PeopleResult>(this.#network.namespace('people'), main('people'), [
      ...args,
      ...urls,
    ]);
    const result = (await people.done()).at(-1);
    if (result?.p95Ms === undefined) throw new Error('the people ended without a word');
    const { delivered, expected, p50Ms, p95Ms } = result;
    this.#say(`${label}: ${delivered} of ${expected} delivered, p50 ${p50Ms} ms, p95 ${p95Ms} ms`);
    this.#expect(
      delivered >= 0.99 * expected,
      `${label}: only ${delivered} of ${expected} were delivered`,
    );
    this.figures[`${label}DeliveredPercent`] = (100 * delivered) / expected;
    this.figures[`${label}P50Ms`] = p50Ms;
    this.figures[`${label}P95Ms`] = p95Ms;
    return result;
  }

  async #strangers(baseline: PeopleResult): Promise<void> {
    this.#say(`${attempts} attempts by processes without papers`);
    const address = `/ip4/${this.#network.address('b')}/tcp/7310`;
    const namespace = this.#network.namespace('stranger');
    const each = String(attempts / strangers);
    const workers = Array.from(
      { length: strangers },
      () => new Worker<Attempt>(namespace, main('stranger'), [address, each]),
    );
    const meanwhile = await this.#people('stranger');
    const made = (await Promise.all(workers.map((worker) => worker.done()))).flat();
    const bytes = made.reduce((sum, one) => sum + one.bytes, 0);
    this.figures.strangerAttempts = made.length;
    this.figures.strangerLinks = made.filter(({ linked }) => linked).length;
    this.figures.strangerBytes = bytes;
    this.#expect(made.length === attempts, `only ${made.length} attempts were made`);
    this.#expect(bytes === 0, `strangers were told ${bytes} bytes`);
    const status = await this.#box('b').muster('status');
    const refused = status.linksRefused as Readonly<Record<string, number>>;
    this.figures.strangerForgedRefused = refused['certificate-refused'] ?? 0;
    this.#expect(this.figures.strangerForgedRefused > 0, 'no forged certificate was refused');
    this.#expect((await this.#live('b')).length === 3, 'b keeps its three neighbours');
    const limitMs = 2 * Math.max(baseline.p95Ms, 50);
    this.#expect(
      meanwhile.p95Ms <= limitMs,
      `with strangers p95 is ${meanwhile.p95Ms} ms; ${limitMs} ms would do`,
    );
  }

  async #crowd(): Promise<void> {
    this.#say(`${crowdCount} invented guests at d`);
    const addresses = this.#network.addAddresses('crowd', 100);
    const crowd = new Worker<CrowdResult>(this.#network.namespace('crowd'), main('crowd'), [
      ...[this.#url('d'), String(crowdCount), String(crowdWrites), '0'],
      ...addresses,
    ]);
    await this.#people('crowd');
    const [result] = await crowd.done();
    if (!result) throw new Error('the crowd ended without a word');
    const { entered, turnedAway, held, refused } = result;
    this.#say(`crowd: ${entered} entered, ${turnedAway} turned away, ${held} held`);
    this.#say(`crowd: refused ${JSON.stringify(refused)}`);
    this.figures.crowdEntered = entered;
    this.figures.crowdHeld = held;
    this.#expect(entered + turnedAway >= crowdCount, 'not all of the crowd came');
    this.#expect(held < entered * crowdWrites, 'the crowd was not held to a budget');
  }

  async #revoke(): Promise<void> {
    this.#say('d is revoked while c is cut off');
    this.#network.setCable('c', false);
    await this.#until('c is alone', async () => (await this.#live('c')).length === 0);
    const revokedMs = Date.now();
    await this.#box('a').muster('node', 'revoke', 'd', '--yes');
    await this.#until('a and b let go of d', async () => {
      const [a, b] = [await this.#live('a'), await this.#live('b')];
      return !a.includes('d') && !b.includes('d');
    });
    this.figures.revokedNearMs = Date.now() - revokedMs;
    const healedMs = Date.now();
    this.#network.setCable('c', true);
    await this.#until('c is back without d', async () => {
      const live = await this.#live('c');
      return live.includes('a') && live.includes('b') && !live.includes('d');
    });
    this.figures.revokedAfterHealMs = Date.now() - healedMs;
    await this.#stayedCut('c');
    this.#say('c comes back with the card of before');
    await this.#box('c').stop();
    await this.#fromOldCard();
  }

  /** A box whose list was lost learns it again from its neighbours. */
  async #fromOldCard(): Promise<void> {
    const folder = join(this.#folder, 'c');
    for (const name of ['store.db', 'store.db-wal', 'store.db-shm', 'trust-documents.json']) {
      rmSync(join(folder, name), { force: true });
    }
    const startedMs = Date.now();
    this.#box('c').start();
    await this.#until('c is back and lets go of d', async () => {
      const live = await this.#live('c').catch((): string[] => []);
      return live.includes('a') && live.includes('b') && !live.includes('d');
    });
    this.figures.oldCardCutOffMs = Date.now() - startedMs;
    await this.#stayedCut('c');
  }

  async #stayedCut(name: BoxName): Promise<void> {
    for (let i = 0; i < 5; i++) {
      await delay(1_000);
      const live = await this.#live(name);
      this.#expect(!live.includes('d'), `${name} links with d again`);
    }
    for (const [figure, value] of Object.entries(this.figures)) {
      if (!/^(revoked|oldCard)/.test(figure)) continue;
      this.#expect(value <= cutOffMsMax, `${figure} is ${value}; ${cutOffMsMax} would do`);
    }
  }

  /** Names of the neighbours to which a box has a working link. */
  async #live(name: BoxName): Promise<string[]> {
    const status = (await this.#box(name)
      .muster('status')
      .catch(() => undefined)) as { neighbours?: readonly Neighbour[] } | undefined;
    const neighbours = status?.neighbours ?? [];
    return neighbours.filter(({ state }) => state !== 'greeting').map((one) => one.name);
  }

  #url(box: string): string {
    return `http://${this.#network.address(box)}:8080`;
  }

  #box(name: BoxName): Box {
    return this.#boxes.get(name)!;
  }

  #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    return until(what, holds, patience);
  }

  #expect(holds: boolean, what: string): void {
    if (!holds) this.failures.push(what);
  }
}
