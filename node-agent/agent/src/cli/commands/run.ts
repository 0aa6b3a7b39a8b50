/**
 * `muster run`: the plain daemon, for systemd and rigs. Logs JSON lines on standard output, changes
 * no port by itself, and makes no site unless told to: a node without one waits to be claimed.
 */
import { MusterError } from '@muster/core';
import type { Config } from '../../config/index.ts';
import type { ServedRole } from '../../data-folder/identity.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { serve, untilAskedToStop } from '../serve.ts';
import { defaultName } from './start.ts';

export interface RunOptions {
  readonly port?: number;
  readonly name?: string;
  readonly init: boolean;
  /** What the node was certified for, unless given. */
  readonly role?: ServedRole;
}

export async function run(context: CommandContext, options: RunOptions): Promise<ExitCode> {
  const { extension } = context.world;
  const { role } = options;
  if (role === 'relay') return asOther(context, role);
  const settings: Partial<Config> = {
    ...(options.port === undefined ? {} : { httpPort: options.port }),
    ...(options.name === undefined ? {} : { nodeName: options.name }),
  };
  const end = await serve(context, {
    settings,
    makeSite: options.init,
    siteName: defaultName(),
    nodeName: options.name ?? defaultName(),
    mayMovePort: false,
    unclaimed: options.init ? 'never' : 'if-no-site',
    extensions: async (served) => (served === 'node' ? [] : extension?.partsOf(served)),
    ...(role === undefined ? {} : { role }),
    askedToStop: Promise.race([untilAskedToStop(), untilParentIsGone()]),
  });
  return end.kind === 'other-role' ? asOther(context, end.role) : ExitCode.fine;
}

/** A role that is no agent at all, or one that this program does not have. */
export function asOther(context: CommandContext, role: ServedRole): Promise<ExitCode> {
  const { extension } = context.world;
  if (extension) return extension.runRole(role, context);
  const mend = 'Run the muster command of the gateway: it has that in it.';
  throw new MusterError('role-missing', `This program cannot be a ${role}`, mend);
}

/** A node that `start --nodes` has begun ends with it, however that ends. */
function untilParentIsGone(): Promise<string> {
  return new Promise((resolve) => {
    if (!process.channel) return;
    process.once('disconnect', () => resolve('parent is gone'));
    // Listening alone must not keep a node alive that was told to stop.
    process.channel.unref();
  });
}
