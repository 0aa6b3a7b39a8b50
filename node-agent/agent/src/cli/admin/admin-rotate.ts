/**
 * `muster admin rotate`: a new key for the admin of this vault, certified by the root in it. With
 * it everything is issued anew; only then the root's list ends the old key, because what an ended
 * key signed ends with it. The new vault is on disk before anything else happens.
 */
import { decodeAdminCertificate, epochMax, MusterError, toBase64url } from '@muster/core';
import { issueAdmin, openVault, replaceVault } from '@muster/provisioning';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { readPassphrase } from '../passphrase.ts';
import { withPrompt } from '../prompt.ts';
import { inert } from '../terminal.ts';
import { changeBook } from './change-book.ts';
import { type AdminOptions, type OpenKeys, type OpenOptions, withOpenKeys } from './keys.ts';
import { awayIn, awayText, renewAhead } from './renew-all.ts';
import { revokeParty } from './revoke-keys.ts';
import { withAdmin } from './with-admin.ts';

export function rotate(context: CommandContext, options: AdminOptions): Promise<ExitCode> {
  return withPrompt(context, async (prompt) => {
    const passphrase = await readPassphrase(context, prompt, options);
    return rotateWith(context, { ...options, passphrase, prompt, needs: 'root' });
  });
}

async function rotateWith(
  context: CommandContext,
  opened: OpenOptions & { readonly passphrase: string },
): Promise<ExitCode> {
  const { terminal } = context;
  const { passphrase, yes } = opened;
  // Looked at first: without an agent nothing is changed.
  const away = await withAdmin(context, opened, async ({ admin }) =>
    awayIn((await admin.look()).view),
  );
  const old = await withOpenKeys(context, opened, (keys) =>
    replaceKey(context, keys, { passphrase, yes, away }),
  );
  if (!old) return ExitCode.failed;
  return withAdmin(context, opened, async (work) => {
    const { view } = await work.admin.look();
    const renewed = await renewAhead(work, { view, epoch: work.admin.trust.epoch });
    const { name } = work.authority;
    await revokeParty(work, { key: old, name }, { reason: 'replaced', byRoot: true });
    const key = toBase64url(work.authority.issuer.key.publicKey);
    if (terminal.json) terminal.value({ admin: name, key, replaced: toBase64url(old), ...renewed });
    else {
      terminal.line(`${inert(name)} has a new key, and the old one is ended.`);
      terminal.note(`Issued anew: ${renewed.nodes.length} nodes, ${renewed.people.length} people.`);
      if (away.length > 0) terminal.note(`Look after these: ${away.map(inert).join(', ')}.`);
    }
    return ExitCode.fine;
  });
}

/** The old public key; undefined when the person says no. */
async function replaceKey(
  context: CommandContext,
  keys: OpenKeys,
  how: {
    readonly passphrase: string;
    readonly yes: boolean | undefined;
    readonly away: readonly string[];
  },
): Promise<Uint8Array | undefined> {
  const { passphrase, yes, away } = how;
  const { authority, crypto, random, folder, clock, prompt } = keys;
  const { root, name, issuer } = authority;
  if (authority.kind !== 'vault' || !root) throw notInVault(folder);
  const question = `Make a new key for ${inert(name)} and end the old one?${awayText(away)}`;
  if (!(await prompt.confirm(question, yes))) return undefined;
  const content = openVault(folder, { crypto, passphrase });
  const adminSeed = random.bytes(32);
  const key = crypto.keyPairFromSeed(adminSeed).publicKey;
  const { powers } = decodeAdminCertificate(content.adminCertificate)!;
  const adminCertificate = issueAdmin(crypto, { root, adminKey: key, name, powers });
  const renewed = { ...content, adminSeed, adminCertificate };
  replaceVault(folder, renewed, { crypto, random, passphrase });
  const issuedUnixMs = clock.wall().unixMs;
  await changeBook(keys, (book) =>
    book.noteAdmin({ key, name, powers, endsEpoch: epochMax, issuedUnixMs }),
  );
  context.terminal.note('The new key is in the vault. Replace copies of the vault too.');
  return issuer.key.publicKey.slice();
}

function notInVault(folder: string): MusterError {
  const mend = 'Put the root key into a vault first: muster site protect';
  return new MusterError('vault-missing', `There is no vault in ${folder}`, mend);
}
