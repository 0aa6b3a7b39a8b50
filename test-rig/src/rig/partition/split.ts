/**
 * One split that heals: two boxes of one site that wrote for days on their own, then their cable is
 * back and people go on writing. Measured from that moment: how long until each has all, bytes on
 * the cable, how long live messages take meanwhile, memory.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../report.ts';
import { Worker } from '../trust/worker.ts';
import { Box } from '../venue/box.ts';
import { type StaffKey, VenueSite } from '../venue/site.ts';
import type { BacklogPlan, Written } from './backlog/plan.ts';
import { type Cable, type Place, places } from './cable.ts';
import type { PeopleLine } from './people/main.ts';

export interface SplitOptions {
  readonly folder: string;
  readonly seed: number;
  /** Written on each side while apart. */
  readonly bundles: number;
  /** Written before, and the same on both sides. */
  readonly common: number;
  readonly hours: number;
  /** Of a message that was written while apart; live ones have 300. */
  readonly lettersMax: number;
  readonly program: readonly string[];
  readonly convergedMsMax: number;
  readonly say: (line: string) => void;
}

export interface SplitResult {
  readonly missingBundles: number;
  /** Signed bytes, signatures and tickets that one side had and the other lacked, live included. */
  readonly missingBytes: number;
  /** From the cable's return until the first message came through, finding each other included. */
  readonly linkedMs: number;
  readonly convergedMs: number;
  readonly wireBytes: number;
  readonly liveMessages: number;
  readonly liveP50Ms: number;
  readonly liveP95Ms: number;
  readonly residentBytesMax: number;
}

const peoplePerSide = 100;
const commonHours = 24;
const liveEveryMs = 500;
const lastArrivalMsMax = 20_000;
const url = 'http://127.0.0.1:8080';
const backlogMain = new URL('./backlog/main.ts', import.meta.url).pathname;
const peopleMain = new URL('./people/main.ts', import.meta.url).pathname;

interface Side {
  readonly box: Box;
  readonly written: Written;
  people?: Worker<PeopleLine>;
}

export class Split {
  readonly #options: SplitOptions;
  readonly #cable: Cable;
  readonly #site = new VenueSite('partition');
  readonly #sides = new Map<Place, Side>();

  constructor(cable: Cable, options: SplitOptions) {
    this.#cable = cable;
    this.#options = options;
  }

  async run(): Promise<SplitResult> {
    const { say, bundles, common, hours } = this.#options;
    await this.#cable.make();
    say(`${hours} hours apart: ${bundles} messages on each side, ${common} from before on both`);
    await this.#write();
    for (const place of places) await this.#begin(place);
    const before = await this.#cable.sentBytes();
    const joinedMs = Date.now();
    this.#cable.setJoined(true);
    say('the cable is back, and people go on writing');
    const convergedMs = (await this.#converged()) - joinedMs;
    await this.#allLiveArrive(Date.now());
    const after = await this.#cable.sentBytes();
    return this.#result(joinedMs, { convergedMs, wireBytes: sent(after) - sent(before) });
  }

  async close(): Promise<void> {
    for (const { people, box } of this.#sides.values()) {
      await people?.stop();
      await box.stop();
    }
    await this.#cable.remove();
  }

  async #write(): Promise<void> {
    const { seed, bundles, common, hours, lettersMax } = this.#options;
    const people = (): StaffKey[] =>
      Array.from({ length: peoplePerSide }, () => this.#site.staff());
    const before = { seed, people: people(), bundles: common, hours: commonHours, lettersMax };
    const beginsUnixMs = Date.now() - (hours + commonHours) * 3_600_000;
    await Promise.all(
      places.map(async (place, i) => {
        const apart = { seed: seed + 1 + i, people: people(), bundles, hours, lettersMax };
        const stretches = [before, apart];
        this.#sides.set(place, await this.#fill(place, { seed, beginsUnixMs, stretches }));
      }),
    );
  }

  async #fill(place: Place, plan: BacklogPlan): Promise<Side> {
    const { folder, program } = this.#options;
    mkdirSync(folder, { recursive: true });
    const path = this.#site.makeBox(folder, place);
    const planFile = join(folder, `${place}-plan.json`);
    writeFileSync(planFile, JSON.stringify(plan));
    const command = [backlogMain, path, planFile];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    rmSync(planFile);
    const written = (JSON.parse(stdout) as Written[]).at(-1)!;
    const namespace = this.#cable.namespace(place);
    return { box: new Box({ namespace, folder: path, name: place, program }), written };
  }

