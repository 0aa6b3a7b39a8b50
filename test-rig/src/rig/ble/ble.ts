/**
 * `npm run rig -- ble`: boxes that meet by Bluetooth LE, on real BlueZ with virtual controllers, in
 * a virtual machine with Debian's stock kernel (step 4 of a message's way, on a radio). Outside are
 * made the data folders with their backlogs; inside, a conductor goes through the scenarios and
 * tells what it sees, line by line.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildHelper } from '@muster/adapters/transport-ble/l2cap';
import { bundledAgent } from '../bundled-agent.ts';
import type { BacklogPlan, Written } from '../partition/backlog/plan.ts';
import { type RigReport, runWorldRig, type WorldRig } from '../report.ts';
import { VenueSite } from '../venue/site.ts';
import { type BleEvent, type BlePlan, type BoxName, boxNames } from './inside/event.ts';
import { bootFiles } from './machine/kernel.ts';
import { Machine } from './machine/machine.ts';
import { buildPrograms } from './programs.ts';
import { contracts, scenarioNames } from './scenarios/scenarios.ts';

export interface BleOptions {
  readonly seed: number;
  /** Written at a and b each before they meet. */
  readonly bundles: number;
  /** Some of the scenarios, by name; all unless given. */
  readonly only: readonly string[];
}

const bundlesUsual = 1_000;
/** From 20 letters: 300 on average, the message that all our figures speak of. */
const lettersMax = 580;
const peopleCount = 20;
const backlogHours = 1;
/** It takes 205 s (issue 6: four minutes), and more beside others; beyond this it hangs. */
const runMsMax = 330_000;
const tree = fileURLToPath(new URL('../../../../', import.meta.url));
const backlogMain = fileURLToPath(new URL('../partition/backlog/main.ts', import.meta.url));

export function runBle(
  say: (line: string) => void,
  options: Partial<BleOptions> = {},
): Promise<RigReport> {
  const { bundles = bundlesUsual, seed = Date.now() >>> 0, only = [] } = options;
  return runWorldRig('ble', () => new BleRig(say, { bundles, seed, only }));
}

/** `npm run rig -- ble-contract`: the contract suites of radios and links, on real BlueZ. */
export function runBleContract(
  say: (line: string) => void,
  { seed = Date.now() >>> 0 }: Partial<BleOptions> = {},
): Promise<RigReport> {
  const options = { bundles: 1, seed, only: Object.keys(contracts) };
  return runWorldRig('ble-contract', () => new BleRig(say, options));
}

class BleRig implements WorldRig {
  readonly figures: Record<string, number> = {};
  readonly failures: string[] = [];
  readonly #say: (line: string) => void;
  readonly #options: BleOptions;
  readonly #results = mkdtempSync(join(tmpdir(), 'muster-ble-'));
  readonly #site = new VenueSite('ble');
  #machine: Machine | undefined;
  #hasEnded = false;

  constructor(say: (line: string) => void, options: BleOptions) {
    this.#say = say;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { seed } = this.#options;
    this.figures.seed = seed;
    this.#say(`seed ${seed}; logs in ${this.#results}`);
    const boot = bootFiles(this.#say);
    await buildPrograms(this.#results);
    await this.#prepare();
    const environment = [`NODE_PATH=${join(tree, 'node_modules')}`];
    this.#machine = new Machine({
      ...{ boot, runMsMax, results: this.#results },
      command: ['env', ...environment, process.execPath, '/run/rig/conductor.cjs'],
      onLine: (line) => this.#hear(line),
    });
    const { isLate, tookMs, tail, kernelFaults } = await this.#machine.run();
    this.figures.machineMs = tookMs;
    // Of Linux, not ours: it ends bluetoothd, for one, and explains what else is seen.
    this.figures.kernelFaults = kernelFaults.length;
    for (const line of kernelFaults) this.#say(line);
    if (isLate) this.failures.push(`the machine ran for more than ${runMsMax / 1_000} s`);
    else if (!this.#hasEnded) this.failures.push(`the machine ended before its end: ${tail}`);
  }

  async close(): Promise<void> {
    await this.#machine?.kill();
    if (this.failures.length === 0) rmSync(this.#results, { recursive: true });
    else this.#say(`logs are in ${this.#results}`);
  }

  #hear(line: string): void {
    const event = JSON.parse(line) as BleEvent;
    if ('say' in event) this.#say(event.say);
    else if ('figure' in event) {
      this.figures[event.figure] = event.value;
      this.#say(`${event.figure} ${event.value.toLocaleString('en')}`);
    } else if ('failure' in event) {
      this.failures.push(event.failure);
      this.#say(`FAILED: ${event.failure}`);
    } else this.#hasEnded = true;
  }

  async #prepare(): Promise<void> {
    const boxes = join(this.#results, 'boxes');
    mkdirSync(boxes);
    const stranger = new VenueSite('stranger');
    for (const name of boxNames) {
      if (name === 'd') mkdirSync(join(boxes, name));
      // The root key is at b: there the admin types.
      else (name === 'stranger' ? stranger : this.#site).makeBox(boxes, name, name === 'b');
    }
    const written = [await this.#fill('a', 0), await this.#fill('b', 1)];
    const { bundles, only } = this.#options;
    const bytes = written.reduce((sum, { bundleBytes }) => sum + bundleBytes, 0) / 2;
    const helper = buildHelper();
    if (helper.path === undefined) throw new Error(`no helper for channels: ${helper.because}`);
    const plan: BlePlan = {
      l2capHelper: helper.path,
      scenarios: only.length > 0 ? only : scenarioNames,
      node: process.execPath,
      agent: bundledAgent(),
      backlog: { bundles, bytes },
      staff: Object.fromEntries(['a', 'b', 'c'].map((name) => [name, this.#site.staff()])),
    };
    writeFileSync(join(this.#results, 'plan.json'), JSON.stringify(plan));
  }

  /** The box gets a backlog of its own. */
  async #fill(name: BoxName, number: number): Promise<Written> {
    const { bundles } = this.#options;
    const seed = this.#options.seed + number;
    const people = Array.from({ length: peopleCount }, () => this.#site.staff());
    const beginsUnixMs = Date.now() - backlogHours * 3_600_000;
    const stretches = [{ seed, people, bundles, hours: backlogHours, lettersMax }];
    const plan: BacklogPlan = { seed, beginsUnixMs, stretches };
    const file = join(this.#results, `${name}-backlog.json`);
    writeFileSync(file, JSON.stringify(plan));
    const command = [backlogMain, join(this.#results, 'boxes', name), file];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    return (JSON.parse(stdout) as Written[])[0]!;
  }
}
