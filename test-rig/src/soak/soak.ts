/**
 * The soak: real agents in namespaces with real mDNS, one killed every ten seconds, the mesh split
 * and healed, people who come, write and go; in every stretch a calm, in which all that was held
 * must be everywhere. It runs by the wall clock; the seed draws what is done to whom.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { intBelow, pick, SeededRandom } from '@muster/core/testing';
import { currentCommit } from '../commit.ts';
import { until } from '../rig/report.ts';
import { Fleet, inspectorPort } from './fleet.ts';
import { SoakNetwork } from './network.ts';
import { People } from './people/people.ts';
import type { PeopleCheck } from './people/protocol.ts';
import type { CalmCheck, Collected, Partition, Sample, SoakOptions, SoakRecord } from './record.ts';

const minuteMs = 60_000;
const tickMs = 1_000;
const sampleEveryMs = 5_000;
const collectEveryMs = 60_000;
const killEveryMs = 10_000;
const offMs = { min: 1_000, max: 5_000 };
/** How long a part of the mesh is cut off, and how long it is whole in between. */
const cutMs = { min: 10_000, max: 45_000 };
const wholeMs = { min: 5_000, max: 20_000 };
/** Of every stretch the last part is calm: first the mesh finds together, then all is read. */
const calmMs = 30_000;
const settleMs = 10_000;
const patienceMs = 45_000;
/** A stretch and the warm-up, as shares of the whole run. */
const shares = { stretches: 10, warmUps: 3 };
const stretchMsMin = 60_000;
const staffLifetimeS = 7 * 24 * 3_600;
const guestLifetimeS = 300;
/** Fast in the warm-up, so that what is remembered of messages is full as far as it can be. */
const staffEveryMs = { warmUp: 2_000, later: 40_000 };
const guestEveryMs = 5_000;
const startMsMax = 60_000;

export class Soak {
  readonly #options: SoakOptions;
  readonly #say: (line: string) => void;
  readonly #random: SeededRandom;
  readonly #network: SoakNetwork;
  readonly #fleet: Fleet;
  readonly #steady: readonly number[];
  readonly #collected: readonly number[];
  readonly #restarting = new Set<Promise<void>>();
  readonly #samples: Sample[] = [];
  readonly #kills: { atMs: number; agent: number }[] = [];
  readonly #partitions: Partition[] = [];
  readonly #checks: CalmCheck[] = [];
  readonly #faults: string[] = [];
  #people: People | undefined;
  #startedMs = 0;
  #collectedMs = 0;
  #isCalm = false;
  /** The cut of now, and when it ends; or when the next begins. */
  #cut: { readonly atMs: number; readonly what: string; readonly mend: () => void } | undefined;
  #turnMs = 0;

