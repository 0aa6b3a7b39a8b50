/**
 * The command `muster`: its words, options and help. Every command's code is imported when it is
 * called, so that help and small commands start fast.
 */
import { Command, CommanderError, Option } from 'commander';
import { version } from '../version.ts';
import type { Act, RunCommand } from './cli-extension.ts';
import { type CliWorld, type CommonOptions, commandContext } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { addBleWords } from './words/ble-words.ts';
import { keepDashedKeys } from './words/dashed-keys.ts';
import { addNodeWords } from './words/node-words.ts';
import { common, group, here, whole, withKeys } from './words/options.ts';
import { addPeopleWords } from './words/people-words.ts';
import { addSiteWords } from './words/site-words.ts';

const exitCodes = `
Exit codes:
  0 fine          1 failed        2 wrong command line
  3 no agent answers              4 the node refused the message
  5 not held yet: the message goes with the next "muster send"

The data folder is --data, else MUSTER_DATA, else ./.muster. Settings are in its muster.jsonc,
each can be overridden by a MUSTER_* variable (http.port: MUSTER_HTTP_PORT).
`;

const afterError =
  '(muster help shows what there is; what begins with - and is no option goes behind --)';

/** What addRunCommands knows. */
const runWords: ReadonlySet<string> = new Set(['start', 'run', 'status']);

/** Runs one command line to its end; never throws. */
export async function runCli(world: CliWorld): Promise<ExitCode> {
  let result: ExitCode = ExitCode.fine;
  const act = async (options: CommonOptions, run: RunCommand): Promise<void> => {
    const context = commandContext(world, options);
    try {
      result = await run(context);
    } catch (error) {
      result = context.terminal.fail(error);
    }
  };
  const program = programOf(world, act);
  try {
    await program.parseAsync(keepDashedKeys(program, world.arguments), { from: 'user' });
    return result;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? ExitCode.fine : ExitCode.usage;
  }
}

function programOf(world: CliWorld, act: Act): Command {
  const program = new Command('muster')
    .description('A mesh in a box: phones talk through this node, with or without internet.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', exitCodes)
    .showHelpAfterError(afterError)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.out.write(text),
      writeErr: (text) => world.err.write(text),
    });
  addRunCommands(program, act, world);
  // A box that starts would spend a tenth of it on making the words of all other commands.
  if (runWords.has(world.arguments[0] ?? '')) return program;
  addChannelCommands(program, act);
  addSiteWords(program, act);
  addNodeWords(program, act);
  addPeopleWords(program, act);
  addBleWords(program, act);
  addCareCommands(program, act);
  world.extension?.addCommands(program, { act, here, common, withKeys, group });
  return program;
}

function addRunCommands(program: Command, act: Act, { extension }: CliWorld): void {
  const start = common(program.command('start'))
    .description('start a node here and show how to reach it; makes a site on the first start')
    .option('-p, --port <port>', 'port for phones (default: 8080, or the next free one)', port)
    .option('-n, --nodes <count>', 'start a small mesh of 1 to 9 nodes on this machine', nodes, 1)
    .option('--name <name>', 'what this node is called')
    .option('--site <name>', 'what a new site is called')
    .option('--open-log', 'show the log here too', false)
    .option('--unclaimed', 'wait to be claimed by an admin instead of making a site', false)
    .action((options) =>
      act(options, async (context) =>
        (await import('./commands/start.ts')).start(context, options),
      ),
    );
  if (extension) start.option('--no-gateway', 'leave out the broker and the uplinks');
  const roles = ['node', ...(extension?.roles ?? [])];
  common(program.command('run'))
    .description('run a node as a daemon: logs JSON on standard output, for systemd')
    .addOption(new Option('--role <role>', 'what it is (default: as certified)').choices(roles))
    .option('-p, --port <port>', 'port for phones', port)
    .option('--name <name>', 'what this node is called')
    .option('--init', 'make a site if there is none', false)
    .action((options) =>
      act(options, async (context) => (await import('./commands/run.ts')).run(context, options)),
    );
  common(program.command('status'))
    .description('show how the running node is')
    .action((options) =>
      act(options, async (context) => (await import('./commands/status.ts')).status(context)),
    );
}

function addChannelCommands(program: Command, act: Act): void {
  const channel = program.command('channel').description('list, make and show channels');
  common(channel.command('list'))
    .description('list the channels that the node shows')
    .action((options) =>
      act(options, async (context) => (await import('./commands/channel.ts')).list(context)),
    );
  common(channel.command('create'))
    .description('make a channel; again with the same name changes its topic and writers')
    .argument('<name>', 'its name')
    .addOption(
      new Option('--kind <kind>', 'who reads and writes')
        .choices(['public', 'private', 'announcement'])
        .default('public'),
    )
    .option('--topic <text>', 'what it is about', '')
    .option('--writer <key...>', 'announcement: a device key that may write too', [])
    .action((name, options) =>
      act(options, async (context) =>
        (await import('./commands/channel.ts')).create(context, name, options),
      ),
    );
  common(channel.command('show'))
    .description('show a channel and the code to join it')
    .argument('<channel>', 'its name, tag or code')
    .action((name, options) =>
      act(options, async (context) => (await import('./commands/channel.ts')).show(context, name)),
    );
  common(program.command('send'))
    .description('write into a channel and wait until the message is held')
    .argument('<channel>', 'its name, tag or code')
    .argument('[text...]', 'the message; without it, standard input')
    .option('--as <name>', 'the name to write under (default: that of the node)')
    .option('--stay-local', 'the message never goes to another site')
    .action((name, words, options) =>
      act(options, async (context) =>
        (await import('./commands/send.ts')).send(context, name, { words, ...options }),
      ),
    );
  common(program.command('tail'))
    .description('show the newest messages of a channel, then new ones as they come')
    .argument('<channel>', 'its name, tag or code')
    .option('-n, --lines <count>', 'how many of the newest to begin with', lines, 10)
    .option('--no-follow', 'end after those')
    .action((name, options) =>
      act(options, async (context) =>
        (await import('./commands/tail.ts')).tail(context, name, options),
      ),
    );
}

function addCareCommands(program: Command, act: Act): void {
  const config = program.command('config').description('look at the configuration');
  common(config.command('check'))
    .description('check muster.jsonc and the MUSTER_* variables, and show what is in force')
    .action((options) =>
      act(options, async (context) => (await import('./commands/config.ts')).check(context)),
    );
  common(program.command('doctor'))
    .description('look for what could keep a node from working, and say how to mend it')
    .action((options) =>
      act(options, async (context) => (await import('./commands/doctor.ts')).doctor(context)),
    );
}

const port = whole(0, 65_535);
const nodes = whole(1, 9);
const lines = whole(0, 200);
