/**
 * Brings a node up in this process and keeps it until it is told to stop: what `start` and `run`
 * have in common. Order: folder, lock, configuration, identity, port, agent.
 */
import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { type Logger, MusterError } from '@muster/core';
import { writeDurably } from '@muster/provisioning';
import { type Agent, createAgent } from '../agent.ts';
import { type Config, configTemplate, loadConfig } from '../config/index.ts';
import { freeBytes, openDataFolder } from '../data-folder/data-folder.ts';
import { type NodeIdentity, openIdentity } from '../data-folder/identity.ts';
import { lockFolder } from '../data-folder/lock.ts';
import { ownRunRecord, removeRunRecord, writeRunRecord } from '../data-folder/run-file.ts';
import type { AgentExtension } from '../extension.ts';
import { realParts } from '../parts.ts';
import { reachableAt } from './addresses.ts';
import type { CommandContext } from './context.ts';
import { LogFile } from './log-file.ts';
import { LogPipe } from './log-pipe.ts';
import { anyFreePort, freePortFrom, isPortFree, portTaken } from './ports.ts';

export interface ServeOptions {
  /** From options of the command line. */
  readonly settings: Partial<Config>;
  /** Make a site where there is none. */
  readonly makeSite: boolean;
  readonly siteName: string;
  readonly nodeName: string;
  /** Take the next free port when the one that nobody chose is taken. */
  readonly mayMovePort: boolean;
  /** What joins the agent, such as the gateway. */
  readonly extensions: readonly AgentExtension[];
  /** Log file unless configured; standard output when undefined. */
  readonly logFile?: string;
  /** Also writes every log line here. */
  readonly onLogLine?: (line: string) => void;
}

export interface Served {
  readonly agent: Agent;
  readonly config: Config;
  readonly identity: NodeIdentity;
  readonly logFile: string | undefined;
  /** The port that would have been taken, when it had to move. */
  readonly movedFrom: number | undefined;
  readonly logger: Logger;
  stop(): Promise<void>;
}

/** What must be left on the disk to begin with: the store's first pages and a little to write. */
const freeBytesMin = 2_000_000;

export async function serve(context: CommandContext, options: ServeOptions): Promise<Served> {
  const { folder, world } = context;
  openDataFolder(folder);
  requireRoom(context);
  const { environment } = world;
  const { settings } = options;
  const file = folder.configFile;
  const loaded = loadConfig({ file, environment, options: settings });
  const lock = await lockFolder(folder);
  try {
    if (!loaded.fileFound) writeDurably(file, configTemplate(), { mode: 0o644 });
    const { config, movedFrom } = await choosePorts(loaded, options.mayMovePort);
    const logFile = openLog(folder.path, config.logFile || options.logFile);
    const destination = logDestination(logFile ?? new LogPipe(world.out), options.onLogLine);
    const parts = await realParts({ level: config.logLevel, destination });
    const { makeSite, siteName } = options;
    const names = { siteName, nodeName: config.nodeName || options.nodeName };
    const { crypto, random, logger } = parts;
    const identity = openIdentity(folder, { crypto, random, makeSite, ...names });
    const { webFolder } = world;
    const { extensions } = options;
    const agent = createAgent({ config, folder, identity, webFolder, extensions }, parts);
    await agent.start();
    const { local } = reachableAt(config.httpHost, agent.port);
    writeRunRecord(folder.runFile, ownRunRecord(local.replace('localhost', '127.0.0.1')));
    // Only now, since whoever waits for this word goes on to use the commands.
    logger.info('ready', { port: agent.port });
    // Kept now, since a node that is killed keeps nothing; does nothing where no cache is enabled.
    flushCompileCache();
    const stop = async (): Promise<void> => {
      await agent.stop();
      removeRunRecord(folder.runFile);
      await lock.release();
    };
    return { agent, config, identity, logFile: logFile?.path, movedFrom, logger, stop };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Resolves when the process is asked to stop: Ctrl-C, systemd, a closed terminal. To be called
 * before the node comes up, so that a request in between is not lost. A second Ctrl-C ends at once.
 */
export function untilAskedToStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve(signal));
    }
  });
}

function requireRoom({ folder }: CommandContext): void {
  const free = freeBytes(folder);
  // A node that has its store already starts on a full disk too: it makes room itself.
  if (free === undefined || free >= freeBytesMin || existsSync(folder.storeFile)) return;
  throw new MusterError(
    'disk-full',
    `The disk of the data folder ${folder.path} is full`,
    'Make room on it (a few megabytes suffice to start), or choose another with --data.',
  );
}

async function choosePorts(
  loaded: ReturnType<typeof loadConfig>,
  mayMovePort: boolean,
): Promise<{ config: Config; movedFrom: number | undefined }> {
  const { config, given } = loaded;
  const { httpHost: host, httpPort: port } = config;
  let chosen: Partial<Config> = {};
  let movedFrom: number | undefined;
  if (port !== 0 && !(await isPortFree(host, port))) {
    if (given.has('httpPort') || !mayMovePort) throw await portTaken(host, port);
    chosen = { httpPort: await freePortFrom(host, port + 1) };
    movedFrom = port;
  }
  // Nobody chose the mesh port either, and neighbours learn it anew: any will do.
  if (!given.has('meshListen')) {
    const meshPort = Number(config.meshListen[0]?.split('/')[4]);
    if (!(await isPortFree('0.0.0.0', meshPort))) {
      chosen = { ...chosen, meshListen: [`/ip4/0.0.0.0/tcp/${await anyFreePort('0.0.0.0')}`] };
    }
  }
  return { config: { ...config, ...chosen }, movedFrom };
}

function openLog(folder: string, file: string | undefined): LogFile | undefined {
  if (!file) return undefined;
  const path = isAbsolute(file) ? file : join(folder, file);
  try {
    return new LogFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const mend = 'Set log.file to a place where this user may write, or leave it out.';
    throw new MusterError('log-unwritable', `${path} cannot be written (${code})`, mend);
  }
}

interface LogDestination {
  write(line: string): void;
}

function logDestination(
  log: LogDestination,
  onLogLine: ((line: string) => void) | undefined,
): LogDestination {
  return {
    write(line) {
      log.write(line);
      onLogLine?.(line);
    },
  };
}
