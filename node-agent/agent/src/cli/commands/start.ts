/**
 * `muster start`: a node (or a small mesh) on this machine, for a person at a terminal. Makes what
 * is missing, says where it is reached and what to do next, and stops on Ctrl-C.
 */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';
import type { ServedRole } from '../../data-folder/identity.ts';
import { hostLabel } from '../../node-names.ts';
import { reachableAt } from '../addresses.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { type Served, serve, untilAskedToStop } from '../serve.ts';
import { showStarted } from '../start-page.ts';
import { showUnclaimed } from '../unclaimed-page.ts';
import { asOther } from './run.ts';

export interface StartOptions {
  readonly port?: number;
  readonly nodes: number;
  readonly name?: string;
  readonly site?: string;
  readonly openLog: boolean;
  /** Wait to be claimed where there is no site, instead of making one. */
  readonly unclaimed: boolean;
  /** False with --no-gateway; absent where the program has none. */
  readonly gateway?: boolean;
}

export const logFileName = 'muster.log';

export async function start(context: CommandContext, options: StartOptions): Promise<ExitCode> {
  if (options.nodes > 1) {
    const { startFleet } = await import('../fleet.ts');
    return startFleet(context, options);
  }
  const { terminal } = context;
  const askedToStop = untilAskedToStop();
  const settings: Partial<Config> = {
    ...(options.port === undefined ? {} : { httpPort: options.port }),
    ...(options.name === undefined ? {} : { nodeName: options.name }),
  };
  const end = await serve(context, {
    settings,
    makeSite: !options.unclaimed,
    siteName: options.site ?? defaultName(),
    nodeName: options.name ?? defaultName(),
    mayMovePort: true,
    unclaimed: options.unclaimed ? 'if-no-site' : 'if-waiting',
    extensions: (role) => partsOf(context, role),
    ...(await roleOf(context, options)),
    askedToStop: askedToStop.then(() => terminal.note('\nStopping …')),
    onServed: (served) => showServed(context, served),
    onUnclaimed: (shown) => showUnclaimed(context, shown),
    logFile: logFileName,
    ...(options.openLog ? { onLogLine: (line: string) => context.world.err.write(line) } : {}),
  });
  if (end.kind === 'other-role') return asOther(context, end.role);
  terminal.note('Stopped. Everything is kept; muster start goes on where it was.');
  return ExitCode.fine;
}

/**
 * Where a site was made here, whoever starts it wants all of it; a box that an admin has claimed
 * (or will claim) is what it was certified for.
 */
async function roleOf(
  { folder }: CommandContext,
  { gateway, unclaimed }: StartOptions,
): Promise<{ readonly role?: 'gateway' | 'node' }> {
  if (gateway === false) return { role: 'node' };
  const { hasVault } = await import('@muster/provisioning');
  const isMember = existsSync(join(folder.path, 'site.json'));
  const isMadeHere = existsSync(join(folder.path, 'site.key')) || hasVault(folder.path);
  if (isMember ? !isMadeHere : unclaimed) return {};
  return { role: gateway ? 'gateway' : 'node' };
}

async function partsOf({ world }: CommandContext, role: ServedRole) {
  return role === 'node' ? [] : world.extension?.partsOf(role);
}

/** What a site or node is called that nobody named. */
export function defaultName(): string {
  return hostLabel(hostname()) || 'muster';
}

async function showServed(context: CommandContext, served: Served): Promise<void> {
  const { world } = context;
  const { agent, config, identity } = served;
  const { lan, local } = reachableAt(config.httpHost, agent.port);
  await showStarted(context, {
    siteName: identity.site.name,
    madeSite: identity.made.site,
    nodes: [{ name: config.nodeName || identity.node.name, lan, local }],
    dataFolder: context.folder.path,
    logFile: served.logFile ?? '',
    movedFrom: served.movedFrom,
    quarantined: agent.quarantined,
    section: await world.extension?.startSection(context),
    rootOpen: existsSync(join(context.folder.path, 'site.key')),
    hasKeys: existsSync(join(context.folder.path, 'admin.vault')),
    firstAdminCode: agent.firstAdminCode,
  });
}
