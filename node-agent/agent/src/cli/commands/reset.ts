/**
 * `muster reset`: makes this box blank, at the box itself, whoever its site was. For one that was
 * found, bought or revoked, and that no admin reaches any more. Its agent must not run.
 */
import { factoryReset, readSite } from '@muster/provisioning';
import { openDataFolder } from '../../data-folder/data-folder.ts';
import { lockFolder } from '../../data-folder/lock.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { withPrompt } from '../prompt.ts';
import { inert } from '../terminal.ts';

export interface ResetOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly keepConfig: boolean;
}

export async function reset(context: CommandContext, options: ResetOptions): Promise<ExitCode> {
  const { folder, terminal } = context;
  const { yes, keepConfig } = options;
  openDataFolder(folder);
  const lock = await lockFolder(folder);
  try {
    const site = readSite(folder.path)?.name;
    const of = site === undefined ? 'of no site' : `of the site ${inert(site)}`;
    const question = `Make this box (${of}) blank? Its key and all that it holds are removed.`;
    const sure = await withPrompt(context, (prompt) => prompt.confirm(question, yes));
    if (!sure) return ExitCode.failed;
    factoryReset(folder.path, { keepConfig });
    if (terminal.json) terminal.value({ reset: folder.path, site });
    else terminal.line('The box is blank. Start it, and it waits to be claimed: muster run');
    return ExitCode.fine;
  } finally {
    await lock.release();
  }
}
