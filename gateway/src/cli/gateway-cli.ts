/**
 * The gateway's and the relay's part of the command `muster`: its words and options. The code of
 * each command is imported when it is called, so that help and small commands start fast.
 */
import type { Act, CliExtension, WordTools } from '@muster/agent/cli';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { crossings } from './crossing-text.ts';

type Here = WordTools['here'];

export const gatewayCli: CliExtension = {
  roles: ['gateway', 'relay'],
  addCommands(program, tools) {
    const { act, here } = tools;
    addMqttCommands(program, act, here);
    addSiteCommands(program, tools);
    addPolicyCommands(program, tools);
    addUplinkCommands(program, act, here);
    addOutboxCommands(program, act, here);
    addRelayCommands(program, act, here);
  },
  async partsOf(role) {
    if (role !== 'gateway') return undefined;
    const { createGateway } = await import('../gateway.ts');
    return [createGateway()];
  },
  async runRole(_role, context) {
    return (await import('./run-relay.ts')).runRelay(context);
  },
  doctorChecks: {
    mqtt: async (context) => (await import('./doctor-checks.ts')).checkMqtt(context),
    uplinks: async (context) => (await import('./doctor-checks.ts')).checkUplinks(context),
  },
  async startSection(context) {
    return (await import('./start-section.ts')).startSection(context);
  },
};

function addMqttCommands(program: Command, act: Act, here: Here): void {
  const mqtt = program.command('mqtt').description('credentials for what speaks MQTT on site');
  const client = mqtt.command('client').description('one credential for each device or program');
  here(client.command('add'))
    .description('make a credential; without options it may read and write the channels')
    .argument('<name>', 'its user name')
    .option('--channel <name>', 'only this channel; may be repeated', several)
    .option('--read-only', 'may write into no channel')
    .option('--read <filter>', 'may subscribe to this filter too; may be repeated', several)
    .option('--write <filter>', 'may publish to this filter too; may be repeated', several)
    .option('--urgent', 'may write urgent messages')
    .action((name, options) =>
      act(options, async (context) =>
        (await import('./mqtt-commands.ts')).add(context, name, options),
      ),
    );
  here(client.command('list'))
    .description('list the credentials and what they may do')
    .action((options) =>
      act(options, async (context) => (await import('./mqtt-commands.ts')).list(context)),
    );
  here(client.command('revoke'))
    .description('end a credential; whoever uses it is cut off')
    .argument('<name>', 'its user name')
    .action((name, options) =>
      act(options, async (context) => (await import('./mqtt-commands.ts')).revoke(context, name)),
    );
}

function addSiteCommands(program: Command, { act, common, withKeys, group }: WordTools): void {
  const site = group(program, 'site', 'this site and those that it knows');
  withKeys(site.command('card'))
    .description('show the card by which the admin of another site pins this one')
    .option(
      '--relay <address>',
      'a relay where it is found; may be repeated (else: its uplinks)',
      several,
    )
    .option('--name <name>', 'what the site is called on it')
    .action((options) =>
      act(options, async (context) => (await import('./site-commands.ts')).card(context, options)),
    );
  withKeys(site.command('pin'))
    .description("take another site's card as true")
    .argument('<card>', 'the text of the card')
    .option('--as <name>', 'call it so here')
    .action((text, options) =>
      act(options, async (context) =>
        (await import('./site-commands.ts')).pin(context, text, options),
      ),
    );
  withKeys(site.command('unpin'))
    .description('end that: nothing of that site is taken or shown any more')
    .argument('<site>', 'its name here')
    .action((name, options) =>
      act(options, async (context) => (await import('./site-commands.ts')).unpin(context, name)),
    );
  common(site.command('show'))
    .description('show this site, the pinned ones, and what crosses')
    .action((options) =>
      act(options, async (context) => (await import('./site-commands.ts')).show(context)),
    );
}

function addPolicyCommands(program: Command, { act, common, withKeys }: WordTools): void {
  const policy = program.command('policy').description('which channels cross to other sites');
  common(policy.command('list'))
    .description('list the channels that do not stay local')
    .action((options) =>
      act(options, async (context) => (await import('./policy-commands.ts')).list(context)),
    );
  withKeys(policy.command('set'))
    .description('set how a channel crosses; the other site must set it too')
    .argument('<channel>', 'its name; another site’s is written name@site')
    .argument('<crossing>', crossings.join(', '), crossing)
    .option('--with <site>', 'a pinned site, by its name here; may be repeated', several)
    .option('--bundles-per-minute <count>', 'budget on each uplink; 0: the usual one', count)
    .option('--bytes-per-minute <count>', 'budget on each uplink; 0: the usual one', count)
    .action((channel, word, options) =>
      act(options, async (context) =>
        (await import('./policy-commands.ts')).set(context, channel, word, options),
      ),
    );
}

