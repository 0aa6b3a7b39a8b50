/** What a node tells Prometheus: counts and sizes, never keys, names or addresses of people. */
import type { NodeStatus } from '@muster/core';
import type { HttpCounters } from '../http/server.ts';
import { counter, counterBy, gauge, type Metric } from './exposition.ts';

export interface MetricSources {
  readonly status: NodeStatus;
  readonly usage: { readonly usedBytes: number; readonly freeBytes: number | undefined };
  readonly http: HttpCounters;
  readonly sessions: number;
  readonly guestsWaiting: number;
  readonly uptimeMs: number;
  readonly memory: { readonly rss: number; readonly heapUsed: number; readonly external: number };
  readonly cpu: { readonly user: number; readonly system: number };
  readonly clockQuality: number;
}

export function agentMetrics(sources: MetricSources): Metric[] {
  const { status, usage, http, memory, cpu } = sources;
  return [
    gauge('uptime_seconds', 'Time since the start.', sources.uptimeMs / 1000),
    gauge('clock_quality', '0 unknown, 1 as the device has it, 2 synced.', sources.clockQuality),
    gauge('resident_memory_bytes', 'Memory of the process.', memory.rss),
    gauge('heap_used_bytes', 'Heap in use by JavaScript.', memory.heapUsed),
    gauge('external_memory_bytes', 'Memory of buffers outside that heap.', memory.external),
    counter('cpu_seconds_total', 'CPU time, user and system.', (cpu.user + cpu.system) / 1e6),
    gauge('bundles_live', 'Bundles seen that still live, held or not.', status.liveEntries),
    gauge('bundles_held', 'Bundles held on disk.', status.heldBundles),
    gauge('content_bytes', 'Content held on disk.', status.contentBytes),
    gauge('content_bytes_max', 'Content that may be held.', status.contentBytesMax),
    gauge('store_used_bytes', 'Disk in use by the store.', usage.usedBytes),
    gauge('store_free_bytes', 'Disk that is left.', usage.freeBytes),
    gauge('authors_frozen', 'Authors frozen because of a fork.', status.frozenAuthors),
    ...trustMetrics(sources),
    gauge('guest_tickets', 'Guest tickets issued and remembered.', status.guestTickets),
    counter('boots_total', 'Starts of this node since its store was made.', status.boots),
    counterBy('dropped_total', {
      help: 'Bundles not taken, by reason.',
      label: 'reason',
      values: status.dropped as Readonly<Record<string, number>>,
    }),
    ...linkMetrics(status),
    gauge('sessions', 'Sessions of phones and other clients.', sources.sessions),
    counterBy('http_requests_total', {
      help: 'HTTP requests answered, by class of status.',
      label: 'status',
      values: http.requests,
    }),
    counter(
      'http_connections_refused_total',
      'Connections refused because their address had too many.',
      http.connectionsRefused,
    ),
  ];
}

function linkMetrics({ neighbours }: NodeStatus): Metric[] {
  const live = neighbours.filter(({ state }) => state === 'live').length;
  const sum = (pick: (one: (typeof neighbours)[number]) => number): number =>
    neighbours.reduce((total, one) => total + pick(one), 0);
  return [
    gauge('neighbours', 'Neighbour nodes linked.', neighbours.length),
    gauge('neighbours_live', 'Neighbour nodes in step with this one.', live),
    gauge(
      'link_sent_bytes',
      'Sent over the links of now.',
      sum((one) => one.bytesSent),
    ),
    gauge(
      'link_received_bytes',
      'Received over them.',
      sum((one) => one.bytesReceived),
    ),
    gauge(
      'link_sent_bundles',
      'Bundles sent over them.',
      sum((one) => one.bundlesSent),
    ),
    gauge(
      'link_received_bundles',
      'Bundles received.',
      sum((one) => one.bundlesReceived),
    ),
    gauge(
      'link_duplicate_bundles',
      'Received twice.',
      sum((one) => one.duplicatesReceived),
    ),
    gauge(
      'link_queued_bytes',
      'Waiting to be sent over the links.',
      sum(({ queuedBytes }) => queuedBytes[0] + queuedBytes[1] + queuedBytes[2]),
    ),
  ];
}

function trustMetrics({ status, guestsWaiting }: MetricSources): Metric[] {
  return [
    gauge('epoch', 'The epoch of the site as this node knows it.', status.epoch),
    gauge('revoked_keys', 'Keys that the lists of the site revoke.', status.revokedKeys),
    gauge('cloned_nodes', 'Node keys in use on two machines.', status.clones.length),
    counterBy('links_refused_total', {
      help: 'Links ended or never begun, by reason.',
      label: 'reason',
      values: status.linksRefused as Readonly<Record<string, number>>,
    }),
    gauge('guests_waiting', 'Guests who wait for staff to let them in.', guestsWaiting),
  ];
}
