/**
 * Runs inside the virtual machine: starts its Bluetooth, goes through the scenarios of the plan in
 * their order, and tells the rig outside what it sees. Bundled, and started by the machine only;
 * with the name of a scenario, by itself, for that one alone.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { allAirs } from '../inside/airs.ts';
import { Bluetooth } from '../inside/bluetooth.ts';
import { Cable } from '../inside/cable.ts';
import { type BlePlan, planFile, type Report, report, tell } from '../inside/event.ts';
import { Mesh } from '../inside/mesh.ts';
import { besideScenarios, meshScenarios, radioScenarios } from '../scenarios/scenarios.ts';

const plan = JSON.parse(readFileSync(planFile, 'utf8')) as BlePlan;
const [self = '', alone] = process.argv.slice(1);
const scenarioMsMax = 90_000;
/** Of one that goes on beside all the others. */
const besideMsMax = 240_000;
const tooLong = 'took too long';

class Conductor {
  #mesh = new Mesh(plan, { bluetooth: new Bluetooth(), cable: new Cable() });

  async run(): Promise<void> {
    report.figure('bootS', Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]));
    const beginMs = Date.now();
    await this.#mesh.bluetooth.start(allAirs);
    report.figure('bluetoothStartMs', Date.now() - beginMs);
    const beside: Promise<void>[] = [];
    for (const name of plan.scenarios) {
      const going = this.#go(name);
      if (Object.hasOwn(besideScenarios, name)) beside.push(going);
      else await going;
    }
    await Promise.all(beside);
    await this.#mesh.killAll();
    await this.#mesh.bluetooth.stop();
    report.figure('daemonCrashes', this.#mesh.bluetooth.crashes);
    tell({ ended: true });
  }

  async #go(name: string): Promise<void> {
    const beginMs = Date.now();
    const isMesh = Object.hasOwn(meshScenarios, name);
    await (isMesh ? this.#withMesh(name) : inProcess(name)).catch((error: Error) => {
      tell({ failure: `${name}: ${error.message}` });
      process.stderr.write(`${name}: ${error.stack}\n`);
    });
    report.say(`${name} took ${((Date.now() - beginMs) / 1_000).toFixed(1)} s`);
  }

  /** One that takes too long is heard no more, and the next one begins on fresh ground. */
  async #withMesh(name: string): Promise<void> {
    const late = Promise.withResolvers<boolean>();
    const limit = setTimeout(() => late.resolve(true), scenarioMsMax);
    const heard = new Hearing();
    const run = meshScenarios[name]!(this.#mesh, heard.report).then(() => false);
    const isLate = await Promise.race([run, late.promise]).finally(() => clearTimeout(limit));
    if (!isLate) return;
    heard.isOver = true;
    run.catch(() => {});
    const { bluetooth } = this.#mesh;
    await this.#mesh.killAll();
    await bluetooth.stop();
    await bluetooth.start(allAirs);
    this.#mesh = new Mesh(plan, this.#mesh);
    throw new Error(tooLong);
  }
}

/** A report that ends with its scenario. */
class Hearing {
  isOver = false;
  readonly report: Report = {
    say: (text) => this.isOver || report.say(text),
    figure: (name, value) => this.isOver || report.figure(name, value),
    expect: (holds, what) => this.isOver || report.expect(holds, what),
  };
}

/** What it holds of the radio ends with its process. */
async function inProcess(name: string): Promise<void> {
  const child = spawn(process.execPath, [self, name], { stdio: ['ignore', 'inherit', 'inherit'] });
  let isLate = false;
  const limit = setTimeout(
    () => {
      isLate = true;
      child.kill('SIGKILL');
    },
    Object.hasOwn(besideScenarios, name) ? besideMsMax : scenarioMsMax,
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(limit);
  if (isLate) throw new Error(tooLong);
  if (code !== 0) throw new Error(`ended with ${code}`);
}

// What nobody awaits any more, because its scenario ended before, ends no other one.
process.on('unhandledRejection', (error) => process.stderr.write(`left over: ${String(error)}\n`));
(alone === undefined ? new Conductor().run() : radioScenarios[alone]!(plan, report)).then(
  () => process.exit(0),
  (error: Error) => {
    tell({ failure: `${alone ?? 'the conductor'}: ${error.message}` });
    process.stderr.write(`${error.stack}\n`);
    // What was told is no news for whoever started this one.
    process.exit(alone === undefined ? 1 : 0);
  },
);
