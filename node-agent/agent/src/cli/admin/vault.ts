/** `muster vault check|passphrase|sheet`: the sealed keys opened, proven, sealed anew, on paper. */
import { decodeAdminCertificate, equalBytes, MusterError, toHex } from '@muster/core';
import {
  hasVault,
  openVault,
  proveRecovery,
  recoveryWords,
  changePassphrase as sealAnew,
  type VaultContent,
} from '@muster/provisioning';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { newPassphrase, readPassphrase } from '../passphrase.ts';
import { type Prompt, withPrompt } from '../prompt.ts';
import { inert } from '../terminal.ts';
import { clientParts } from '../with-session.ts';
import { type AdminOptions, keysFolder, requireSite } from './keys.ts';
import { powerNames } from './power-names.ts';
import { handOverWords, readWords, wrongWords } from './recovery.ts';

export interface CheckOptions extends AdminOptions {
  /** Prove the words of the recovery sheet, not the vault. */
  readonly words?: boolean;
  readonly wordsFile?: string;
}

export async function check(context: CommandContext, options: CheckOptions): Promise<ExitCode> {
  const { terminal } = context;
  if (options.words || options.wordsFile !== undefined) return checkWords(context, options);
  const { crypto } = await clientParts();
  const folder = requireVault(keysFolder(context, options));
  const site = requireSite(folder);
  return withPrompt(context, async (prompt) => {
    const passphrase = await readPassphrase(context, prompt, options);
    const content = openVault(folder, { crypto, passphrase });
    const { siteKey, rootSeed, adminSeed, adminCertificate } = content;
    const admin = decodeAdminCertificate(adminCertificate);
    const adminKey = crypto.keyPairFromSeed(adminSeed).publicKey;
    const root = rootSeed && crypto.keyPairFromSeed(rootSeed).publicKey;
    const fits =
      equalBytes(siteKey, site.siteKey) &&
      (!root || equalBytes(root, siteKey)) &&
      admin !== undefined &&
      equalBytes(admin.adminKey, adminKey);
    if (!fits) throw notOfThisSite(folder);
    const holds = { root: root !== undefined, admin: admin.name, powers: powerNames(admin.powers) };
    if (terminal.json) terminal.value({ ok: true, site: site.name, ...holds });
    else {
      terminal.line(`The vault opens, and its keys are those of ${inert(site.name)}.`);
      terminal.line(`  Root   ${root ? `in it (${toHex(root.subarray(0, 8))})` : 'not in it'}`);
      terminal.line(`  Admin  ${inert(admin.name)}: ${holds.powers.join(', ')}`);
    }
    return ExitCode.fine;
  });
}

/** Changes nothing, and needs no vault: the sheet may be tried on any machine with site.json. */
async function checkWords(context: CommandContext, options: CheckOptions): Promise<ExitCode> {
  const { terminal } = context;
  const { crypto } = await clientParts();
  const site = requireSite(keysFolder(context, options));
  const words = await withPrompt(context, (prompt) => readWords(prompt, options.wordsFile));
  const proven = await proveRecovery(words, { crypto, siteKey: site.siteKey });
  if (!proven.ok) throw wrongWords(proven.reason);
  proven.value.secretKey.fill(0);
  if (terminal.json) terminal.value({ ok: true, site: site.name });
  else terminal.line(`The words are those of ${inert(site.name)}. Lock the sheet away again.`);
  return ExitCode.fine;
}

export async function changePassphrase(
  context: CommandContext,
  options: AdminOptions & { readonly newPassphraseFile?: string },
): Promise<ExitCode> {
  const { terminal } = context;
  const { crypto, random } = await clientParts();
  const folder = requireVault(keysFolder(context, options));
  return withPrompt(context, async (prompt) => {
    const from = await readPassphrase(context, prompt, options);
    openVault(folder, { crypto, passphrase: from });
    const { newPassphraseFile } = options;
    const to = await newPassphrase(
      context,
      prompt,
      newPassphraseFile === undefined ? {} : { passphraseFile: newPassphraseFile },
    );
    sealAnew(folder, { crypto, random, from, to });
    if (terminal.json) terminal.value({ ok: true });
    else terminal.line('The vault is sealed with the new passphrase. Replace its copies too.');
    return ExitCode.fine;
  });
}

export async function sheet(
  context: CommandContext,
  path: string,
  options: AdminOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const { random } = await clientParts();
  await withVault(context, options, async (content, prompt) => {
    const { rootSeed, siteName } = content;
    if (!rootSeed) throw rootMissing();
    const recovery = { siteName, words: await recoveryWords(rootSeed), prompt, random };
    await handOverWords(context, recovery, { sheet: path, yes: true });
  });
  if (terminal.json) terminal.value({ sheet: path });
  return ExitCode.fine;
}

async function withVault(
  context: CommandContext,
  options: AdminOptions,
  run: (content: VaultContent, prompt: Prompt) => Promise<void>,
): Promise<void> {
  const { crypto } = await clientParts();
  const folder = requireVault(keysFolder(context, options));
  await withPrompt(context, async (prompt) => {
    const passphrase = await readPassphrase(context, prompt, options);
    await run(openVault(folder, { crypto, passphrase }), prompt);
  });
}

function requireVault(folder: string): string {
  if (hasVault(folder)) return folder;
  throw new MusterError(
    'vault-missing',
    `There is no vault in ${folder}`,
    'Name its folder with --keys. A root key that lies open: muster site protect.',
  );
}

function notOfThisSite(folder: string): MusterError {
  const mend = 'Put back the site.json it belongs to, from any node of the site.';
  return new MusterError('vault-foreign', `The vault is not of the site in ${folder}`, mend);
}

function rootMissing(): MusterError {
  const mend = 'It is in the vault of the admin who made the site.';
  return new MusterError('root-missing', 'This vault does not hold the root key', mend);
}
