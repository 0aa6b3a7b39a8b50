/** What a gateway tells Prometheus: counts and sizes, never names, topics or addresses. */
import { counter, gauge, type Metric } from '@muster/agent';
import type { BrokerCounters } from './mqtt/broker/broker.ts';
import type { BridgeCounters } from './mqtt/channels/index.ts';
import type { PersistenceStatus } from './mqtt/persistence/index.ts';
import type { UplinkInfo } from './uplinks/info.ts';

export interface GatewayMetricSources {
  readonly broker: BrokerCounters;
  readonly store: PersistenceStatus;
  readonly bridge: BridgeCounters;
  readonly uplinks: readonly UplinkInfo[];
}

export function gatewayMetrics({ broker, store, bridge, uplinks }: GatewayMetricSources): Metric[] {
  const cuts = [...broker.cuts.values()].reduce((sum, count) => sum + count, 0);
  const up = uplinks.filter(({ state }) => state === 'up').length;
  const sum = (pick: (one: UplinkInfo) => number): number =>
    uplinks.reduce((total, one) => total + pick(one), 0);
  return [
    gauge('mqtt_connections', 'Connections to the broker, admitted or not.', broker.connections),
    gauge('mqtt_clients', 'Clients of the broker.', broker.clients),
    counter('mqtt_published_total', 'Publishes taken from clients.', broker.published),
    counter('mqtt_cut_total', 'Clients cut for what they did.', cuts),
    counter('mqtt_turned_away_total', 'Connections beyond the caps.', broker.turnedAway),
    counter('mqtt_refused_total', 'CONNECTs refused.', broker.refusedConnects),
    gauge('mqtt_sessions', 'Persistent sessions.', store.sessions),
    gauge('mqtt_retained', 'Retained messages.', store.retained),
    gauge('mqtt_queued_bytes', 'Bytes queued for clients that are away.', store.queuedBytes),
    counter('mqtt_queued_dropped_total', 'Packets that went at a bound.', store.queuedDropped),
    counter('channel_messages_in_total', 'Messages taken from MQTT clients.', bridge.taken),
    counter('channel_messages_out_total', 'Messages handed to MQTT clients.', bridge.published),
    counter('channel_messages_repeated_total', 'Repeats, stored once.', bridge.repeated),
    gauge('uplinks', 'Uplinks that are set up.', uplinks.length),
    gauge('uplinks_up', 'Uplinks that work now.', up),
    gauge(
      'uplink_waiting_bundles',
      'Bundles that wait for an uplink.',
      sum(({ waiting }) => waiting.bundles),
    ),
    gauge(
      'uplink_dead_letters',
      'Bundles that will never go.',
      sum(({ deadLetters }) => deadLetters),
    ),
  ];
}
