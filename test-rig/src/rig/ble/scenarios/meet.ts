/**
 * Two boxes without a common network find each other by radio and give each other what they have
 * (step 4 of a message's way); what is urgent overtakes it.
 */

import { hciBytes } from '../inside/bluetooth.ts';
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';

const tellEveryMs = 10_000;
const syncMsMax = 120_000;
const urgentEveryMs = 1_000;
const urgentWaitMsMax = 30_000;
/** While the backlog runs; emulated, on processors that are busy with it. */
const urgentP95MsMax = 3_000;
/** On a machine so busy that nothing is quick: of the time that all takes. */
const urgentShareMax = 0.25;
/** Texts of the backlog begin with their number. */
const isBacklog = (text: string): boolean => /^\d+ /.test(text);

export async function meet(mesh: Mesh, report: Report): Promise<void> {
  const { backlog } = mesh.plan;
  const startMs = Date.now();
  await mesh.start('a', 'b');
  const readyMs = Date.now();
  report.figure('agentStartMs', readyMs - startMs);
  const bytesBefore = await hciBytes('hci0', 'hci1');
  const urgent = new UrgentMessages(mesh);
  await mesh.linked('a', 'b');
  const linkedMs = Date.now();
  report.figure('meetLinkedMs', linkedMs - readyMs);
  report.say(`a and b have a link; ${backlog.bundles} bundles on each side`);
  await urgent.start();
  const [atA, atB] = [await mesh.read('a'), await mesh.read('b')];
  // Both show their own and the other's.
  const all = (arrivals: typeof atA): Promise<number> =>
    arrivals.many(2 * backlog.bundles, isBacklog, syncMsMax);
  const progress = setInterval(() => {
    const [fromB, fromA] = [atA, atB].map((one) => one.count(isBacklog) - backlog.bundles);
    report.say(`a has ${fromB} of b, b has ${fromA} of a`);
    mesh
      .box('a')
      .ask('ble.links')
      .then(
        (links) => console.error(JSON.stringify(links)),
        () => {},
      );
  }, tellEveryMs);
  const dones = await Promise.all([all(atA), all(atB)]).finally(() => clearInterval(progress));
  const doneMs = Math.max(...dones);
  const delays = await urgent.stop();
  const airBytes = (await hciBytes('hci0', 'hci1')) - bytesBefore;
  const seconds = (doneMs - linkedMs) / 1_000;
  report.figure('meetSyncMs', doneMs - linkedMs);
  report.figure('meetBundlesPerS', (2 * backlog.bundles) / seconds);
  report.figure('meetPayloadBytesPerS', (2 * backlog.bytes) / seconds);
  report.figure('meetBundleBytes', backlog.bytes / backlog.bundles);
  report.figure('meetAirBytesPerBundle', airBytes / (2 * backlog.bundles));
  const at = (share: number): number => delays[Math.floor(delays.length * share)] ?? Number.NaN;
  report.figure('urgentCount', delays.length);
  report.figure('urgentP50Ms', at(0.5));
  report.figure('urgentP95Ms', at(0.95));
  const goalMs = Math.max(urgentP95MsMax, (doneMs - linkedMs) * urgentShareMax);
  report.expect(at(0.95) <= goalMs, `urgent: p95 ${at(0.95)} ms, goal ${goalMs} ms`);
}

/** Written at a all the while; how long each takes to b. */
class UrgentMessages {
  readonly #mesh: Mesh;
  readonly #delays: Promise<number>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
  }

  async start(): Promise<void> {
    await this.#mesh.read('b');
    await this.#mesh.read('a');
    const write = (): void => {
      const text = `urgent ${this.#delays.length}`;
      const delay = this.#mesh.carried('a', 'b', text, urgentWaitMsMax);
      // Awaited at the end; until then its failure is nobody's.
      delay.catch(() => {});
      this.#delays.push(delay);
    };
    write();
    this.#timer = setInterval(write, urgentEveryMs);
  }

  /** Milliseconds, the shortest first. */
  async stop(): Promise<number[]> {
    clearInterval(this.#timer);
    return (await Promise.all(this.#delays)).toSorted((x, y) => x - y);
  }
}
