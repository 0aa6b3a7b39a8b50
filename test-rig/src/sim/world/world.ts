/**
 * The simulated world: real nodes on virtual lines, disks and clocks, in one process and in virtual
 * time. It executes a plan in two phases: first the faults, under which nothing may be lost, shown
 * twice or forged; then the honest boxes are mended and joined, and must come to hold the same.
 */
import { type Crypto, Role, shortId, siteChannelTag } from '@muster/core';
import {
  FakeClock,
  type SampleAuthor,
  SampleSite,
  SeededRandom,
  SharedContents,
} from '@muster/core/testing';
import { Admins } from '../admins.ts';
import { Checkers } from '../checkers/index.ts';
import { FaultCounts } from '../fault-kind.ts';
import { ageLiars, createLiar, type LiarWrote } from '../liars/index.ts';
import type { LineShape } from '../network/line.ts';
import { onceVerified } from '../once-verified.ts';
import type { Action, BoxAction, LineAction } from '../plan/action.ts';
import type { PersonPlan } from '../plan/draw-people.ts';
import type { Plan } from '../plan/plan.ts';
import { healEdges, isByRadio } from '../topology/index.ts';
import { Trace } from '../trace.ts';
import { Box, type DiskFault } from './box.ts';
import { Connection } from './connection.ts';
import { Person } from './person.ts';

const hourMs = 3_600_000;
/** Time that a healed mesh gets to converge, virtual: the bound of liveness. */
const healMs = 10 * 60_000;
/** A full window over the slowest line, and then a clog that lasts until the ends give up. */
const transitMsMax = 3 * 60_000;
const healedLine: LineShape = {
  ...{ delayMs: 10, jitterMs: 5, bytesPerSecond: 1_000_000 },
  ...{ loss: 0, replay: 0, reorder: 0 },
};

export class World {
  readonly plan: Plan;
  readonly clock = new FakeClock();
  readonly faults = new FaultCounts();
  readonly trace: Trace;
  readonly checkers: Checkers;
  readonly boxes: readonly Box[];
  readonly people: readonly Person[];
  readonly #connections = new Map<string, Connection>();
  readonly #lines: readonly Connection[];
  readonly #admins: Admins;
  /** What many boxes hold is in memory once. */
  readonly #contents = new SharedContents();
  readonly #random: SeededRandom;
  #next = 0;
  #healing = false;

