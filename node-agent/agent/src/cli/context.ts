/**
 * What every command gets: the terminal, the data folder, the environment that main.ts read. The
 * parts of a node are made only by those that need them.
 */

import { unreachable } from '../client/get-json.ts';
import type { Environment } from '../config/index.ts';
import { type DataFolder, dataFolderAt } from '../data-folder/data-folder.ts';
import { readRunRecord } from '../data-folder/run-file.ts';
import type { MachineBluetooth } from './ble/machine.ts';
import type { CliExtension } from './cli-extension.ts';
import type { Input } from './prompt.ts';
import { type Output, Terminal } from './terminal.ts';

/** What main.ts hands in; nothing else of the process is read by the commands. */
export interface CliWorld {
  readonly arguments: readonly string[];
  readonly environment: Environment;
  readonly out: Output;
  readonly err: Output;
  /** Resolves when nobody reads the output any more. */
  readonly outputGone: Promise<void>;
  input(): Input;
  /** How to start this program again, for nodes in processes of their own. */
  readonly program: readonly string[];
  /** Where the built web app lies. */
  readonly webFolder: string;
  /** What the program that runs adds to the agent's own. */
  readonly extension?: CliExtension;
  /** The Bluetooth of the machine where it is not the real one, as in tests. */
  openBluetooth?(options: { readonly adapters: readonly string[] }): MachineBluetooth;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly data?: string;
  readonly url?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
  /** Of commands that need an admin's keys: their folder, and what opens them. */
  readonly keys?: string;
  readonly passphraseFile?: string;
}

export interface CommandContext {
  readonly world: CliWorld;
  readonly terminal: Terminal;
  readonly folder: DataFolder;
  readonly options: CommonOptions;
}

export function commandContext(world: CliWorld, options: CommonOptions): CommandContext {
  const { environment, out, err } = world;
  const terminal = new Terminal({
    out,
    err,
    json: options.json === true,
    debug: options.debug === true,
    noColour: Boolean(environment.NO_COLOR),
  });
  const folder = dataFolderAt(options.data ?? environment.MUSTER_DATA ?? './.muster');
  return { world, terminal, folder, options };
}

/** Where the agent answers: as told, or as the agent of the data folder has noted it. */
export function agentUrl({ folder, options, world }: CommandContext): string {
  const told = options.url ?? world.environment.MUSTER_URL;
  if (told !== undefined) {
    if (/^https?:\/\/[^/\s]+\/?$/.test(told) && URL.canParse(told)) return told;
    throw unreachable(told, new Error('not a URL such as http://10.0.0.1:8080'));
  }
  const record = readRunRecord(folder.runFile);
  if (!record) throw unreachable(`the data folder ${folder.path}`, new Error('no running agent'));
  return record.url;
}
