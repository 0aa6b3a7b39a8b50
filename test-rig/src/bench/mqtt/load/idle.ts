/** What a thousand subscribers that do nothing cost a broker, for each of them. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningBroker } from '../brokers.ts';
import { LoadConnection } from './connection.ts';

export interface IdleCost {
  readonly residentKb: number;
  readonly privateDirtyKb: number;
}

/** Opened and closed first: code that is loaded and compiled for the first ones is not theirs. */
const firstClients = 10;
const clients = 1_000;
const settleMs = 4_000;

export async function measureIdle(broker: RunningBroker): Promise<IdleCost> {
  const first = await openIdle(broker, firstClients, 'first');
  for (const connection of first) connection.close();
  await delay(settleMs);
  const before = memoryOf(broker.pid);
  const idle = await openIdle(broker, clients, 'idle');
  await delay(settleMs);
  const after = memoryOf(broker.pid);
  for (const connection of idle) connection.close();
  return {
    residentKb: (after.residentKb - before.residentKb) / clients,
    privateDirtyKb: (after.privateDirtyKb - before.privateDirtyKb) / clients,
  };
}

async function openIdle(broker: RunningBroker, count: number, name: string) {
  const open: LoadConnection[] = [];
  for (let i = 0; i < count; i++) {
    const connection = await LoadConnection.open(broker, `${name}-${i}`);
    open.push(connection);
    await connection.subscribe(`bench/idle/${i}`, 0);
  }
  return open;
}

/** Of proc(5), in kB as measurements.md counts them: 1,000 bytes. */
function memoryOf(pid: number): IdleCost {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kb = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1]) * 1.024;
  return { residentKb: kb('Rss'), privateDirtyKb: kb('Private_Dirty') };
}
