/** Asks the agent of the data folder, over its control socket, for the commands of the gateway. */
import { askAgent, type CommandContext, clientParts } from '@muster/agent/cli';

export async function ask<T>(
  { folder }: Pick<CommandContext, 'folder'>,
  command: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<T> {
  const { clock } = await clientParts();
  return (await askAgent(folder, { command, params }, clock)) as T;
}
