/** Asks the agent of the data folder, over its control socket, for the commands of the gateway. */
import { askAgent, type CommandContext, clientParts } from '@muster/agent/cli';
import { MusterError } from '@muster/core';

export async function ask<T>(
  { folder }: Pick<CommandContext, 'folder'>,
  command: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<T> {
  const { clock } = await clientParts();
  try {
    return (await askAgent(folder, { command, params }, clock)) as T;
  } catch (error) {
    if (!(error instanceof MusterError) || error.code !== 'unknown-command') throw error;
    const part = command.startsWith('relay.') ? 'relay' : 'gateway';
    throw new MusterError(error.code, `No ${part} runs at ${folder.path}`, mends[part]);
  }
}

const mends = {
  gateway: 'Name its data folder with --data (of --nodes: node-1), or start it as a gateway.',
  relay: 'Name its data folder with --data, or start one: muster run --role relay',
} as const;
