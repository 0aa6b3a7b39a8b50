/** `muster uplink add`: reads the files that the options name, or standard input, and asks. */
import { readFileSync } from 'node:fs';
import type { CommandContext, ExitCode } from '@muster/agent/cli';
import { MusterError } from '@muster/core';
import { crossings } from './crossing-text.ts';
import { add } from './uplink-commands.ts';

export interface AddUplinkOptions {
  readonly kind: 'relay' | 'mqtt';
  readonly address: string;
  readonly name?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly ca?: string;
  readonly prefix?: string;
  readonly channel?: readonly string[];
}

export async function addUplink(
  context: CommandContext,
  options: AddUplinkOptions,
): Promise<ExitCode> {
  const { kind, address, name, username, passwordFile, ca, prefix } = options;
  const password =
    passwordFile === undefined ? undefined : await readPassword(context, passwordFile);
  const params = {
    ...{ kind, address, name, username, password, prefix },
    ca: ca === undefined ? undefined : readFile(ca),
    channels: channelsOf(options.channel ?? []),
  };
  // What was not given must not arrive as something given.
  return add(context, JSON.parse(JSON.stringify(params)));
}

function channelsOf(given: readonly string[]): Readonly<Record<string, string>> {
  const channels = given.map((one) => {
    const cut = one.lastIndexOf('=');
    const [name, word] = cut === -1 ? [one, 'both'] : [one.slice(0, cut), one.slice(cut + 1)];
    if (name !== '' && (crossings as readonly string[]).includes(word)) return [name, word];
    const mend = `Write it like general=both; after = stands ${crossings.join(', ')}.`;
    throw new MusterError('channel-option', `${JSON.stringify(one)} is no channel`, mend);
  });
  return Object.fromEntries(channels);
}

/** Not as an option, which everybody on the machine could read. */
async function readPassword({ world }: CommandContext, file: string): Promise<string> {
  if (file !== '-') return readFile(file).trimEnd();
  let text = '';
  for await (const chunk of world.input()) text += chunk;
  return text.trimEnd();
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const mend = 'Check its name, and that you may read it.';
    throw new MusterError('file-unreadable', `${path} cannot be read (${code})`, mend);
  }
}
