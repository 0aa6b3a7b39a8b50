/** Options and values that several commands take, each with its wording in one place. */
import { type Command, InvalidArgumentError, Option } from 'commander';

/** For what only this machine knows: its agent is asked over the socket in its data folder. */
export function here(command: Command): Command {
  return command
    .option('--data <folder>', 'data folder')
    .option('--json', 'write JSON, for programs')
    .option('--debug', 'show where an error came from');
}

export function common(command: Command): Command {
  return here(command).option('--url <url>', 'address of the node, such as http://10.0.0.1:8080');
}

/** For commands that use an admin's keys. */
export function withKeys(command: Command): Command {
  return common(command)
    .option('--keys <folder>', 'where the keys of the admin lie (default: the data folder)')
    .option('--passphrase-file <file>', 'its first line opens the vault; - for standard input');
}

export function withYes(command: Command): Command {
  return command.option('-y, --yes', 'ask nothing: the answer is yes');
}

export function withCodeFiles(command: Command): Command {
  return command
    .option('--png <file>', 'write the code as a picture too')
    .option('--svg <file>', 'the same as a drawing');
}

/** What a node is to be; what is left out is asked of nobody and stays as it is. */
export function withSettings(command: Command): Command {
  const roles = ['node', 'gateway', 'relay'];
  return command
    .addOption(new Option('--role <role>', 'what it is').choices(roles).default('node'))
    .option('--channel <name>', 'a channel that it has from the start; may be repeated', several)
    .option('--bootstrap <multiaddr>', 'a neighbour to dial; may be repeated', several)
    .option('--wifi-ssid <name>', 'Wi-Fi that it is to join; noted there, not set up by Muster yet')
    .option('--wifi-password-file <file>', 'its first line is the password of the Wi-Fi')
    .option('--wifi-country <code>', 'two letters, such as DE: which channels are allowed')
    .option('--access-point', 'the Wi-Fi is not joined but made by the node')
    .option('--uplink <kind=address>', 'relay=… or mqtt=…; may be repeated', several);
}

/** An option that may be repeated: one value each, so that it swallows no argument after it. */
export function several(given: string, before: readonly string[] = []): readonly string[] {
  return [...before, given];
}

export function whole(min: number, max: number): (given: string) => number {
  return (given) => {
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** A group of commands such as `muster site`, made where it is not there yet. */
export function group(program: Command, name: string, description: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  return known ?? program.command(name).description(description);
}

export const revokeReasons = ['lost', 'replaced', 'abuse', 'unspecified'] as const;
export type RevokeReason = (typeof revokeReasons)[number];

export function withReason(command: Command): Command {
  return command.addOption(
    new Option('--reason <reason>', 'why; people see it')
      .choices([...revokeReasons])
      .default('unspecified'),
  );
}