  async #begin(place: Place): Promise<void> {
    const side = this.#sides.get(place)!;
    side.box.start();
    await until(`${place} answers`, () => side.box.muster('status').then(Boolean, () => false), {
      waitMsMax: 30_000,
      everyMs: 200,
    });
    const { seed, ticket } = this.#site.staff();
    const args = [url, seed, ticket, String(liveEveryMs)];
    side.people = new Worker(this.#cable.namespace(place), peopleMain, args);
    await until(`people are at ${place}`, async () => side.people!.lines.length > 0, {
      waitMsMax: 20_000,
      everyMs: 50,
    });
  }

  /** When the last message of a backlog arrived, unix milliseconds. */
  async #converged(): Promise<number> {
    const { convergedMsMax, bundles, say } = this.#options;
    let told = Date.now();
    await until(
      'each side has all',
      async () => {
        const lines = places.map((place) => this.#latest(place));
        if (Date.now() - told >= 10_000) {
          told = Date.now();
          say(`a lacks ${bundles - lines[0]!.backlog}, b lacks ${bundles - lines[1]!.backlog}`);
        }
        return lines.every(({ backlog }) => backlog >= bundles);
      },
      { waitMsMax: convergedMsMax, everyMs: 250 },
    );
    return Math.max(...places.map((place) => this.#latest(place).backlogMs));
  }

  /** Every live message that was written until then. */
  async #allLiveArrive(writtenUntilMs: number): Promise<void> {
    const lost = (from: Place, to: Place): boolean => {
      const arrived = new Set(this.#latest(to).live.map(([atMs]) => atMs));
      const { written } = this.#latest(from);
      return written.some((atMs) => atMs <= writtenUntilMs && !arrived.has(atMs));
    };
    await until('each live message arrived', async () => !lost('a', 'b') && !lost('b', 'a'), {
      waitMsMax: lastArrivalMsMax,
      everyMs: 250,
    });
  }

  #result(joinedMs: number, measured: Pick<SplitResult, 'convergedMs' | 'wireBytes'>): SplitResult {
    const sides = [...this.#sides.values()];
    const lines = places.map((place) => this.#latest(place));
    const sum = <T>(of: readonly T[], pick: (one: T) => number): number =>
      of.reduce((total, one) => total + pick(one), 0);
    // What was written before the link was there is backlog too.
    const linkedMs = Math.min(...lines.map((line) => line.linkedMs));
    const arrived = lines.flatMap(({ live }) => live).filter(([atMs]) => atMs >= linkedMs);
    const waits = arrived.map(([, tookMs]) => tookMs).toSorted((x, y) => x - y);
    const at = (share: number): number => waits[Math.floor(waits.length * share)] ?? Number.NaN;
    return {
      missingBundles: sum(sides, ({ written }) => written.bundles),
      missingBytes:
        sum(sides, ({ written }) => written.bundleBytes + written.ticketBytes) +
        sum(lines, ({ writtenBytes }) => writtenBytes),
      ...measured,
      linkedMs: linkedMs - joinedMs,
      liveMessages: arrived.length,
      liveP50Ms: at(0.5),
      liveP95Ms: at(0.95),
      residentBytesMax: Math.max(...sides.map(({ box }) => residentBytesMax(box.pid!))),
    };
  }

  #latest(place: Place): PeopleLine {
    return this.#sides.get(place)!.people!.lines.at(-1)!;
  }
}

function sent({ a, b }: Readonly<Record<Place, number>>): number {
  return a + b;
}

/** The most that a process ever had in memory (proc(5)). */
function residentBytesMax(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
