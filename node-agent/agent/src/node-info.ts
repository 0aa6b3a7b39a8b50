/**
 * What the agent says about its node and how it is, in the shape of the API. Counts and public
 * keys.
 */
import {
  type Crypto,
  type NeighbourStatus,
  type NodeStatus,
  siteIdOf,
  toBase64url,
  type WallTime,
} from '@muster/core';
import type { NodeIdentity } from './data-folder/identity.ts';
import type { NeighbourInfo, NodeInfo, StatusInfo } from './http/api-routes.ts';

export function nodeInfoOf(known: {
  readonly name: string;
  readonly identity: NodeIdentity;
  readonly crypto: Crypto;
  readonly wall: WallTime;
}): NodeInfo {
  const { name, identity, crypto, wall } = known;
  const { site, node } = identity;
  return {
    site: toBase64url(siteIdOf(crypto, site.siteKey)),
    siteName: site.name,
    siteKey: toBase64url(site.siteKey),
    nodeKey: toBase64url(node.key.publicKey),
    name,
    unixMs: wall.unixMs,
    clockQuality: wall.quality,
  };
}

export function statusInfoOf(known: {
  readonly status: NodeStatus;
  readonly usage: { readonly usedBytes: number; readonly freeBytes: number | undefined };
  readonly nowMs: number;
  readonly uptimeMs: number;
  readonly clients: number;
  readonly guestsWaiting: number;
  readonly extensions: StatusInfo['extensions'];
}): StatusInfo {
  const { status, usage, nowMs, uptimeMs, clients, guestsWaiting, extensions } = known;
  const { usedBytes, freeBytes } = usage;
  return {
    uptimeMs,
    boots: status.boots,
    store: {
      bundlesLive: status.liveEntries,
      bundlesHeld: status.heldBundles,
      contentBytes: status.contentBytes,
      contentBytesMax: status.contentBytesMax,
      usedBytes,
      ...(freeBytes === undefined ? {} : { freeBytes }),
    },
    neighbours: status.neighbours.map((neighbour) => neighbourInfoOf(neighbour, nowMs)),
    clients,
    guestsWaiting,
    trust: {
      epoch: status.epoch,
      revokedKeys: status.revokedKeys,
      clones: status.clones.length,
    },
    linksRefused: status.linksRefused as Readonly<Record<string, number>>,
    frozenAuthors: status.frozenAuthors,
    dropped: status.dropped as Readonly<Record<string, number>>,
    extensions,
  };
}

function neighbourInfoOf(neighbour: NeighbourStatus, nowMs: number): NeighbourInfo {
  const { nodeKey, name, state, costClass, queuedBytes } = neighbour;
  return {
    nodeKey: nodeKey ? toBase64url(nodeKey) : '',
    name,
    state,
    costClass,
    sinceMs: Math.floor(nowMs - neighbour.sinceMonotonicMs),
    bundlesSent: neighbour.bundlesSent,
    bundlesReceived: neighbour.bundlesReceived,
    bytesSent: neighbour.bytesSent,
    bytesReceived: neighbour.bytesReceived,
    queuedBytes: Object.values(queuedBytes).reduce((sum, bytes) => sum + bytes, 0),
  };
}
