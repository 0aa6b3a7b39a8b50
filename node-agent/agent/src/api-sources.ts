/**
 * What the node's HTTP routes answer, out of the running parts: asked anew at each request, kept
 * nowhere. Counts, states and public keys.
 */
import type { Clock, Crypto, NodeApi, Store } from '@muster/core';
import type { JoinedBluetooth } from './bluetooth/join-bluetooth.ts';
import type { ChannelWatch } from './channels/channel-watch.ts';
import type { Config } from './config/index.ts';
import type { NodeIdentity } from './data-folder/identity.ts';
import type { Extensions } from './extensions.ts';
import type { ApiSources } from './http/api-routes.ts';
import type { HttpCounters } from './http/server.ts';
import { agentMetrics } from './metrics/agent-metrics.ts';
import { exposition } from './metrics/exposition.ts';
import { nodeInfoOf, statusInfoOf } from './node-info.ts';
import type { Hub } from './socket/hub.ts';

export interface RunningParts {
  readonly config: Config;
  readonly identity: NodeIdentity;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly node: Pick<NodeApi, 'status'>;
  readonly store: Pick<Store, 'usage'>;
  readonly hub: Pick<Hub, 'sessions' | 'room'>;
  readonly channels: Pick<ChannelWatch, 'list'>;
  readonly extensions: Pick<Extensions, 'status' | 'metrics'>;
  readonly bluetooth: Pick<JoinedBluetooth, 'metrics'>;
  readonly further: ApiSources['further'];
  readonly actions: ApiSources['actions'];
  uptimeMs(): number;
  nodeName(): string;
  http(): HttpCounters;
  /** Undefined when all of it runs, the control socket included. */
  notReady(): 'starting' | 'stopping' | undefined;
}

export function apiSources(parts: RunningParts): ApiSources {
  const { config, identity, crypto, clock, node, store, hub, channels } = parts;
  const { extensions, bluetooth } = parts;
  return {
    node: () => {
      const name = parts.nodeName();
      return nodeInfoOf({ name, identity, crypto, wall: clock.wall() });
    },
    status: () =>
      statusInfoOf({
        status: node.status(),
        usage: store.usage(),
        nowMs: clock.monotonicMs(),
        uptimeMs: parts.uptimeMs(),
        clients: hub.sessions,
        guestsWaiting: hub.room.size,
        extensions: extensions.status(),
      }),
    channels: () => channels.list,
    notReady: () => parts.notReady(),
    metrics: () =>
      exposition([
        ...agentMetrics({
          status: node.status(),
          usage: store.usage(),
          http: parts.http(),
          sessions: hub.sessions,
          guestsWaiting: hub.room.size,
          uptimeMs: parts.uptimeMs(),
          memory: process.memoryUsage(),
          cpu: process.cpuUsage(),
          clockQuality: clock.wall().quality,
        }),
        ...bluetooth.metrics(),
        ...extensions.metrics(),
      ]),
    metricsPublic: config.httpMetricsPublic,
    further: parts.further,
    actions: parts.actions,
  };
}
