/** One life of a node without a site: it waits to be claimed, until it is or is stopped. */
import { ownRunRecord, removeRunRecord, writeRunRecord } from '../data-folder/run-file.ts';
import { BlankNode } from '../unclaimed/blank-node.ts';
import { reachableAt } from './addresses.ts';
import { beginLife, type Life, type LifeEnd } from './life.ts';

export async function liveBlank(life: Life): Promise<LifeEnd> {
  const { context, options } = life;
  const { folder, world } = context;
  const { config, logFile, parts } = await beginLife(life);
  const { logger } = parts;
  const name = config.nodeName || options.nodeName;
  const { webFolder } = world;
  const blank = new BlankNode({ config, folder, name, webFolder }, parts);
  await blank.start();
  const { lan, local } = reachableAt(config.httpHost, blank.port);
  writeRunRecord(folder.runFile, ownRunRecord(local.replace('localhost', '127.0.0.1')));
  // Only now, since whoever waits for this word goes on to use the commands.
  const { shortCode } = blank.state.view;
  logger.info('unclaimed', { shortCode, page: lan[0] ?? local, port: blank.port });
  await options.onUnclaimed?.({ state: blank.state, lan, local, logFile, logger });
  const { port } = blank;
  const claimed = blank.claimed.then(() => ({ kind: 'claimed', port }) as const);
  const stopped = options.askedToStop.then(() => ({ kind: 'stopped' }) as const);
  const end = await Promise.race([claimed, stopped]);
  await blank.stop();
  removeRunRecord(folder.runFile);
  return end;
}
