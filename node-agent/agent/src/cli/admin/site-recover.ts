/**
 * `muster site recover`: from the 24 words of the recovery sheet to a vault with the root key and a
 * new admin key. The words must give the key of this very site before anything is written.
 */
import { MusterError } from '@muster/core';
import { hasVault, proveRecovery, readSite, recoverVault, type Site } from '@muster/provisioning';
import { dataFolderAt, openDataFolder } from '../../data-folder/data-folder.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { newPassphrase } from '../passphrase.ts';
import { withPrompt } from '../prompt.ts';
import { inert } from '../terminal.ts';
import { clientParts } from '../with-session.ts';
import { type AdminOptions, keysFolder } from './keys.ts';
import { readWords, wrongWords } from './recovery.ts';

export interface RecoverOptions extends AdminOptions {
  readonly wordsFile?: string;
  readonly site?: string;
  readonly admin: string;
}

export async function recoverSite(
  context: CommandContext,
  options: RecoverOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const { crypto, random } = await clientParts();
  const folder = keysFolder(context, options);
  openDataFolder(dataFolderAt(folder));
  const known = readSite(folder);
  const siteName = known?.name ?? options.site;
  if (siteName === undefined) throw nameMissing(folder);
  return withPrompt(context, async (prompt) => {
    const words = await readWords(prompt, options.wordsFile);
    // Tried first, so that nobody thinks of a passphrase for words that are wrong.
    if (known) {
      const proven = await proveRecovery(words, { crypto, siteKey: known.siteKey });
      if (!proven.ok) throw wrongWords(proven.reason);
    }
    const passphrase = await newPassphrase(context, prompt, options);
    const site: Site = await recoverVault(folder, {
      ...{ crypto, random, words, siteName, passphrase },
      replace: hasVault(folder),
      adminName: options.admin,
    });
    if (terminal.json) terminal.value({ site: site.name, folder, admin: options.admin });
    else {
      terminal.line(`The keys of ${inert(site.name)} are back, in a new vault in ${folder}.`);
      terminal.note('Its admin key is a new one. If the old one may be in wrong hands, end it:');
      terminal.note('  muster admin list, then muster admin revoke KEY');
    }
    return ExitCode.fine;
  });
}

function nameMissing(folder: string): MusterError {
  const mend = 'Copy site.json from a node of the site there, or give its name with --site.';
  return new MusterError('site-missing', `${folder} has no site.json`, mend);
}