function addUplinkCommands(program: Command, act: Act, here: Here): void {
  const uplink = program.command('uplink').description('the ways out of this site');
  here(uplink.command('add'))
    .description('add a relay (multiaddr) or an MQTT broker on the internet (URL)')
    .addArgument(new Argument('<kind>', 'what it is').choices(['relay', 'mqtt']))
    .argument('<address>', 'such as /dns4/relay.example/tcp/7320/p2p/... or mqtts://broker.example')
    .option('--name <name>', 'what it is called here (default: from the address)')
    .option('--username <name>', 'MQTT: user name at the broker')
    .option('--password-file <file>', 'MQTT: file with the password; - for standard input')
    .option('--ca <file>', 'MQTT: certificate authority of the broker, PEM')
    .option('--prefix <topic>', 'MQTT: what topics begin with there (default: muster)')
    .option('--channel <name=crossing>', 'MQTT: such as general=both; may be repeated', several)
    .action((kind, address, options) =>
      act(options, async (context) =>
        (await import('./uplink-add.ts')).addUplink(context, { kind, address, ...options }),
      ),
    );
  here(uplink.command('list'))
    .description('list the uplinks and how they are')
    .action((options) =>
      act(options, async (context) => (await import('./uplink-commands.ts')).list(context)),
    );
  here(uplink.command('test'))
    .description('try an uplink step by step, and say what is wrong')
    .argument('<name>', 'its name')
    .action((name, options) =>
      act(options, async (context) => (await import('./uplink-commands.ts')).test(context, name)),
    );
  const changes = {
    pause: 'let it rest; what it has to carry waits',
    resume: 'go on after a pause',
    remove: 'forget it, and what waits for it',
  };
  for (const [word, description] of Object.entries(changes)) {
    here(uplink.command(word))
      .description(description)
      .argument('<name>', 'its name')
      .action((name, options) =>
        act(options, async (context) =>
          (await import('./uplink-commands.ts')).change(context, word as 'pause', name),
        ),
      );
  }
}

function addOutboxCommands(program: Command, act: Act, here: Here): void {
  const outbox = program.command('outbox').description('what waits for an uplink');
  here(outbox.command('list'))
    .description('list what waits, and what will never go with the reason')
    .action((options) =>
      act(options, async (context) => (await import('./uplink-commands.ts')).outbox(context)),
    );
  const words = {
    retry: 'try a dead letter again',
    drop: 'forget a dead letter; the message stays on site',
  };
  for (const [word, description] of Object.entries(words)) {
    here(outbox.command(word))
      .description(description)
      .argument('<id>', 'the beginning of its id (6 letters or more), or all')
      .action((id, options) =>
        act(options, async (context) =>
          (await import('./uplink-commands.ts')).deadLetter(context, word as 'retry', id),
        ),
      );
  }
}

function addRelayCommands(program: Command, act: Act, here: Here): void {
  const relay = program
    .command('relay')
    .description('the sites of a relay (muster run --role relay)');
  here(relay.command('admit'))
    .description('keep bundles for a site from now on')
    .argument('<card>', 'its site card')
    .option('--quota <bytes>', 'bytes that it may keep here', count)
    .action((card, options) =>
      act(options, async (context) =>
        (await import('./relay-commands.ts')).admit(context, card, options),
      ),
    );
  here(relay.command('list'))
    .description('list the sites, and the addresses of this relay')
    .action((options) =>
      act(options, async (context) => (await import('./relay-commands.ts')).list(context)),
    );
  here(relay.command('remove'))
    .description('keep nothing more for a site')
    .argument('<site>', 'its name or key')
    .action((site, options) =>
      act(options, async (context) => (await import('./relay-commands.ts')).remove(context, site)),
    );
}

/** An option that may be repeated: one value each, so that it swallows no argument after it. */
function several(given: string, before: readonly string[] = []): readonly string[] {
  return [...before, given];
}

function count(given: string): number {
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a whole number.');
}

function crossing(given: string): string {
  if ((crossings as readonly string[]).includes(given)) return given;
  throw new InvalidArgumentError(`It must be one of ${crossings.join(', ')}.`);
}