  constructor(options: SoakOptions, folder: string, say: (line: string) => void) {
    this.#options = options;
    this.#say = say;
    this.#random = new SeededRandom(options.seed);
    this.#network = new SoakNetwork(options.agents);
    this.#steady = Array.from({ length: Math.max(1, Math.floor(options.agents / 3)) }, (_, i) => i);
    // One is left alone, to be looked at beside them.
    this.#collected = this.#steady.slice(0, Math.max(1, this.#steady.length - 1));
    const fleet = { count: options.agents, inspected: this.#collected, folder };
    this.#fleet = new Fleet(this.#network, fleet);
  }

  async run(): Promise<SoakRecord> {
    await this.#begin();
    const endMs = this.#options.minutes * minuteMs;
    const stretchMs = Math.max(stretchMsMin, endMs / shares.stretches);
    while (this.#nowMs < endMs) {
      await this.#trouble(Math.min(endMs, this.#nowMs + stretchMs - calmMs));
      await this.#calm();
    }
    await this.#end();
    return {
      ...{ options: this.#options, commit: currentCommit(), steady: this.#steady },
      ...{ collected: this.#collected, warmUpMs: this.#warmUpMs, lastedMs: this.#nowMs },
      ...{ samples: this.#samples, kills: this.#kills, partitions: this.#partitions },
      ...{ checks: this.#checks, faults: this.#faults },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#restarting);
    await this.#people?.stop();
    await this.#fleet.stop();
    this.#network.remove();
  }

  async #begin(): Promise<void> {
    const { agents, seed } = this.#options;
    this.#network.make();
    this.#fleet.start();
    this.#people = new People(this.#network.people);
    const numbers = Array.from({ length: agents }, (_, number) => number);
    const urls = numbers.map((number) => this.#network.url(number));
    const start = {
      ...{ urls, seed, guestEveryMs },
      staff: numbers.map(() => this.#fleet.site.staff()),
      ...{ staffLifetimeS, guestLifetimeS },
    };
    const answers = (): Promise<boolean> =>
      this.#people!.ask('start', start).then(
        () => true,
        () => false,
      );
    await until('the first agent answers', answers, { waitMsMax: startMsMax, everyMs: 500 });
    await this.#people.ask('pace', { everyMs: staffEveryMs.warmUp });
    this.#startedMs = performance.now();
    this.#say(`${agents} agents, seed ${seed}`);
  }

  /** Kills and cuts, until then. */
  async #trouble(untilMs: number): Promise<void> {
    await this.#people!.ask('guests', { areLetIn: true });
    if (this.#nowMs >= this.#warmUpMs) {
      await this.#people!.ask('pace', { everyMs: staffEveryMs.later });
    }
    let killMs = this.#nowMs + killEveryMs;
    this.#turnMs = this.#nowMs + this.#between(wholeMs);
    while (this.#nowMs < untilMs) {
      await this.#tick();
      if (this.#nowMs >= killMs) {
        killMs += killEveryMs;
        this.#killOne();
      }
      if (this.#nowMs >= this.#turnMs) this.#turn();
    }
    this.#mend();
  }

  /** All agents are up and the mesh is whole; then each must show all. */
  async #calm(): Promise<void> {
    await Promise.all(this.#restarting);
    await this.#people!.ask('guests', { areLetIn: false });
    const fromMs = this.#nowMs;
    while (this.#nowMs < fromMs + settleMs) await this.#tick();
    this.#isCalm = true;
    let isDone = false;
    const checking = this.#people!.ask('check', { patienceMs }).finally(() => {
      isDone = true;
    });
    while (!isDone || this.#nowMs < fromMs + calmMs) await this.#tick();
    const check = await checking;
    this.#checks.push({ atMs: this.#nowMs, ...check });
    this.#isCalm = false;
    this.#tell(check);
  }

  /** Nobody writes any more: what is queued has to go out. */
  async #end(): Promise<void> {
    await this.#people!.ask('pace', { everyMs: Number.POSITIVE_INFINITY });
    this.#isCalm = true;
    const fromMs = this.#nowMs;
    while (this.#nowMs < fromMs + calmMs) await this.#tick();
    this.#checks.push({ atMs: this.#nowMs, ...(await this.#people!.ask('check', { patienceMs })) });
    await this.#sample();
  }

  /** A second passes; now and then it is looked at everything. */
  async #tick(): Promise<void> {
    const lastMs = this.#samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
    if (this.#nowMs - lastMs >= sampleEveryMs) await this.#sample();
    await delay(tickMs);
  }

  async #sample(): Promise<void> {
    for (const number of this.#fleet.gone()) {
      const fault = `agent ${number} ended by itself`;
      if (!this.#faults.includes(fault)) this.#faults.push(fault);
    }
    const atMs = this.#nowMs;
    const { agents, ...people } = await this.#people!.ask('sample', {});
    const collected = await this.#collect();
    const looked = agents.map((metrics, number) => ({
      residentBytes: this.#fleet.residentBytes(number),
      descriptors: this.#fleet.descriptors(number),
      metrics,
      ...collected.get(number),
    }));
    this.#samples.push({ atMs, isCalm: this.#isCalm, agents: looked, people });
  }

  /** Now and then: memory after garbage was collected, by the number of the agent. */
  async #collect(): Promise<ReadonlyMap<number, { readonly collected: Collected }>> {
    const found = new Map<number, { readonly collected: Collected }>();
    if (this.#nowMs - this.#collectedMs < collectEveryMs) return found;
    this.#collectedMs = this.#nowMs;
    const inspectors = this.#collected.map(
      (number) => `http://${this.#network.accessAddress(number)}:${inspectorPort}`,
    );
    const left = await this.#people!.ask('collect', { inspectors });
    this.#collected.forEach((number, i) => {
      const [heapBytes, residentBytes] = [left[i], this.#fleet.residentBytes(number)];
      if (heapBytes === undefined || residentBytes === undefined) return;
      found.set(number, { collected: { heapBytes, residentBytes } });
    });
    return found;
  }

  #killOne(): void {
    const { agents } = this.#options;
    const mortal = Array.from({ length: agents }, (_, number) => number).filter(
      (number) => !this.#steady.includes(number) && this.#fleet.isUp(number),
    );
    if (mortal.length === 0) return;
    const agent = pick(this.#random, mortal);
    this.#kills.push({ atMs: this.#nowMs, agent });
    const restarting = this.#fleet.killAndStart(agent, this.#between(offMs)).finally(() => {
      this.#restarting.delete(restarting);
    });
    this.#restarting.add(restarting);
  }

  /** From whole to cut, or back. */
  #turn(): void {
    if (this.#cut !== undefined) {
      this.#mend();
      this.#turnMs = this.#nowMs + this.#between(wholeMs);
      return;
    }
    const { agents } = this.#options;
    const atMs = this.#nowMs;
    if (intBelow(this.#random, 2) === 0) {
      const number = intBelow(this.#random, agents);
      this.#network.setCable(number, false);
      const mend = (): void => this.#network.setCable(number, true);
      this.#cut = { atMs, what: `cable of agent ${number}`, mend };
    } else {
      const apart = Array.from({ length: agents }, (_, number) => number).filter(
        () => intBelow(this.#random, 2) === 0,
      );
      this.#network.split(apart);
      const mend = (): void => this.#network.split([]);
      this.#cut = { atMs, what: `agents ${apart.join(', ')} apart`, mend };
    }
    this.#turnMs = atMs + this.#between(cutMs);
  }

  #mend(): void {
    if (this.#cut === undefined) return;
    const { atMs, what, mend } = this.#cut;
    mend();
    this.#partitions.push({ atMs, untilMs: this.#nowMs, what });
    this.#cut = undefined;
  }

  #tell({ missing, examples }: PeopleCheck): void {
    const { people, agents } = this.#samples.at(-1)!;
    const mb = this.#steady.map((number) => (agents[number]!.residentBytes ?? 0) / 1e6);
    const minutes = (this.#nowMs / minuteMs).toFixed(1);
    this.#say(
      `${minutes} min: ${this.#kills.length} kills, ${this.#partitions.length} partitions, ` +
        `${people.held} held, ${missing} missing, ` +
        `${mb.map((one) => one.toFixed(1)).join(' ')} MB in the steady agents`,
    );
    for (const example of examples) this.#say(example);
  }

  #between({ min, max }: { readonly min: number; readonly max: number }): number {
    return min + intBelow(this.#random, max - min + 1);
  }

  get #warmUpMs(): number {
    return (this.#options.minutes * minuteMs) / shares.warmUps;
  }

  get #nowMs(): number {
    return performance.now() - this.#startedMs;
  }
}
