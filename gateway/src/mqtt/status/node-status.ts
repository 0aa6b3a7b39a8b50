/**
 * What is told of nodes: the JSON of `muster/<site>/nodes/<key>/status`, for this node and for what
 * it knows of its neighbours. Step 6, for machines that watch. Counts, states and public keys.
 */
import type { NodeInfo, StatusInfo } from '@muster/agent';
import { ClockQuality, Lane, type NeighbourStatus, toBase64url } from '@muster/core';
import { wordFor } from '../channels/word-for.ts';
import { statusLimits } from './limits.ts';

type LaneBytes = Readonly<Record<keyof typeof Lane, number>>;

export interface LinkJson {
  /** In base64url. */
  readonly key: string;
  readonly name: string;
  readonly state: NeighbourStatus['state'];
  readonly medium: NeighbourStatus['costClass'];
  readonly sinceS: number;
  readonly bundlesSent: number;
  readonly bundlesReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly queuedBytes: LaneBytes;
}

/** Broker and uplinks as their own parts count them. */
export interface GatewayCounts {
  readonly mqtt: { readonly clients: number; readonly sessions: number };
  readonly uplinks: { readonly up: number; readonly all: number; readonly waiting: number };
}

export interface OwnStatusParts {
  readonly node: NodeInfo;
  readonly status: StatusInfo;
  readonly neighbours: readonly NeighbourStatus[];
  readonly counts: GatewayCounts;
  readonly version: string;
  readonly nowMs: number;
}

/** Of this node. */
export function ownStatus(parts: OwnStatusParts) {
  const { node, status, neighbours, counts, version, nowMs } = parts;
  const links = neighbours.filter(({ nodeKey }) => nodeKey).map((one) => linkJson(one, nowMs));
  return {
    state: 'online',
    validForS: statusLimits.validForS,
    key: node.nodeKey,
    name: node.name,
    version,
    uptimeS: seconds(status.uptimeMs),
    boots: status.boots,
    clock: { ms: node.unixMs, quality: wordFor(ClockQuality, node.clockQuality) },
    store: status.store,
    sessions: status.clients,
    links,
    queuedBytes: sumOf(links.map(({ queuedBytes }) => queuedBytes)),
    ...counts,
  } as const;
}

export type OwnStatus = ReturnType<typeof ownStatus>;

/** Of a neighbour, as seen by this node. */
export function linkedStatus(seenBy: string, link: LinkJson) {
  const { validForS } = statusLimits;
  const { key, name, state, ...counts } = link;
  return { state: 'linked', validForS, key, name, seenBy, link: { state, ...counts } } as const;
}

/** Of a neighbour that is gone; `since` in seconds ago, for no clock is trusted. */
export function goneStatus(
  seenBy: string,
  node: { readonly key: string; readonly name: string; readonly goneS: number },
) {
  const { validForS } = statusLimits;
  return { state: 'gone', validForS, ...node, seenBy } as const;
}

export function linkJson(neighbour: NeighbourStatus, nowMs: number): LinkJson {
  const { nodeKey, name, state, costClass, queuedBytes } = neighbour;
  return {
    key: nodeKey ? toBase64url(nodeKey) : '',
    name,
    state,
    medium: costClass,
    sinceS: seconds(nowMs - neighbour.sinceMonotonicMs),
    bundlesSent: neighbour.bundlesSent,
    bundlesReceived: neighbour.bundlesReceived,
    bytesSent: neighbour.bytesSent,
    bytesReceived: neighbour.bytesReceived,
    queuedBytes: {
      urgent: queuedBytes[Lane.urgent],
      normal: queuedBytes[Lane.normal],
      bulk: queuedBytes[Lane.bulk],
    },
  };
}

function sumOf(queues: readonly LaneBytes[]): LaneBytes {
  const sum = { urgent: 0, normal: 0, bulk: 0 };
  for (const queue of queues) {
    sum.urgent += queue.urgent;
    sum.normal += queue.normal;
    sum.bulk += queue.bulk;
  }
  return sum;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
