/** How the commands of Bluetooth ask the agent of the data folder, where there is one. */
import { MusterError } from '@muster/core';
import { askAgent } from '../../control/client.ts';
import type { CommandContext } from '../context.ts';
import { clientParts } from '../with-session.ts';

/** Throws a MusterError where none answers. */
export async function askBle<T>({ folder }: CommandContext, command: string): Promise<T> {
  const { clock } = await clientParts();
  return (await askAgent(folder, { command, params: {} }, clock)) as T;
}

/** Undefined where no agent answers, or a blank box, which knows no such command. */
export async function askBleIfThere<T>(
  context: CommandContext,
  command: string,
): Promise<T | undefined> {
  try {
    return await askBle<T>(context, command);
  } catch (error) {
    const isAway = error instanceof MusterError && awayCodes.has(error.code);
    if (isAway) return undefined;
    throw error;
  }
}

const awayCodes: ReadonlySet<string> = new Set(['agent-unreachable', 'unknown-command']);