  constructor(crypto: Crypto, plan: Plan) {
    const random = new SeededRandom(plan.options.seed);
    const shared = onceVerified(crypto);
    const site = new SampleSite(shared, random.fork());
    const { publicKey } = site.key;
    const tags = { general: site.general, crew: siteChannelTag(shared, publicKey, 'crew') };
    this.plan = plan;
    this.#random = random.fork();
    this.trace = new Trace(crypto);
    this.boxes = plan.boxes.map((_, number) => this.#makeBox(shared, site, number));
    this.checkers = new Checkers({ crypto: shared, boxes: this.boxes, ...mayLie(plan) });
    this.people = plan.people.map((person, number) => {
      const author = this.#authorOf(site, person);
      const { role, box } = person;
      return new Person({
        ...{ number, author, role, box: this.boxes[box]!, tags },
        ...{ clock: this.clock, checkers: this.checkers, faults: this.faults },
        trace: (event) => this.#note(event),
      });
    });
    this.#admins = new Admins(site, random.fork());
    this.#lines = plan.pairs.map(([a, b]) => this.#connection(a, b));
  }

  /** Useful bytes handed to links, and bytes on the wires with what was sent again. */
  get bytes(): { readonly sent: number; readonly onWire: number } {
    const counts = [...this.#connections.values()].map(({ line }) => line.counts);
    const sum = (what: 'bytesSent' | 'bytesOnWire') =>
      counts.reduce((total, count) => total + count[what], 0);
    return { sent: sum('bytesSent'), onWire: sum('bytesOnWire') };
  }

  /** Runs both phases; checkers look into every box, and `onHour` is told after each hour. */
  run(onHour: (hour: number) => void = () => {}): void {
    try {
      this.#start();
      for (let hour = 1; hour <= this.plan.options.hours; hour++) {
        this.clock.advance(hourMs);
        this.checkers.look(this.#nowMs);
        onHour(hour);
      }
      this.#heal();
    } catch (error) {
      this.checkers.threw(undefined, error, this.#nowMs);
    }
  }

  get #nowMs(): number {
    return this.clock.monotonicMs();
  }

  #start(): void {
    for (const box of this.boxes) this.#boot(box);
    for (const { a, b, fromMs, untilMs } of this.plan.contacts) {
      const connection = this.#connection(a, b);
      this.clock.after(fromMs, () => !this.#healing && connection.meet());
      if (Number.isFinite(untilMs)) this.clock.after(untilMs, () => connection.part());
    }
    this.#actNext();
  }

  /** One timer for the whole list: thousands of them would only make the heap slow. */
  #actNext(): void {
    const action = this.plan.actions[this.#next];
    if (!action) return;
    this.clock.after(action.atMs - this.#nowMs, () => {
      this.#next++;
      if (this.#healing) return;
      this.#apply(action);
      this.#actNext();
    });
  }

  #heal(): void {
    this.#healing = true;
    this.checkers.look(this.#nowMs);
    this.people.forEach((person, number) => {
      const { isGreedy, box } = this.plan.people[number]!;
      // Nobody owes the greedy all that they wrote, nor anybody what a liar takes.
      if (isGreedy || this.boxes[box]!.isLiar) person.giveUp();
      person.goHome();
    });
    for (const box of this.boxes) this.#healBox(box);
    const liars = this.boxes.filter(({ isLiar }) => isLiar).map(({ number }) => number);
    const { contacts } = this.plan;
    const nodes = this.boxes.length;
    const edges = healEdges(this.#random, { nodes, contacts, atMs: this.#nowMs, liars });
    for (const [a, b] of edges) this.#connection(a, b).heal(healedLine);
    this.clock.advance(healMs);
    const waiting = this.people.map(({ waiting: count }, number) => {
      return { node: this.plan.people[number]!.box, count };
    });
    this.checkers.healed({ nowMs: this.#nowMs, edges, waiting });
    this.#note('end');
  }

  /** Liars are switched off: what is healed is the honest core. */
  #healBox(box: Box): void {
    if (box.isLiar) {
      this.#crash(box, () => box.crash(0));
      return;
    }
    this.#failDisk(box, undefined);
    box.slowDown(undefined);
    this.#boot(box);
  }

  #apply(action: Action): void {
    switch (action.kind) {
      case 'write':
        this.people[action.person]!.write(action);
        break;
      case 'put-again':
        this.people[action.person]!.putAgain(action.back);
        break;
      case 'move':
        this.faults.count('phone-moved');
        this.people[action.person]!.move(this.boxes[action.box]!);
        break;
      case 'act':
        this.#admins.act(this.boxes[action.box]!);
        break;
      case 'lie': {
        const box = this.boxes[action.box]!;
        if (box.node) box.liar?.act(box);
        break;
      }
      default:
        this.#note(`${action.kind} ${'line' in action ? action.line : action.box}`);
        if ('line' in action) this.#lines[action.line]!.apply(action satisfies LineAction);
        else this.#applyToBox(this.boxes[action.box]!, action);
    }
  }

  #applyToBox(box: Box, action: BoxAction): void {
    const later = (run: () => void) => {
      this.clock.after(action.forMs, () => !this.#healing && run());
    };
    switch (action.kind) {
      case 'crash':
        this.faults.count('crash');
        this.#crash(box, () => box.crash(action.reached, action.wallMs));
        later(() => this.#boot(box));
        break;
      case 'disk-lost':
        this.faults.count('disk-lost');
        this.#crash(box, () => box.loseDisk());
        this.checkers.diskLost(box.number, this.#nowMs);
        later(() => this.#boot(box));
        break;
      case 'disk-full':
      case 'disk-error':
        this.faults.count(action.kind);
        this.#failDisk(box, action.kind === 'disk-full' ? 'disk-full' : 'io-error');
        later(() => this.#failDisk(box, undefined));
        break;
      case 'wall-stop':
        this.faults.count('clock-stop');
        box.stopWall();
        later(() => box.goOnWall());
        break;
      case 'wall-jump':
        this.faults.count('clock-jump');
        box.jumpWall(action.byMs);
        later(() => box.jumpWall(-action.byMs));
        break;
      case 'slow':
        this.faults.count('box-slow');
        box.slowDown(action.commitMs);
        later(() => box.slowDown(undefined));
    }
  }

  #failDisk(box: Box, fault: DiskFault | undefined): void {
    box.failDisk(fault);
    this.checkers.diskFault(box.number, fault, this.#nowMs);
  }

  #crash(box: Box, stop: () => void): void {
    if (!box.node) return;
    for (const connection of this.#connections.values()) {
      if (connection.joins(box)) connection.unplug(box);
    }
    stop();
    this.checkers.crashed(box.number, this.#nowMs);
  }

  #boot(box: Box): void {
    if (box.node) return;
    box.boot();
    this.checkers.booted(box.number, this.#nowMs);
    for (const connection of this.#connections.values()) {
      if (connection.joins(box)) connection.plug();
    }
  }

  #makeBox(crypto: Crypto, site: SampleSite, number: number): Box {
    const { wallOffsetMs, liar: kind } = this.plan.boxes[number]!;
    const { commitMs, contentBytesMax } = this.plan.world;
    const sample = site.node(`box-${number}`);
    const { clock, faults } = this;
    const own = this.#random.fork();
    if (wallOffsetMs !== 0) faults.count('clock-wrong');
    const wrote = (bundle: LiarWrote) =>
      this.checkers.wrote({ ...bundle, node: number, nowMs: this.#nowMs, byLiar: true });
    const { count } = faults;
    const liar =
      kind && createLiar(kind, { random: own.fork(), site, clock, sample, count, wrote });
    return new Box({
      ...{ number, crypto, site, sample, commitMs, contentBytesMax, wallOffsetMs, liar, clock },
      contents: this.#contents,
      // A stream of its own for each node: what one draws must not depend on the others' order.
      random: own,
      events: {
        onBundle: (bundle) => {
          this.#note(`show ${number} ${shortId(bundle.id)}`);
          this.checkers.shown({ node: number, bundle, nowMs: this.#nowMs });
        },
        onHeld: () => {},
        onNeighbours: () => {},
        onPolicy: () => {},
      },
    });
  }

  /** Guests have their ticket from the box at which they came in. */
  #authorOf(site: SampleSite, { role, box }: PersonPlan): SampleAuthor {
    return role === Role.guest ? site.guest(this.boxes[box]!.sample) : site.author(role);
  }

  #connection(a: number, b: number): Connection {
    const key = `${a}-${b}`;
    let connection = this.#connections.get(key);
    if (!connection) {
      connection = new Connection({
        ...{ clock: this.clock, faults: this.faults, shape: this.plan.world.line },
        ...{ a: this.boxes[a]!, b: this.boxes[b]!, random: this.#random.fork() },
        medium: isByRadio(this.plan.world.topology) ? 'radio' : 'lan',
      });
      this.#connections.set(key, connection);
    }
    return connection;
  }

  #note(event: string): void {
    this.trace.add(this.#nowMs, event);
  }
}

/** Whether ages and frames may come changed: then a box is held only to what it can know. */
function mayLie(plan: Plan) {
  const liars = plan.boxes.flatMap(({ liar }) => liar ?? []);
  const isMangled = plan.actions.some(({ kind }) => kind === 'mangle');
  const agesLie = isMangled || liars.some((kind) => ageLiars.includes(kind));
  return { agesLie, framesLie: isMangled || liars.length > 0, transitMsMax };
}
