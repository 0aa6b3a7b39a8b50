/** A rig that makes namespaces: what it is, run from its beginning to its end, and its report. */
import { setTimeout as delay } from 'node:timers/promises';

/** What a rig reports. */
export interface RigReport {
  readonly name: string;
  /** Measured figures by name; the unit is the end of the name. */
  readonly figures: Readonly<Record<string, number>>;
  /** What should have held and did not; empty when the rig passed. */
  readonly failures: readonly string[];
}

/** A rig that makes a world of its own, and takes it away again. */
export interface WorldRig {
  readonly figures: Readonly<Record<string, number>>;
  readonly failures: string[];
  run(): Promise<void>;
  close(): Promise<void>;
}

/** Namespaces are root's. Whatever ends the run, the rig is closed and reports. */
export async function runWorldRig(name: string, make: () => WorldRig): Promise<RigReport> {
  if (process.getuid?.() !== 0) throw new Error(`${name} needs root, for network namespaces`);
  const rig = make();
  try {
    await rig.run();
  } catch (error) {
    rig.failures.push(String(error));
  } finally {
    await rig.close();
  }
  return { name, figures: rig.figures, failures: rig.failures };
}

export interface Patience {
  readonly waitMsMax: number;
  readonly everyMs: number;
}

/** Looks again and again; throws, with what it waited for, when it took too long. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  { waitMsMax, everyMs }: Patience,
): Promise<void> {
  const endMs = Date.now() + waitMsMax;
  while (Date.now() < endMs) {
    if (await holds()) return;
    await delay(everyMs);
  }
  throw new Error(`not within ${waitMsMax / 1000} s: ${what}`);
}
