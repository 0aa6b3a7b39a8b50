/**
 * The servers that some code opens while it starts: what listens there is met in memory then, by
 * `emit('connection', ...)`. Nothing of ours is changed for it: the platform tells of each.
 */
import { tracingChannel } from 'node:diagnostics_channel';
import type { Server } from 'node:net';

/** Every server that `start` made listen, in the order in which it did. */
export async function serversOf(start: () => Promise<void>): Promise<readonly Server[]> {
  const servers: Server[] = [];
  const channel = tracingChannel('net.server.listen');
  const hear = (message: unknown): void => {
    servers.push((message as { readonly server: Server }).server);
  };
  channel.asyncEnd.subscribe(hear);
  try {
    await start();
  } finally {
    channel.asyncEnd.unsubscribe(hear);
  }
  return servers;
}
