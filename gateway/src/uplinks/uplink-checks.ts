/**
 * `muster uplink test` and `muster doctor`: tries an uplink step by step, name, network, TLS, then
 * what the uplink itself says, and explains the first step that fails. Step 6. It changes nothing.
 */
import { lookup } from 'node:dns/promises';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { CheckStep } from './info.ts';
import { uplinkLimits } from './limits.ts';
import { serverNameOf } from './mqtt/address.ts';
import { codeOf, troubleOf } from './mqtt/trouble.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly ca?: string;
}

/** Host and port of a relay's multiaddr; undefined for one that is none of TCP. */
export function endpointOfRelay(address: string): Endpoint | undefined {
  const parts = /^\/(ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d{1,5})(\/|$)/.exec(address);
  const [, , host, port] = parts ?? [];
  return host === undefined ? undefined : { host, port: Number(port), tls: false };
}

/** The steps up to the first that fails. */
export async function checkNetwork(endpoint: Endpoint): Promise<CheckStep[]> {
  const { host, port, tls } = endpoint;
  const steps: CheckStep[] = [];
  const attempts: [name: string, run: () => Promise<string>][] = [
    ['name', () => resolve(host)],
    ['reach', () => reach(endpoint).then(() => `port ${port} of ${host} answers`)],
  ];
  if (tls) attempts.push(['tls', () => secure(endpoint)]);
  for (const [name, run] of attempts) {
    const step = await attempt(name, run);
    steps.push(step);
    if (!step.ok) break;
  }
  return steps;
}

async function attempt(name: string, run: () => Promise<string>): Promise<CheckStep> {
  try {
    return { name, ok: true, text: await run() };
  } catch (error) {
    const { problem: text, mend } = troubleOf(codeOf(error));
    return { name, ok: false, text, mend };
  }
}

async function resolve(host: string): Promise<string> {
  const late = Promise.withResolvers<never>();
  const error = Object.assign(new Error('late'), { code: 'EAI_AGAIN' });
  const timer = setTimeout(() => late.reject(error), uplinkLimits.testMsMax);
  try {
    const { address } = await Promise.race([lookup(host), late.promise]);
    return address === host ? `${host} is an address` : `${host} is ${address}`;
  } finally {
    clearTimeout(timer);
  }
}

function reach({ host, port }: Endpoint): Promise<void> {
  const done = Promise.withResolvers<void>();
  const socket = connectTcp({ host, port, timeout: uplinkLimits.testMsMax });
  socket.once('connect', () => done.resolve());
  return settled(socket, done);
}

async function secure({ host, port, ca }: Endpoint): Promise<string> {
  const done = Promise.withResolvers<void>();
  const trust = ca === undefined ? {} : { ca };
  const timeout = uplinkLimits.testMsMax;
  const socket = connectTls({ host, port, timeout, ...serverNameOf(host), ...trust });
  socket.once('secureConnect', () => done.resolve());
  await settled(socket, done);
  return 'the certificate is trusted';
}

async function settled(
  socket: ReturnType<typeof connectTcp>,
  done: PromiseWithResolvers<void>,
): Promise<void> {
  socket.once('error', (error) => done.reject(error));
  socket.once('timeout', () => {
    done.reject(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }));
  });
  try {
    await done.promise;
  } finally {
    socket.destroy();
  }
}
