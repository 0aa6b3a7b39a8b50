/** `npm run rig -- NAME [--json]`: slower rigs on real processes. Exit code 1 when one fails. */
import { parseArgs } from 'node:util';
import type { RigReport } from './report.ts';

type Rig = (say: (line: string) => void) => Promise<RigReport>;

const rigs: Readonly<Record<string, () => Promise<Rig>>> = {
  venue: async () => (await import('./venue/venue.ts')).runVenue,
  kill: async () => (await import('./kill/kill.ts')).runKill,
  mqtt: async () => (await import('./mqtt/mqtt.ts')).runMqtt,
  partition: async () => (await import('./partition/partition.ts')).runPartition,
  flood: async () => (await import('./flood/flood.ts')).runFlood,
  'web-attacks': async () => (await import('../attacks/web/web-attacks.ts')).runWebAttacks,
  provision: async () => (await import('./provision/provision.ts')).runProvision,
  trust: async () => (await import('./trust/trust.ts')).runTrust,
};

const help = `muster rig: real processes; most make network namespaces (as root)

  venue      three boxes in a line, phones in Chromium: discovery, latency, a link cut with a
             backlog of 1,000 bundles on both sides, a box killed, a phone that moves
  kill       agents killed 200 times under write load: nothing answered held is lost
  provision  a site is made, three blank boxes are claimed in three ways, a code is used twice
  trust      strangers without papers, a crowd of invented guests, a box revoked during a cut
  mqtt       the gateway's broker under attack, honest clients beside it, and mosquitto's tools
  partition  20,000 bundles a side over a cable of 1 Mbit/s, and once more over a bad one
  flood      50 honest people against 2,000 invented ones, and against wrong signatures
  web-attacks  hostile words, pages, Hosts and Origins in Chromium: none has an effect
  --json     one JSON object on standard output`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

async function main(name: string): Promise<void> {
  const rig = await rigs[name]!();
  const report = await rig((line) => process.stderr.write(`  ${line}\n`));
  if (values.json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    for (const [figure, value] of Object.entries(report.figures)) {
      process.stdout.write(`  ${figure.padEnd(36)}${value.toLocaleString('en')}\n`);
    }
    for (const failure of report.failures) process.stdout.write(`  FAILED: ${failure}\n`);
    process.stdout.write(`${name}: ${report.failures.length === 0 ? 'passed' : 'failed'}\n`);
  }
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}

const [name = ''] = positionals;
if (values.help || !(name in rigs)) {
  (values.help ? process.stdout : process.stderr).write(`${help}\n`);
  process.exitCode = values.help ? 0 : 2;
} else {
  await main(name);
}
