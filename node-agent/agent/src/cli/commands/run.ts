/**
 * `muster run`: the plain daemon, for systemd and rigs. Logs JSON lines on standard output, changes
 * no port by itself, and makes no site unless told to: a card that was not mounted must not look
 * like a new site.
 */
import type { Config } from '../../config/index.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { serve, untilAskedToStop } from '../serve.ts';
import { defaultName } from './start.ts';

export interface RunOptions {
  readonly port?: number;
  readonly name?: string;
  readonly init: boolean;
  readonly role: string;
}

export async function run(context: CommandContext, options: RunOptions): Promise<ExitCode> {
  const { extension } = context.world;
  const extensions = options.role === 'node' ? [] : await extension?.partsOf(options.role);
  if (!extensions) return extension!.runRole(options.role, context);
  const askedToStop = Promise.race([untilAskedToStop(), untilParentIsGone()]);
  const settings: Partial<Config> = {
    ...(options.port === undefined ? {} : { httpPort: options.port }),
    ...(options.name === undefined ? {} : { nodeName: options.name }),
  };
  const served = await serve(context, {
    settings,
    makeSite: options.init,
    siteName: defaultName(),
    nodeName: options.name ?? defaultName(),
    mayMovePort: false,
    extensions,
  });
  if (served.agent.quarantined !== undefined) {
    served.logger.warn('store was damaged and put aside', { file: served.agent.quarantined });
  }
  const signal = await askedToStop;
  served.logger.info('stopping', { signal });
  await served.stop();
  return ExitCode.fine;
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
