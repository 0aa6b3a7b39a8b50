/** `muster node` and `muster claim`: the words for boxes that become, are and were nodes. */
import type { Command } from 'commander';
import type { Act } from '../cli-extension.ts';
import {
  group,
  here,
  several,
  whole,
  withCodeFiles,
  withKeys,
  withReason,
  withSettings,
  withYes,
} from './options.ts';

export function addNodeWords(program: Command, act: Act): void {
  const node = group(program, 'node', 'the boxes of the site');
  withKeys(node.command('list'))
    .description('list the nodes with what each says of itself, and boxes that wait')
    .action((options) =>
      act(options, async (context) =>
        (await import('../admin/node-list.ts')).list(context, options),
      ),
    );
  withSettings(withYes(withKeys(node.command('claim'))))
    .description('make a blank box a node, by the code on its label or screen')
    .argument('[code]', 'the text of its code')
    .option('--file <picture>', 'a picture (PNG) of its code instead')
    .option('--name <name>', 'what it is to be called')
    .option('--address <host:port>', 'where it is; may be repeated', several)
    .action((code, options) =>
      act(options, async (context) =>
        (await import('../admin/node-claim.ts')).claim(context, code, options),
      ),
    );
  addInviteWords(node, act);
  addWithdrawWord(node, act);
  addLifeWords(node, act);
  addResetWord(program, act);
  withYes(here(program.command('claim')))
    .description('on a blank box: give it an invite of an admin')
    .argument('<code>', 'the text of the invite')
    .option('--wait <seconds>', 'how long the site is looked for', whole(1, 86_400), 300)
    .action((code, options) =>
      act(options, async (context) =>
        (await import('../commands/claim.ts')).claim(context, code, options),
      ),
    );
}

function addInviteWords(node: Command, act: Act): void {
  withInvite(node.command('invite'))
    .description('make a code that a blank box becomes a node with, and wait for the box')
    .option('--name <name>', 'what it is to be called', 'node')
    .option('--count <count>', 'so many, with a number behind the name', whole(1, 12), 1)
    .action((options) =>
      act(options, async (context) =>
        (await import('../admin/node-invite.ts')).invite(context, options),
      ),
    );
  withInvite(node.command('replace'))
    .description('make a code for a new box that takes over the name of a dead one')
    .argument('<node>', 'name or key of the dead one; it is revoked once the new one is there')
    .action((name, options) =>
      act(options, async (context) =>
        (await import('../admin/node-invite.ts')).replace(context, name, options),
      ),
    );
  withYes(withKeys(node.command('serve-invites')))
    .description('wait for the boxes of all codes that are open')
    .option('--stay', 'stay until Ctrl-C, so that a second claimant of a code is shown')
    .action((options) =>
      act(options, async (context) =>
        (await import('../admin/serve-invites.ts')).serveInvites(context, options),
      ),
    );
  withKeys(node.command('invites'))
    .description('list the codes that were made, and who came with each')
    .action((options) =>
      act(options, async (context) =>
        (await import('../admin/serve-invites.ts')).listInvites(context, options),
      ),
    );
}

function addResetWord(program: Command, act: Act): void {
  withYes(here(program.command('reset')))
    .description('make this box blank again, at the box itself; its agent must be stopped')
    .option('--keep-config', 'leave muster.jsonc as it is', false)
    .action((options) =>
      act(options, async (context) =>
        (await import('../commands/reset.ts')).reset(context, options),
      ),
    );
}

function addWithdrawWord(node: Command, act: Act): void {
  withKeys(node.command('withdraw'))
    .description('end a code that nobody has come with')
    .argument('<invite>', 'its name or id: muster node invites')
    .action((given, options) =>
      act(options, async (context) =>
        (await import('../admin/serve-invites.ts')).withdraw(context, given, options),
      ),
    );
}

function withInvite(command: Command): Command {
  return withCodeFiles(withSettings(withYes(withKeys(command))))
    .option('--print <sheet>', 'write a sheet with a label each (HTML), twelve to a page')
    .option('--file <file>', 'write the text too, such as muster-invite.txt for its card')
    .option('--address <host:port>', 'where the box asks; may be repeated', several)
    .option('--hours <count>', 'how long it is good', whole(1, 24 * 365), 24 * 7)
    .option('--no-wait', 'wait later: muster node serve-invites')
    .option('--stay', 'stay until Ctrl-C, so that a second claimant of a code is shown');
}

function addLifeWords(node: Command, act: Act): void {
  withKeys(node.command('rename'))
    .description('call a node otherwise')
    .argument('<node>', 'name or key')
    .argument('<name>', 'its new name')
    .action((given, name, options) =>
      act(options, async (context) =>
        (await import('../admin/node-acts.ts')).rename(context, given, { ...options, name }),
      ),
    );
  withYes(withKeys(node.command('move')))
    .description('let a node leave this site and claim itself with an invite of another')
    .argument('<node>', 'name or key')
    .argument('<invite>', 'the text of the invite')
    .action((given, invite, options) =>
      act(options, async (context) =>
        (await import('../admin/node-acts.ts')).move(context, given, { ...options, invite }),
      ),
    );
  withReason(withYes(withKeys(node.command('revoke'))))
    .description('end a node: no other node links with it any more')
    .argument('<node>', 'name or key')
    .action((given, options) =>
      act(options, async (context) =>
        (await import('../admin/revoke.ts')).revoke(context, given, { ...options, only: 'node' }),
      ),
    );
  withYes(withKeys(node.command('reset')))
    .description('make a node a blank box again')
    .argument('<node>', 'name or key')
    .action((given, options) =>
      act(options, async (context) =>
        (await import('../admin/node-acts.ts')).reset(context, given, options),
      ),
    );
  withKeys(node.command('restart'))
    .description('start the program of a node again')
    .argument('<node>', 'name or key')
    .action((given, options) =>
      act(options, async (context) =>
        (await import('../admin/node-acts.ts')).restart(context, given, options),
      ),
    );
}
