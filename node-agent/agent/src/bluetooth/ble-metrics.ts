/** What /metrics says of Bluetooth: counts and states; no addresses, no names, nobody's id. */
import type { BleLinkStatus } from '@muster/adapters/transport-ble';
import type { Nearby } from '@muster/core';
import { counter, gauge, type Metric } from '../metrics/exposition.ts';
import type { Joined } from './join-bluetooth.ts';
import type { BluetoothInfo } from './nearby-view.ts';

export interface BleMetricSources {
  readonly info: BluetoothInfo;
  readonly nearby: readonly Nearby[];
  /** Undefined where there is no Bluetooth. */
  readonly joined: Joined | undefined;
}

export function bleMetrics({ info, nearby, joined }: BleMetricSources): readonly Metric[] {
  const state: Metric = {
    ...{ name: 'ble_state', type: 'gauge', help: 'How Bluetooth is; 1 for the state of now.' },
    samples: [{ value: 1, labels: { state: info.state } }],
  };
  if (!joined) return [state];
  const { medium, radio } = joined;
  const { adapters, counts, strangers } = medium.status();
  return [
    state,
    gauge('ble_adapters', 'Bluetooth adapters in use.', adapters.length),
    ...linkMetrics(medium.links()),
    byLevel(nearby),
    gauge('ble_strangers', 'Foreign devices heard lately.', strangers),
    counter('ble_dials_total', 'Links tried over Bluetooth.', counts.dials),
    counter('ble_dials_failed_total', 'Of those, that came to nothing.', counts.dialsFailed),
    counter('ble_links_accepted_total', 'Links that others opened.', counts.linksAccepted),
    counter('ble_links_refused_total', 'Links that were turned away.', counts.linksRefused),
    counter('ble_callers_unproven_total', 'Callers that proved no key.', counts.callersUnproven),
    counter('ble_sightings_total', 'Tags heard, each again and again.', counts.sightings),
    counter('ble_tags_foreign_total', 'New tags that are not the site’s.', counts.tagsForeign),
    counter('ble_tags_passed_over_total', 'New tags, too many to judge.', counts.tagsPassedOver),
    counter('ble_rotations_total', 'Times the tag and address on air changed.', counts.rotations),
    counter(
      'ble_helper_restarts_total',
      'Times the process of the L2CAP channels was started again.',
      radio.helper?.status.restarts ?? 0,
    ),
  ];
}

/** Of the links of now, by what carries them. */
function linkMetrics(links: readonly BleLinkStatus[]): Metric[] {
  const by = (name: string, help: string, pick: (link: BleLinkStatus) => number): Metric => ({
    ...{ name, type: 'gauge', help },
    samples: (['gatt', 'l2cap'] as const).map((carrier) => ({
      value: links.reduce((sum, link) => sum + (link.carrier === carrier ? pick(link) : 0), 0),
      labels: { carrier },
    })),
  });
  return [
    by('ble_links', 'Links over Bluetooth.', () => 1),
    by('ble_sent_bytes', 'Sent over the links of now.', ({ counts }) => counts.bytesSent),
    by('ble_received_bytes', 'Received over them.', ({ counts }) => counts.bytesReceived),
    by('ble_sent_packets', 'Packets sent over them.', ({ counts }) => counts.packetsSent),
    by('ble_received_packets', 'Packets received.', ({ counts }) => counts.packetsReceived),
    by('ble_resent_packets', 'Packets sent again.', ({ counts }) => counts.resent),
  ];
}

function byLevel(nearby: readonly Nearby[]): Metric {
  const levels = ['near', 'around', 'gone'] as const;
  return {
    ...{ name: 'ble_nearby_nodes', type: 'gauge', help: 'Nodes heard, by how near they are.' },
    samples: levels.map((level) => ({
      value: nearby.filter((one) => one.kind === 'node' && one.level === level).length,
      labels: { level },
    })),
  };
}
