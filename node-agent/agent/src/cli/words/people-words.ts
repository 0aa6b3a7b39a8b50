/** `muster ticket`, `muster guest` and `muster revoke`: the words for people. */
import { type Command, Option } from 'commander';
import type { Act } from '../cli-extension.ts';
import { group, whole, withCodeFiles, withKeys, withReason, withYes } from './options.ts';

export function addPeopleWords(program: Command, act: Act): void {
  const ticket = group(program, 'ticket', 'people who are more than guests');
  withKeys(ticket.command('issue'))
    .description('make somebody staff or a user; it reaches their phone through the mesh')
    .argument('<key>', 'their key, as the app shows it: MUSTER-KEY:1:…')
    .addOption(
      new Option('--role <role>', 'what they are').choices(['user', 'staff']).makeOptionMandatory(),
    )
    .option('--name <name>', 'what you call them (default: as they do)')
    .action((key, options) =>
      act(options, async (context) =>
        (await import('../admin/ticket.ts')).issue(context, key, options),
      ),
    );
  withKeys(ticket.command('list'))
    .description('list the tickets that were made with these keys')
    .action((options) =>
      act(options, async (context) => (await import('../admin/ticket.ts')).list(context, options)),
    );
  addGuestWords(program, act);
  withReason(withYes(withKeys(program.command('revoke'))))
    .description('end a node, a person or an admin by name or key')
    .argument('<who>', 'name, key, or the beginning of the key')
    .action((who, options) =>
      act(options, async (context) =>
        (await import('../admin/revoke.ts')).revoke(context, who, options),
      ),
    );
}

function addGuestWords(program: Command, act: Act): void {
  const guest = group(program, 'guest', 'who becomes a guest');
  withKeys(guest.command('policy'))
    .description('show or set who becomes a guest')
    .argument('[policy]', 'open: everybody; pass: with a guest pass; approval: whom staff let in')
    .option('--announcement <text>', 'shown to everybody at the head of the page')
    .option('--messages <count>', 'of all guests of one node, a minute', whole(0, 100_000))
    .option('--newcomers <count>', 'new guests of one node, a minute', whole(0, 100_000))
    .action((word, options) =>
      act(options, async (context) =>
        (await import('../admin/guest.ts')).policy(context, word, options),
      ),
    );
  withCodeFiles(withKeys(guest.command('pass')))
    .description('make a pass that lets guests in where the policy asks for one')
    .option('--uses <count>', 'guests at each node', whole(1, 100_000), 50)
    .action((options) =>
      act(options, async (context) => (await import('../admin/guest.ts')).pass(context, options)),
    );
}
