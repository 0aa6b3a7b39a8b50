/**
 * What happens to a radio: the connection is cut in the middle of a frame, a box hangs,
 * bluetoothd dies, an adapter is switched off. The link comes back, and nothing is lost.
 */

import { until } from '../../report.ts';
import { cutConnections, setPowered } from '../inside/bluetooth.ts';
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';

const carriedMsMax = 30_000;
const cutMsMax = 60_000;
const largeLetters = 14_000;
const largeCount = 48;
const cuts = 3;
/** Arrived from one cut to the next. */
const eachCut = 6;
const cutPatience = { waitMsMax: 15_000, everyMs: 50 };
/** Of issue 6: links that die silently are noticed within 10 s. */
const noticedMsMax = 10_000;

/** Cut thrice while some 700 kB are on their way: nothing is lost, and nothing shown twice. */
export async function cut(mesh: Mesh, report: Report): Promise<void> {
  await joined(mesh);
  const arrivals = await mesh.read('b');
  const isLarge = (text: string): boolean => text.startsWith('large ');
  const write = async (): Promise<void> => {
    for (let i = 0; i < largeCount; i++) {
      await mesh.write('a', `large ${i} `.padEnd(largeLetters, 'lorem ipsum '));
    }
  };
  const cutOften = async (): Promise<void> => {
    for (let times = 1; times <= cuts; times++) {
      await arrivals.many(times * eachCut, isLarge, carriedMsMax);
      await cutConnections('hci0');
      report.say(`the connection is cut when b has ${arrivals.count(isLarge)} of ${largeCount}`);
    }
  };
  const beginMs = Date.now();
  await Promise.all([write(), cutOften()]);
  const doneMs = await arrivals.many(largeCount, isLarge, cutMsMax);
  report.figure('cutAllArrivedMs', doneMs - beginMs);
  report.expect(arrivals.doubles === 0, `b was shown ${arrivals.doubles} messages twice`);
}

/** b hangs and its radio does not: nobody says goodbye, and a has to notice by itself. */
export async function silence(mesh: Mesh, report: Report): Promise<void> {
  await joined(mesh);
  report.say('b hangs');
  mesh.box('b').freeze(true);
  try {
    report.figure('silenceNoticedMs', await noticed(mesh, ['a'], report));
  } finally {
    mesh.box('b').freeze(false);
  }
  report.figure('silenceOverLinkedMs', await linkedAgain(mesh, 'after the silence'));
}

export async function daemonKilled(mesh: Mesh, report: Report): Promise<void> {
  await joined(mesh);
  report.say('bluetoothd is killed');
  await mesh.bluetooth.killDaemon();
  report.figure('daemonKilledNoticedMs', await noticed(mesh, ['a', 'b'], report));
  await mesh.bluetooth.startDaemon();
  report.figure('daemonBackLinkedMs', await linkedAgain(mesh, 'after bluetoothd was killed'));
}

export async function adapterOff(mesh: Mesh, report: Report): Promise<void> {
  await joined(mesh);
  report.say('the adapter of a is switched off');
  await setPowered('hci0', false);
  report.figure('adapterOffNoticedMs', await noticed(mesh, ['a', 'b'], report));
  await setPowered('hci0', true);
  report.figure('adapterOnLinkedMs', await linkedAgain(mesh, 'after the adapter was off'));
}

async function joined(mesh: Mesh): Promise<void> {
  await mesh.start('a', 'b');
  await mesh.linked('a', 'b');
}

/** Milliseconds until these of a and b have let go of the other. */
async function noticed(mesh: Mesh, names: readonly ('a' | 'b')[], report: Report): Promise<number> {
  const beginMs = Date.now();
  for (const name of names) {
    const gone = async (): Promise<boolean> =>
      !(await mesh.isLinked(name, name === 'a' ? 'b' : 'a'));
    await until(`${name} let go of the other`, gone, cutPatience);
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
