/** `muster site protect`: moves a root key that lies open here into a vault. */
import { MusterError } from '@muster/core';
import { hasVault, protectSite as moveIntoVault, readSiteRoot } from '@muster/provisioning';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { newPassphrase } from '../passphrase.ts';
import { withPrompt } from '../prompt.ts';
import { inert } from '../terminal.ts';
import { clientParts } from '../with-session.ts';
import { type AdminOptions, keysFolder, requireSite } from './keys.ts';
import { handOverWords, type SheetOptions } from './recovery.ts';

export async function protectSite(
  context: CommandContext,
  options: AdminOptions & SheetOptions & { readonly admin: string },
): Promise<ExitCode> {
  const { terminal } = context;
  const { crypto, random } = await clientParts();
  const folder = keysFolder(context, options);
  const site = requireSite(folder);
  if (!readSiteRoot(crypto, folder, site)) throw nothingOpen(folder);
  return withPrompt(context, async (prompt) => {
    const passphrase = await newPassphrase(context, prompt, options);
    const adminName = options.admin;
    const { words } = await moveIntoVault(folder, {
      ...{ crypto, random, site, adminName, passphrase },
    });
    const siteName = site.name;
    await handOverWords(context, { siteName, words, prompt, random }, options);
    if (terminal.json) terminal.value({ site: siteName, folder, admin: adminName });
    else {
      terminal.line(`The root key of ${inert(siteName)} is sealed in ${folder}/admin.vault.`);
      terminal.note('Copies of site.key elsewhere (other boxes, backups) are still open: remove');
      terminal.note('them. An agent that runs here says so no more after its next start.');
    }
    return ExitCode.fine;
  });
}

function nothingOpen(folder: string): MusterError {
  return hasVault(folder)
    ? new MusterError(
        'site-protected',
        `The root key in ${folder} is sealed already`,
        'Nothing to do. See that it opens with: muster vault check',
      )
    : new MusterError(
        'site-key-missing',
        `There is no site.key in ${folder}`,
        'Run it where the site was made, or name that folder with --keys.',
      );
}
