/** What happens to a radio: bluetoothd dies, an adapter is switched off; the link comes back. */

import { until } from '../../report.ts';
import { setPowered } from '../inside/bluetooth.ts';
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';

const carriedMsMax = 30_000;
const cutPatience = { waitMsMax: 15_000, everyMs: 50 };
/** Of issue 6: links that die silently are noticed within 10 s. */
const noticedMsMax = 10_000;

export async function daemonKilled(mesh: Mesh, report: Report): Promise<void> {
  report.say('bluetoothd is killed');
  await mesh.bluetooth.killDaemon();
  report.figure('daemonKilledNoticedMs', await noticed(mesh, report));
  await mesh.bluetooth.startDaemon();
  report.figure('daemonBackLinkedMs', await linkedAgain(mesh, 'after bluetoothd was killed'));
}

export async function adapterOff(mesh: Mesh, report: Report): Promise<void> {
  report.say('the adapter of a is switched off');
  await setPowered('hci0', false);
  report.figure('adapterOffNoticedMs', await noticed(mesh, report));
  await setPowered('hci0', true);
  report.figure('adapterOnLinkedMs', await linkedAgain(mesh, 'after the adapter was off'));
}

async function noticed(mesh: Mesh, report: Report): Promise<number> {
  const beginMs = Date.now();
  for (const [name, other] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const gone = async (): Promise<boolean> => !(await mesh.isLinked(name, other));
    await until(`${name} let go of ${other}`, gone, cutPatience);
  }
  const tookMs = Date.now() - beginMs;
  report.expect(tookMs <= noticedMsMax, `noticed after ${tookMs} ms, goal ${noticedMsMax}`);
  return tookMs;
}

async function linkedAgain(mesh: Mesh, text: string): Promise<number> {
  const beginMs = Date.now();
  await mesh.linked('a', 'b');
  const tookMs = Date.now() - beginMs;
  await mesh.carried('a', 'b', text, carriedMsMax);
  return tookMs;
}
