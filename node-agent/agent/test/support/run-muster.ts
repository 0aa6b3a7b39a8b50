/** The command `muster`: in this process with its output kept, or as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { MachineBluetooth } from '../../src/cli/ble/machine.ts';
import { runCli } from '../../src/cli/program.ts';

const mainFile = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

class Kept {
  text = '';

  write(text: string): void {
    this.text += text;
  }
}

async function* linesOf(input: string | undefined): AsyncGenerator<string> {
  if (input !== undefined) yield input;
}

/** Not for commands that run until they are stopped. */
export async function muster(
  given: readonly string[],
  world: {
    readonly environment?: Record<string, string>;
    readonly input?: string;
    readonly bluetooth?: MachineBluetooth;
  } = {},
): Promise<Outcome> {
  const [out, err] = [new Kept(), new Kept()];
  const { environment = {}, input, bluetooth } = world;
  const code = await runCli({
    arguments: given,
    environment,
    out,
    err,
    outputGone: new Promise(() => {}),
    input: () => linesOf(input),
    program: [process.execPath, mainFile],
    webFolder: '/nowhere',
    ...(bluetooth && { openBluetooth: () => bluetooth }),
  });
  return { code, out: out.text, err: err.text };
}

export interface Process {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Resolves once its output holds this; rejects when it ends before. */
  until(text: string | RegExp): Promise<string>;
}

/** Starts `muster`; ended with the test. */
export function spawnMuster(
  t: TestContext,
  given: readonly string[],
  options: {
    readonly environment?: Record<string, string>;
    readonly under?: readonly string[];
  } = {},
): Process {
  const { environment = {}, under = [] } = options;
  const command = [...under, process.execPath, mainFile, ...given];
  const alone = { MUSTER_MESH_MDNS: 'false', MUSTER_BLE_ENABLED: 'false' };
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const own = { PATH, NODE_COMPILE_CACHE, NO_COLOR: '1', ...alone };
  const child = spawn(command[0]!, command.slice(1), {
    env: { ...own, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  const hear = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout!.setEncoding('utf8').on('data', (text) => {
    out += text;
    hear();
  });
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    err += text;
    hear();
  });
  const ended = new Promise<Outcome>((resolve) => {
    child.once('close', (code) => resolve({ code, out, err }));
  });
  const until = (text: string | RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (typeof text === 'string' ? out.includes(text) : text.test(out)) resolve(out);
      };
      listeners.add(look);
      look();
      ended.then((outcome) => reject(new Error(`ended: ${JSON.stringify(outcome)}`)));
    });
  return { child, ended, until };
}
