/** The brokers under measurement, each a process of its own on a loopback port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchProcess } from '../footprint/bench-process.ts';
import { freePort } from './free-port.ts';
import type { BrokerAddress } from './load/connection.ts';

export interface RunningBroker extends BrokerAddress {
  readonly name: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const startMsMax = 10_000;
const stopMsMax = 3_000;
const own = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The broker of the gateway, with its gate, its grants and its gathering streams. */
export async function startMuster(): Promise<RunningBroker> {
  const started = await BenchProcess.start([own('muster-broker/main.ts')], '\n');
  const [, port, username, password] = started.output.trim().split(' ');
  return running('muster', started, {
    port: Number(port),
    username: username!,
    password: password!,
  });
}

export async function startAedes(): Promise<RunningBroker> {
  const started = await BenchProcess.start([own('plain-aedes/main.ts')], '\n');
  const port = Number(started.output.trim().split(' ')[1]);
  return running('aedes', started, { port, username: 'bench', password: 'bench' });
}

/**
 * Mosquitto with nothing in its way: no persistence, no log, no bound on what is in flight or
 * queued (at its defaults it would drop), and Nagle's algorithm off, as at ours.
 */
export async function startMosquitto(): Promise<RunningBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-mosquitto-'));
  const port = await freePort();
  const settings = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence false',
    'log_type none',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    'set_tcp_nodelay false',
    'user root',
  ];
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, `${settings.join('\n')}\n`);
  // Debian puts it where only root's shells look.
  const child = spawn('mosquitto', ['-c', file], {
    env: { PATH: '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin' },
    stdio: 'ignore',
  });
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await listening(child, port);
  } catch (error) {
    await stop();
    throw error;
  }
  const credentials = { username: 'bench', password: 'bench' };
  return { name: 'mosquitto', port, ...credentials, pid: child.pid!, stop };
}

function running(name: string, started: BenchProcess, address: BrokerAddress): RunningBroker {
  return { name, ...address, pid: started.pid, stop: () => started.stop() };
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  const failed = Promise.withResolvers<never>();
  const mend = 'is it installed? apt-get install mosquitto';
  child.once('error', (error) => failed.reject(new Error(`mosquitto: ${error.message}; ${mend}`)));
  child.once('exit', (code) => failed.reject(new Error(`mosquitto ended with exit code ${code}`)));
  failed.promise.catch(() => {});
  const until = performance.now() + startMsMax;
  while (!(await Promise.race([accepts(port), failed.promise]))) {
    if (performance.now() > until) throw new Error('mosquitto does not listen');
    await delay(50);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
    child.once('close', () => {
      clearTimeout(late);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
