/**
 * A real dbus-daemon of our own, on a socket in a folder of its own. For tests; it is ended by its
 * process id.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const configOf = (socket: string, policy: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    ${policy}
  </policy>
</busconfig>
`;

export const openPolicy = `<allow user="*"/><allow own="*"/><allow send_type="method_call"/>
  <allow send_type="signal"/><allow send_requested_reply="true" send_type="method_return"/>
  <allow send_requested_reply="true" send_type="error"/><allow receive_type="method_call"/>
  <allow receive_type="method_return"/><allow receive_type="error"/>
  <allow receive_type="signal"/>`;

export interface PrivateBus {
  /** Of its socket. */
  readonly path: string;
  readonly address: string;
  stop(): Promise<void>;
}

export async function startPrivateBus(policy = openPolicy): Promise<PrivateBus> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-dbus-'));
  const path = join(folder, 'bus');
  const config = join(folder, 'bus.conf');
  writeFileSync(config, configOf(path, policy));
  const options = ['--nofork', '--print-address', '--nopidfile', '--nosyslog'];
  const daemon = spawn('dbus-daemon', [`--config-file=${config}`, ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // It prints its address once it listens.
  await Promise.race([once(daemon.stdout, 'data'), mustStart(daemon)]);
  const stop = async (): Promise<void> => {
    await end(daemon);
    rmSync(folder, { recursive: true, force: true });
  };
  return { path, address: `unix:path=${path}`, stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function mustStart(child: ChildProcess): Promise<never> {
  const [error] = await once(child, 'error');
  throw error;
}
