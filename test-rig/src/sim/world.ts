/**
 * The simulated world: real nodes on virtual wires, disks and clocks, in one process and in virtual
 * time. Two phases: first faults, in which nothing may be lost or shown twice; then everything is
 * mended, and all nodes must come to hold the same.
 */
import { type Crypto, Role, shortId } from '@muster/core';
import {
  chance,
  FakeClock,
  fraction,
  intBelow,
  SampleSite,
  SeededRandom,
} from '@muster/core/testing';
import { Admins, beliefOf } from './admins.ts';
import { Cables, exponential } from './cables.ts';
import { Checkers } from './checkers.ts';
import { onceVerified } from './once-verified.ts';
import { drawWorldOptions, type SimOptions, type WorldOptions } from './options.ts';
import { Person } from './people.ts';
import { SimNode } from './sim-node.ts';
import { drawTopology } from './topology.ts';
import { Trace } from './trace.ts';

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;
const wrongYearsMax = 10;
/** Time that a healed mesh gets to converge, virtual. */
const healMs = 10 * 60_000;
/** Mean time between two acts of the admins. */
const actEveryMs = hourMs;

export class World {
  readonly options: SimOptions;
  readonly world: WorldOptions;
  readonly checkers = new Checkers();
  readonly trace: Trace;
  readonly clock = new FakeClock();
  readonly nodes: SimNode[] = [];
  readonly people: Person[] = [];
  readonly #random: SeededRandom;
  readonly #cables: Cables;
  readonly #admins: Admins;
  #faults = true;
  crashes = 0;

  constructor(crypto: Crypto, options: SimOptions) {
    const random = new SeededRandom(options.seed);
    const shared = onceVerified(crypto);
    this.options = options;
    this.#random = random;
    this.world = drawWorldOptions(random);
    this.trace = new Trace(crypto);
    const site = new SampleSite(shared, random);
    for (let number = 0; number < options.nodes; number++) {
      this.nodes.push(this.#makeNode(shared, site, number));
      for (let i = 0; i < this.world.peoplePerNode; i++) {
        this.people.push(this.#makePerson(site, number));
      }
    }
    this.#admins = new Admins(site, new SeededRandom(random.uint32()));
    this.#cables = new Cables({
      clock: this.clock,
      random,
      world: this.world,
      nodes: this.nodes,
      edges: drawTopology(this.world.topology, options.nodes, random),
      trace: (event) => this.#note(event),
    });
  }

  get cuts(): number {
    return this.#cables.cuts;
  }

  /** Runs both phases; `onHour` is told after each virtual hour. */
  run(onHour: (hour: number) => void): void {
    this.nodes.forEach((node, number) => {
      node.boot();
      this.#crashLater(number);
    });
    this.#cables.start();
    for (const person of this.people) person.start();
    this.#actLater();
    for (let hour = 1; hour <= this.options.hours; hour++) {
      this.clock.advance(hourMs);
      onHour(hour);
    }
    this.#heal();
  }

  #heal(): void {
    this.#faults = false;
    for (const person of this.people) person.quiet();
    for (const number of this.nodes.keys()) this.#bootBack(number);
    this.#cables.heal();
    this.clock.advance(healMs);
    const waiting = this.people.reduce((sum, person) => sum + person.waiting, 0);
    if (waiting > 0) this.checkers.violations.push(`${waiting} messages still wait after healing`);
    const timelines = this.nodes.map((node) => node.timeline());
    this.checkers.assertConverged(this.clock.monotonicMs(), timelines);
    this.checkers.assertSameBeliefs(this.nodes.map(beliefOf));
    this.#note(`end ${timelines[0]?.length ?? 0}`);
  }

  #makeNode(crypto: Crypto, site: SampleSite, number: number): SimNode {
    const random = this.#random;
    const wrong = chance(random, this.world.wrongClockChance);
    const wallOffsetMs = wrong ? (fraction(random) * 2 - 1) * wrongYearsMax * yearMs : 0;
    return new SimNode({
      crypto,
      // A stream of its own for each node: what one draws must not depend on the others' order.
      random: new SeededRandom(random.uint32()),
      clock: this.clock,
      site,
      sample: site.node(`box-${number}`),
      commitMs: this.world.commitMs,
      wallOffsetMs: Math.floor(wallOffsetMs),
      events: {
        onBundle: (bundle) => {
          const nowMs = this.clock.monotonicMs();
          this.#note(`show ${number} ${shortId(bundle.id)}`);
          this.checkers.shown({ node: number, id: bundle.id, ageMs: bundle.ageNowMs, nowMs });
        },
        onHeld: () => {},
        onNeighbours: () => {},
        onPolicy: () => {},
      },
    });
  }

  #makePerson(site: SampleSite, number: number): Person {
    return new Person({
      author: site.author(Role.staff),
      home: this.nodes[number]!,
      node: number,
      random: new SeededRandom(this.#random.uint32()),
      world: this.world,
      checkers: this.checkers,
      trace: (event) => this.#note(event),
      nowMs: () => this.clock.monotonicMs(),
      after: (delayMs, run) => void this.clock.after(delayMs, run),
    });
  }

  #actLater(): void {
    this.clock.after(exponential(this.#random, actEveryMs), () => {
      if (!this.#faults) return;
      const number = intBelow(this.#random, this.nodes.length);
      this.#admins.act(this.nodes[number]!);
      this.#note(`act ${number} ${this.#admins.signed}`);
      this.#actLater();
    });
  }

  #crashLater(number: number): void {
    this.clock.after(exponential(this.#random, this.world.crashEveryMs), () => {
      if (!this.#faults) return;
      this.crashes++;
      this.#note(`crash ${number}`);
      this.#cables.unplug(number);
      this.nodes[number]!.crash();
      this.clock.after(exponential(this.#random, this.world.crashDownMs), () => {
        this.#bootBack(number);
        if (this.#faults) this.#crashLater(number);
      });
    });
  }

  #bootBack(number: number): void {
    const node = this.nodes[number]!;
    if (node.node) return;
    node.boot();
    this.#note(`boot ${number}`);
    const nowMs = this.clock.monotonicMs();
    this.checkers.assertHeldAt(number, nowMs, new Set(node.timeline()));
    this.#cables.plug(number);
  }

  #note(event: string): void {
    this.trace.add(this.clock.monotonicMs(), event);
  }
}

/** The 50th, 95th and 100th percentile of some samples. */
export function percentiles(samples: readonly number[]) {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}
