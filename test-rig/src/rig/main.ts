/**
 * `npm run rig -- NAME [--seed N] [--json]`: slower rigs on real processes. Exit code 1 when one
 * fails, 2 for wrong use.
 */
import { parseArgs } from 'node:util';
import { currentCommit } from '../commit.ts';
import type { RigReport } from './report.ts';

interface RigOptions {
  readonly seed?: number;
}

type Rig = (say: (line: string) => void, options: RigOptions) => Promise<RigReport>;

const rigs: Readonly<Record<string, () => Promise<Rig>>> = {
  venue: async () => (await import('./venue/venue.ts')).runVenue,
  kill: async () => (await import('./kill/kill.ts')).runKill,
  mqtt: async () => (await import('./mqtt/mqtt.ts')).runMqtt,
  partition: async () => (await import('./partition/partition.ts')).runPartition,
  flood: async () => (await import('./flood/flood.ts')).runFlood,
  'web-attacks': async () => (await import('../attacks/web/web-attacks.ts')).runWebAttacks,
  provision: async () => (await import('./provision/provision.ts')).runProvision,
  trust: async () => (await import('./trust/trust.ts')).runTrust,
  ble: async () => (await import('./ble/ble.ts')).runBle,
  'ble-contract': async () => (await import('./ble/ble.ts')).runBleContract,
};
/** Those that can be told their seed. */
const seeded = ['kill', 'partition', 'ble'];

const help = `muster rig: real processes; most make network namespaces (as root)

  venue      three boxes in a line, phones in Chromium: discovery, latency, a link cut with a
             backlog of 1,000 bundles on both sides, a box killed, a phone that moves
  kill       agents killed 200 times under write load: nothing answered held is lost
  provision  a site is made, three blank boxes are claimed in three ways, a code is used twice
  trust      strangers without papers, a crowd of invented guests, a box revoked during a cut
  mqtt       the gateway's broker under attack, honest clients beside it, and mosquitto's tools
  partition  20,000 bundles a side over a cable of 1 Mbit/s, then over a bad cable, then large ones
  flood      honest people beside 2,000 invented ones, 20,000 wrong signatures a second, and a
             box with papers that offers 20,000 forged bundles
  ble        boxes that meet by Bluetooth LE, on real BlueZ in a virtual machine: links, backlogs,
             urgent before bulk, cuts, restarts, strangers, a claim, a line of three, a LAN lost
  ble-contract  in the same machine: what every radio and every link must do, on real BlueZ
  web-attacks  hostile words, pages, Hosts and Origins in Chromium: none has an effect

  --seed N   what ${seeded.join(', ')} draw from (default: drawn, and printed)
  --json     one JSON object on standard output

Exit code: 0 all held, 1 something did not, 2 wrong use.`;

const seedMax = 2 ** 32 - 1;

function wrongUse(text: string): never {
  process.stderr.write(`rig: ${text}\n\n${help}\n`);
  process.exit(2);
}

function readArgs() {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      allowPositionals: true,
      options: { json: flag, help: flag, seed: { type: 'string' } },
    });
  } catch (error) {
    return wrongUse(error instanceof Error ? error.message : String(error));
  }
}

function optionsOf(name: string, text: string | undefined): RigOptions {
  if (text === undefined) return {};
  if (!seeded.includes(name)) wrongUse(`${name} takes no seed`);
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed <= seedMax) return { seed };
  return wrongUse(`--seed takes a whole number from 0 to ${seedMax}, not "${text}"`);
}

async function main(name: string, options: RigOptions, isJson: boolean): Promise<void> {
  const rig = await rigs[name]!();
  const report = await rig((line) => process.stderr.write(`  ${line}\n`), options);
  const { figures, failures } = report;
  const commit = currentCommit();
  const asked = figures.seed === undefined ? '' : ` --seed ${figures.seed}`;
  const repeat = `npm run rig -- ${name}${asked}`;
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ ...report, commit, repeat }, null, 2)}\n`);
  } else {
    for (const [figure, value] of Object.entries(figures)) {
      process.stdout.write(`  ${figure.padEnd(36)}${value.toLocaleString('en')}\n`);
    }
    for (const failure of failures) process.stdout.write(`  FAILED: ${failure}\n`);
    const outcome = failures.length === 0 ? 'passed' : `failed; again: ${repeat}`;
    process.stdout.write(`${name}: ${outcome} (commit ${commit})\n`);
  }
  process.exitCode = failures.length === 0 ? 0 : 1;
}

const { values, positionals } = readArgs();
const [name = '', ...more] = positionals;
if (values.help) {
  process.stdout.write(`${help}\n`);
} else if (!Object.hasOwn(rigs, name) || more.length > 0) {
  wrongUse(name === '' || more.length > 0 ? 'name one rig' : `there is no rig "${name}"`);
} else {
  await main(name, optionsOf(name, values.seed), values.json);
}
