/**
 * `muster site create`: a site whose root key and first admin key lie in a vault. No agent has to
 * run. With `--also-node` this machine becomes its first node.
 */
import { MusterError } from '@muster/core';
import {
  certifyNode,
  createProtectedSite,
  endsEpochOf,
  installTlsAuthority,
  openAuthority,
  readSite,
  type Site,
  SiteBook,
  writeNode,
  writeSite,
} from '@muster/provisioning';
import { dataFolderAt, openDataFolder } from '../../data-folder/data-folder.ts';
import { lockFolder } from '../../data-folder/lock.ts';
import { defaultName } from '../commands/start.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-code.ts';
import { newPassphrase } from '../passphrase.ts';
import { withPrompt } from '../prompt.ts';
import { inert } from '../terminal.ts';
import { type ClientParts, clientParts } from '../with-session.ts';
import { type AdminOptions, keysFolder } from './keys.ts';
import { handOverWords, type SheetOptions } from './recovery.ts';

export interface CreateOptions extends AdminOptions, SheetOptions {
  readonly admin: string;
  /** True where the option stands without a name. */
  readonly alsoNode?: string | true;
}

export async function createSite(
  context: CommandContext,
  siteName: string,
  options: CreateOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const parts = await clientParts();
  const { crypto, random } = parts;
  const folder = keysFolder(context, options);
  openDataFolder(dataFolderAt(folder));
  requireNoSite(folder);
  const { alsoNode } = options;
  if (alsoNode !== undefined) requireNoSite(context.folder.path);
  return withPrompt(context, async (prompt) => {
    const passphrase = await newPassphrase(context, prompt, options);
    const { admin: adminName } = options;
    const made = await createProtectedSite(folder, {
      ...{ crypto, random, siteName, adminName, passphrase },
    });
    const node =
      alsoNode === undefined
        ? undefined
        : await makeNode(context, parts, {
            ...{ folder, site: made.site, passphrase },
            name: alsoNode === true ? defaultName() : alsoNode,
          });
    const { words } = made;
    await handOverWords(context, { siteName, words, prompt, random }, options);
    if (terminal.json) terminal.value({ site: siteName, folder, admin: adminName, node });
    else showNext(context, { siteName, folder, node });
    return ExitCode.fine;
  });
}

function requireNoSite(folder: string): void {
  const site = readSite(folder);
  if (!site) return;
  throw new MusterError(
    'site-exists',
    `${folder} has a site already: ${inert(site.name)}`,
    'Choose another folder with --keys. A root key that lies open there: muster site protect.',
  );
}

interface FirstNode {
  /** Of the keys. */
  readonly folder: string;
  readonly site: Site;
  readonly passphrase: string;
  readonly name: string;
}

/** The node's name. */
async function makeNode(
  { folder: data }: CommandContext,
  { crypto, random, clock }: ClientParts,
  { folder, site, passphrase, name }: FirstNode,
): Promise<string> {
  openDataFolder(data);
  const lock = await lockFolder(data);
  const authority = await openAuthority(folder, {
    ...{ crypto, site },
    passphrase: async () => passphrase,
  });
  try {
    const key = crypto.keyPairFromSeed(random.bytes(32));
    const endsEpoch = endsEpochOf(0);
    const by = { siteKey: site.siteKey, issuer: authority.issuer };
    const nodeKey = key.publicKey;
    const certificate = certifyNode(crypto, by, { nodeKey, name, epoch: endsEpoch });
    const issuedUnixMs = clock.wall().unixMs;
    SiteBook.open(folder).noteNodes([
      { key: nodeKey, name, role: 'node', endsEpoch, issuedUnixMs },
    ]);
    const { tlsAuthority } = authority;
    if (tlsAuthority) installTlsAuthority(data.path, tlsAuthority);
    // The site last: only with it is the folder a member's.
    writeNode(data.path, { name, key, certificate });
    if (data.path !== folder) writeSite(data.path, site);
    return name;
  } finally {
    authority.close();
    await lock.release();
  }
}

function showNext(
  { terminal, folder: data }: CommandContext,
  made: {
    readonly siteName: string;
    readonly folder: string;
    readonly node: string | undefined;
  },
): void {
  const keys = made.folder === data.path ? '' : ` --keys ${made.folder}`;
  terminal.line(`The site ${terminal.style('bold', inert(made.siteName))} is made.`);
  terminal.line(`Its keys lie in ${made.folder}, sealed. Keep a copy of admin.vault elsewhere.`);
  if (made.node === undefined) {
    terminal.note(`\nNext: give it boxes. Scan a box's label: muster node claim CODE${keys}`);
    return;
  }
  terminal.line(`This machine is its node ${inert(made.node)}.`);
  terminal.note('\nNext: start it: muster start');
  terminal.note(`Then make codes for further boxes: muster node invite${keys}`);
}
