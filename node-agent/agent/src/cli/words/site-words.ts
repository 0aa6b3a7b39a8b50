/**
 * `muster site`, `muster vault` and `muster admin`: the words for who a site is and who acts for
 * it. The code of each is imported when it is called.
 */
import type { Command } from 'commander';
import type { Act } from '../cli-extension.ts';
import {
  common,
  group,
  several,
  whole,
  withCodeFiles,
  withKeys,
  withReason,
  withYes,
} from './options.ts';

export function addSiteWords(program: Command, act: Act): void {
  const site = group(program, 'site', 'this site: its keys, and the sites that it knows');
  withYes(withKeys(site.command('create')))
    .description('make a site: its root key and a first admin, sealed with a passphrase')
    .argument('<name>', 'what the site is called')
    .option('--admin <name>', 'what the first admin is called', 'admin')
    .option('--sheet <file>', 'write the recovery sheet there, to be printed (default: show it)')
    .option('--also-node [name]', 'this machine is the first node of the site too')
    .action((name, options) =>
      act(options, async (context) =>
        (await import('../admin/site-create.ts')).createSite(context, name, options),
      ),
    );
  withYes(withKeys(site.command('protect')))
    .description('put the root key that lies open here into a vault')
    .option('--admin <name>', 'what the first admin is called', 'admin')
    .option('--sheet <file>', 'write the recovery sheet there, to be printed (default: show it)')
    .action((options) =>
      act(options, async (context) =>
        (await import('../admin/site-protect.ts')).protectSite(context, options),
      ),
    );
  withYes(withKeys(site.command('recover')))
    .description('make the vault again from the 24 words of the recovery sheet')
    .option('--words-file <file>', 'file with the words; - for standard input')
    .option('--site <name>', 'what the site is called, where site.json is lost too')
    .option('--admin <name>', 'what the new admin key is called', 'admin')
    .action((options) =>
      act(options, async (context) =>
        (await import('../admin/site-recover.ts')).recoverSite(context, options),
      ),
    );
  withYes(withKeys(site.command('epoch')))
    .description('show the epoch, or advance it: whoever is not renewed is out')
    .argument('[advance]', 'the word advance')
    .option('--wait <seconds>', 'how long nodes are waited for', whole(0, 3_600), 30)
    .action((word, options) =>
      act(options, async (context) =>
        (await import('../admin/site-epoch.ts')).epoch(context, word, options),
      ),
    );
  addVaultWords(program, act);
  addAdminWords(program, act);
}

function addVaultWords(program: Command, act: Act): void {
  const vault = group(program, 'vault', 'the sealed file with the keys of an admin');
  withKeys(vault.command('check'))
    .description('open the vault and prove that the keys in it are those of the site')
    .option('--words', 'prove the 24 words of the recovery sheet instead')
    .option('--words-file <file>', 'the words are in this file; - for standard input')
    .action((options) =>
      act(options, async (context) => (await import('../admin/vault.ts')).check(context, options)),
    );
  withKeys(vault.command('passphrase'))
    .description('seal it with another passphrase')
    .option('--new-passphrase-file <file>', 'its first line is the new one')
    .action((options) =>
      act(options, async (context) =>
        (await import('../admin/vault.ts')).changePassphrase(context, options),
      ),
    );
  withKeys(vault.command('sheet'))
    .description('write the recovery sheet again, to be printed')
    .argument('<file>', 'HTML file')
    .action((file, options) =>
      act(options, async (context) =>
        (await import('../admin/vault.ts')).sheet(context, file, options),
      ),
    );
}

function addAdminWords(program: Command, act: Act): void {
  const admin = group(program, 'admin', 'who acts for the site');
  withCodeFiles(withYes(withKeys(admin.command('invite'))))
    .description('make a code with which another phone becomes an admin, and wait for it')
    .argument('<name>', 'what the new admin is called')
    .option('--power <power>', 'only this: nodes, people, revoke, rules; may be repeated', several)
    .option('--file <file>', 'write the text of the code too')
    .option('--address <host:port>', 'where the phone asks; may be repeated', several)
    .option('--hours <count>', 'how long the code is good', whole(1, 24 * 30), 24)
    .action((name, options) =>
      act(options, async (context) =>
        (await import('../admin/admin-invite.ts')).invite(context, name, options),
      ),
    );
  common(admin.command('list'))
    .description('list the admins that the node has seen, and what each may do')
    .option('--keys <folder>', 'where the keys of the admin lie (default: the data folder)')
    .option('--passphrase-file <file>', 'its first line opens the vault; - for standard input')
    .action((options) =>
      act(options, async (context) =>
        (await import('../admin/admin-list.ts')).list(context, options),
      ),
    );
  withReason(withYes(withKeys(admin.command('revoke'))))
    .description('end an admin; needs the root key')
    .argument('<admin>', 'name or key')
    .option('--undo', 'its key was stolen: what it revoked and the epochs it ended are undone')
    .action((who, options) =>
      act(options, async (context) =>
        (await import('../admin/admin-list.ts')).revoke(context, who, options),
      ),
    );
  withYes(withKeys(admin.command('rotate')))
    .description('make a new key for the admin of this vault and end the old one')
    .action((options) =>
      act(options, async (context) =>
        (await import('../admin/admin-rotate.ts')).rotate(context, options),
      ),
    );
}
