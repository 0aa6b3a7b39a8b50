/**
 * The Bluetooth of this machine for commands that run without an agent: what the system says of it,
 * and a radio of their own to listen with.
 */
import type { BluezHost, BluezSurvey } from '@muster/adapters/transport-ble/bluez';
import { loadConfig } from '../../config/index.ts';
import type { CommandContext } from '../context.ts';
import { clientParts } from '../with-session.ts';

/** What a command needs of the machine; main.ts hands in none, tests hand in any. */
export interface MachineBluetooth {
  readonly host: Pick<BluezHost, 'state' | 'adapters' | 'start' | 'stop' | 'survey'>;
  /** Whether L2CAP channels can be made. */
  readonly isHelperBuilt: boolean;
}

export async function machineBluetooth({
  folder,
  world,
}: CommandContext): Promise<MachineBluetooth> {
  const { environment } = world;
  const { config } = loadConfig({ file: folder.configFile, environment });
  const adapters = config.bleAdapters;
  return world.openBluetooth?.({ adapters }) ?? openReal(adapters);
}

export async function surveyOf(context: CommandContext): Promise<BluezSurvey> {
  return (await machineBluetooth(context)).host.survey();
}

async function openReal(adapters: readonly string[]): Promise<MachineBluetooth> {
  const [{ createBluezHost }, { builtHelperPath }, { createPinoLogger }, { clock }] =
    await Promise.all([
      import('@muster/adapters/transport-ble/bluez'),
      import('@muster/adapters/transport-ble/l2cap'),
      import('@muster/adapters/logger-pino'),
      clientParts(),
    ]);
  const logger = createPinoLogger({ level: 'silent' });
  const host = createBluezHost({ adapters, clock, logger, isListener: true });
  return { host, isHelperBuilt: builtHelperPath() !== undefined };
}
