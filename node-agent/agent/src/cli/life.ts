/**
 * What every life of a served node begins with: configuration, free ports, the log, the real parts.
 * No step of a message's way.
 */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { type Logger, MusterError } from '@muster/core';
import { folderState, writeDurably } from '@muster/provisioning';
import type { Agent } from '../agent.ts';
import { type Config, configTemplate, type LoadedConfig, loadConfig } from '../config/index.ts';
import type { NodeIdentity, ServedRole } from '../data-folder/identity.ts';
import type { AgentExtension } from '../extension.ts';
import { type AgentParts, realParts } from '../parts.ts';
import type { ClaimState } from '../unclaimed/claim-state.ts';
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
  /**
   * When this is a blank node: where there is no site, only where it waited before (so that a box
   * that was reset does not make a site of its own), or never.
   */
  readonly unclaimed: 'never' | 'if-waiting' | 'if-no-site';
  /** What joins the agent, such as the gateway, made anew for each life; undefined: not here. */
  readonly extensions: (role: ServedRole) => Promise<readonly AgentExtension[] | undefined>;
  /** Of the command line; else the role that the node was certified for. */
  readonly role?: ServedRole;
  /** Ends it, from without. */
  readonly askedToStop: Promise<unknown>;
  /** A member serves; also after a claim or a restart. */
  readonly onServed?: (served: Served) => void | Promise<void>;
  /** A blank node waits to be claimed. */
  readonly onUnclaimed?: (shown: ShownUnclaimed) => void | Promise<void>;
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
}

export interface ShownUnclaimed {
  readonly state: ClaimState;
  /** URLs for other machines, best first, and for this one. */
  readonly lan: readonly string[];
  readonly local: string;
  readonly logFile: string | undefined;
  readonly logger: Logger;
}

export interface Life {
  readonly context: CommandContext;
  readonly options: ServeOptions;
}

/** `claimed`, `next`: another life follows. */
export type LifeEnd =
  | { readonly kind: 'stopped' | 'next' }
  /** `port`: where its page is open. */
  | { readonly kind: 'claimed'; readonly port: number }
  /** It was claimed for a role that this program serves in another way. */
  | { readonly kind: 'other-role'; readonly role: ServedRole };

/** Whether this folder is to wait for a claim rather than be a node of a site. */
export function isBlank({ context, options }: Life): boolean {
  const { path } = context.folder;
  const state = folderState(path);
  if (options.unclaimed === 'never' || state === 'member') return false;
  // A root key without its site is a site that somebody lost a file of.
  const isLost = existsSync(join(path, 'site.key'));
  return state === 'unclaimed' || (options.unclaimed === 'if-no-site' && !isLost);
}

export interface LifeStart {
  readonly config: Config;
  readonly movedFrom: number | undefined;
  readonly logFile: string | undefined;
  readonly parts: AgentParts;
}

/** Throws a MusterError for what keeps the life from beginning. */
export async function beginLife({ context, options }: Life): Promise<LifeStart> {
  const { folder, world } = context;
  const { environment } = world;
  const file = folder.configFile;
  const loaded = loadConfig({ file, environment, options: options.settings });
  if (!loaded.fileFound) writeDurably(file, configTemplate(), { mode: 0o644 });
  const { config, movedFrom } = await choosePorts(loaded, options.mayMovePort);
  const logFile = openLog(folder.path, config.logFile || options.logFile);
  const log = logFile ?? new LogPipe(world.out);
  const destination = {
    write(line: string): void {
      log.write(line);
      options.onLogLine?.(line);
    },
  };
  const parts = await realParts({ level: config.logLevel, destination });
  return { config, movedFrom, logFile: logFile?.path, parts };
}

async function choosePorts(
  loaded: LoadedConfig,
  mayMovePort: boolean,
): Promise<{ config: Config; movedFrom: number | undefined }> {
  const { config, given } = loaded;
  const { httpHost: host, httpPort: port, httpTlsPort: tlsPort } = config;
  let chosen: Partial<Config> = {};
  let movedFrom: number | undefined;
  if (port !== 0 && !(await isPortFree(host, port))) {
    if (given.has('httpPort') || !mayMovePort) throw await portTaken(host, port);
    chosen = { httpPort: await freePortFrom(host, port + 1) };
    movedFrom = port;
  }
  // Nobody chose the other two either, and whoever needs them learns them anew: any will do.
  if (tlsPort !== 0 && !given.has('httpTlsPort') && !(await isPortFree(host, tlsPort))) {
    chosen = { ...chosen, httpTlsPort: await anyFreePort(host) };
  }
  if (!given.has('meshListen')) {
    const meshPort = Number(config.meshListen[0]?.split('/')[4]);
    if (!(await isPortFree('0.0.0.0', meshPort))) {
      chosen = { ...chosen, meshListen: [`/ip4/0.0.0.0/tcp/${await anyFreePort('0.0.0.0')}`] };
    }
  }
  return { config: { ...config, ...chosen }, movedFrom };
}

/** By path, since one life follows another in the same log; one process has one or two. */
const openLogs = new Map<string, LogFile>();

function openLog(folder: string, file: string | undefined): LogFile | undefined {
  if (!file) return undefined;
  const path = isAbsolute(file) ? file : join(folder, file);
  const known = openLogs.get(path);
  if (known) return known;
  try {
    const log = new LogFile(path);
    openLogs.set(path, log);
    return log;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const mend = 'Set log.file to a place where this user may write, or leave it out.';
    throw new MusterError('log-unwritable', `${path} cannot be written (${code})`, mend);
  }
}
