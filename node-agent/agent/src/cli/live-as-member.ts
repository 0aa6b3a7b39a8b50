/** One life of a node of a site: from its start until it is stopped, or ends of itself. */
import { flushCompileCache } from 'node:module';
import { createAgent } from '../agent.ts';
import { openIdentity } from '../data-folder/identity.ts';
import { ownRunRecord, removeRunRecord, writeRunRecord } from '../data-folder/run-file.ts';
import type { AgentExtension } from '../extension.ts';
import { markNextLife, type NextLife } from '../unclaimed/next-life.ts';
import { reachableAt } from './addresses.ts';
import { beginLife, type Life, type LifeEnd } from './life.ts';

export async function liveAsMember(
  life: Life,
  extensions: readonly AgentExtension[],
): Promise<LifeEnd> {
  const { context, options } = life;
  const { folder, world } = context;
  const { config, movedFrom, logFile, parts } = await beginLife(life);
  const { crypto, random, logger } = parts;
  const { makeSite, siteName } = options;
  const nodeName = config.nodeName || options.nodeName;
  const identity = openIdentity(folder, { crypto, random, makeSite, siteName, nodeName });
  const { webFolder } = world;
  const next = Promise.withResolvers<NextLife>();
  const onNextLife = (wanted: NextLife): void => {
    try {
      markNextLife(folder, wanted);
      next.resolve(wanted);
    } catch (error) {
      // A full disk, or keys of an admin in the folder: it stays what it is.
      logger.error('the next life cannot begin', { life: wanted.kind, error: String(error) });
    }
  };
  const agent = createAgent({ config, folder, identity, webFolder, extensions, onNextLife }, parts);
  await agent.start();
  const { local } = reachableAt(config.httpHost, agent.port);
  writeRunRecord(folder.runFile, ownRunRecord(local.replace('localhost', '127.0.0.1')));
  // Only now, since whoever waits for this word goes on to use the commands.
  logger.info('ready', { port: agent.port });
  // Kept now, since a node that is killed keeps nothing; does nothing where no cache is enabled.
  flushCompileCache();
  if (agent.quarantined !== undefined) {
    logger.warn('store was damaged and put aside', { file: agent.quarantined });
  }
  await options.onServed?.({ agent, config, identity, logFile, movedFrom, logger });
  const stopped = options.askedToStop.then((why) => {
    logger.info('stopping', { signal: String(why) });
    return { kind: 'stopped' } as const;
  });
  const another = next.promise.then(() => ({ kind: 'next' }) as const);
  const end = await Promise.race([stopped, another]);
  await agent.stop();
  removeRunRecord(folder.runFile);
  return end;
}
