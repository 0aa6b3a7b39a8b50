/**
 * Who is near: at b a is heard strongly and c weakly, each on its own air. Then a is carried away
 * and c switched off; later b tells less of the one, and how long ago it heard the other.
 */
import { until } from '../../report.ts';
import { Air } from '../inside/air.ts';
import { airs, farDbm, nearDbm } from '../inside/airs.ts';
import type { Heard, NearbyNode } from '../inside/box.ts';
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';

const heardPatience = { waitMsMax: 45_000, everyMs: 250 };
/** Between the last advertisement and the end of its process. */
const stopMsMax = 3_000;

export async function near(mesh: Mesh, report: Report): Promise<void> {
  await mesh.start('a', 'b', 'c');
  await until('b hears a and c', async () => (await both(mesh)).length === 2, heardPatience);
  for (const [name, level, dbm] of [
    ['a', 'near', nearDbm],
    ['c', 'around', farDbm],
  ] as const) {
    const [told, heard] = [await nearby(mesh, name), await strength(mesh, name)];
    const heardDbm = heard?.rssiDbm;
    report.say(`b hears ${name} at ${heardDbm} dBm: ${told?.level}`);
    report.expect(told?.level === level, `${name} is ${told?.level} at ${dbm} dBm, not ${level}`);
    report.expect(heardDbm === dbm, `${name} is heard at ${heardDbm} dBm, not ${dbm}`);
  }
  Air.setStrength(airs.near.number, farDbm);
  await mesh.stop('c');
}

/** A while later. */
export async function away(mesh: Mesh, report: Report): Promise<void> {
  const dbm = async (): Promise<number> => (await strength(mesh, 'a'))?.rssiDbm ?? nearDbm;
  await until('b hears a from afar', async () => (await dbm()) < nearDbm, heardPatience);
  const rssiDbm = await dbm();
  report.figure('awayDbm', rssiDbm);
  // Smoothed: no single report is believed.
  report.expect(rssiDbm > farDbm, `a is heard at ${rssiDbm} dBm at once`);
  const offMs = Date.now() - mesh.stoppedMs('c');
  // Without a link b may not know whose tag that was.
  const nodes = await mesh.box('b').nearby();
  const { level, seenMsAgo } = nodes.find(({ name }) => name === 'c' || name === '')!;
  report.say(`c is off for ${offMs} ms; b heard it ${seenMsAgo} ms ago: ${level}`);
  const isOld = seenMsAgo >= offMs - stopMsMax && level !== 'near';
  report.expect(isOld, `c is off for ${offMs} ms, and ${level}, heard ${seenMsAgo} ms ago`);
}

async function both(mesh: Mesh): Promise<readonly NearbyNode[]> {
  return (await mesh.box('b').nearby()).filter(({ name }) => name === 'a' || name === 'c');
}

async function nearby(mesh: Mesh, name: string): Promise<NearbyNode | undefined> {
  return (await both(mesh)).find((node) => node.name === name);
}

async function strength(mesh: Mesh, name: string): Promise<Heard | undefined> {
  return (await mesh.box('b').heard()).find((thing) => thing.name === name);
}
