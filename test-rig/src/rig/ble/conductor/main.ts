/**
 * Runs inside the virtual machine: starts its Bluetooth, goes through the scenarios of the plan in
 * their order, and tells the rig outside what it sees. Started by the machine only.
 */
import { readFileSync } from 'node:fs';
import { type BlePlan, planFile, report, tell } from '../inside/event.ts';
import { airs, Mesh } from '../inside/mesh.ts';
import { contracts, scenarios } from '../scenarios/scenarios.ts';

const plan = JSON.parse(readFileSync(planFile, 'utf8')) as BlePlan;
const mesh = new Mesh(plan);
const scenarioMsMax = 120_000;

async function go(name: string): Promise<void> {
  const beginMs = Date.now();
  const late = Promise.withResolvers<void>();
  const limit = setTimeout(() => late.reject(new Error('took too long')), scenarioMsMax);
  try {
    await Promise.race([{ ...scenarios, ...contracts }[name]!(mesh, report), late.promise]);
    report.say(`${name} took ${((Date.now() - beginMs) / 1_000).toFixed(1)} s`);
  } catch (error) {
    tell({ failure: `${name}: ${error instanceof Error ? error.message : String(error)}` });
    process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
  } finally {
    clearTimeout(limit);
  }
}

async function main(): Promise<void> {
  // What nobody awaits any more, because its scenario ended before, ends no other one.
  process.on('unhandledRejection', (error) =>
    process.stderr.write(`left over: ${String(error)}\n`),
  );
  report.figure('bootS', Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]));
  const beginMs = Date.now();
  await mesh.bluetooth.start(airs);
  report.figure('bluetoothStartMs', Date.now() - beginMs);
  for (const name of plan.scenarios) await go(name);
  await mesh.stopAll();
  await mesh.bluetooth.stop();
  tell({ ended: true });
}

main().then(
  () => process.exit(0),
  (error) => {
    tell({ failure: String(error) });
    process.exit(1);
  },
);
