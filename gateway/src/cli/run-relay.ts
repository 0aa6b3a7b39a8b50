/**
 * `muster run --role relay`: a relay at a public address, until it is asked to stop. It needs no
 * site and serves no phones; its sites are admitted over the control socket.
 */

import { ControlServer, controlSocketOf, loadConfig, realParts } from '@muster/agent';
import {
  type CommandContext,
  ExitCode,
  lockFolder,
  openDataFolder,
  untilAskedToStop,
} from '@muster/agent/cli';
import { createRelay, relayCommands } from '../relay/index.ts';
import { readRelayKey } from '../relay/relay-key.ts';

export async function runRelay(context: CommandContext): Promise<ExitCode> {
  const { folder, world } = context;
  const askedToStop = untilAskedToStop();
  openDataFolder(folder);
  const { config } = loadConfig({ file: folder.configFile, environment: world.environment });
  const lock = await lockFolder(folder);
  const parts = await realParts({ level: config.logLevel, destination: world.out });
  const { crypto, clock, random, logger } = parts;
  const relay = createRelay({
    ...{ crypto, clock, random, logger, folder: folder.path },
    key: readRelayKey(folder.path, crypto, random),
    listen: config.relayListen,
    siteBytesMax: config.relayContentBytesMax,
  });
  const control = new ControlServer({
    path: controlSocketOf(folder),
    clock,
    logger: logger.child('control'),
    commands: new Map(Object.entries(relayCommands(relay, crypto))),
  });
  try {
    await relay.start();
    await control.start();
    logger.info('ready', { addresses: relay.addresses().join(' ') });
    const signal = await askedToStop;
    logger.info('stopping', { signal });
  } finally {
    await control.stop();
    await relay.stop();
    await lock.release();
  }
  return ExitCode.fine;
}
