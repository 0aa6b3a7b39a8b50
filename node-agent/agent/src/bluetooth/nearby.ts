/**
 * Puts together who is near: what the radio heard, with the names of the site's nodes and the link
 * to each. Pure. A tag holds three bytes of a hash of the node key, so a name here says which node
 * of the site it may be; only a link proves it.
 */
import {
  bytesKey,
  type Crypto,
  type Nearby,
  type NeighbourStatus,
  type NodeReport,
  radioIdOf,
  toBase64url,
  toHex,
} from '@muster/core';
import type { HeardThing } from './ble-views.ts';
import { nearbyLimits } from './limits.ts';
import type { BluetoothInfo, NearbyNode, NearbyView } from './nearby-view.ts';

/** A node of the site that is known by its certificate. */
export interface KnownNode {
  readonly key: Uint8Array;
  readonly name: string;
}

export interface NameSources {
  readonly crypto: Crypto;
  /** Ed25519, 32 bytes. */
  readonly siteKey: Uint8Array;
  /** From reports; may name neighbours again. */
  known(): readonly KnownNode[];
  neighbours(): readonly Pick<NeighbourStatus, 'nodeKey' | 'name' | 'costClass'>[];
}

/** In the order of `heard`: the strongest first, those that are gone last. */
export function heardThings(heard: readonly Nearby[], sources: NameSources): HeardThing[] {
  const hasNodes = heard.some(({ kind }) => kind === 'node');
  const names = hasNodes ? namesById(sources) : new Map<string, NodeName>();
  return heard.map(({ id, kind, rssiDbm, level, seenMsAgo, seenCount }) => ({
    ...{ kind, id: toHex(id), name: '' },
    ...(kind === 'node' ? names.get(bytesKey(id)) : {}),
    ...{ level, seenMsAgo: Math.floor(seenMsAgo), rssiDbm, seenCount },
  }));
}

export function nearbyView(bluetooth: BluetoothInfo, heard: readonly HeardThing[]): NearbyView {
  const { nodesMax, carriersMax } = nearbyLimits;
  const carriers = heard.filter(({ kind }) => kind === 'carrier').slice(0, carriersMax);
  const nodes = heard.filter(({ kind }) => kind === 'node').slice(0, nodesMax);
  return {
    bluetooth,
    nodes: nodes.map(({ key, name, level, seenMsAgo, link }) => ({
      ...(key === undefined ? {} : { key }),
      ...{ name, level, seenMsAgo },
      ...(link && { link }),
    })),
    carriers: carriers.map(({ level, seenMsAgo }) => ({ level, seenMsAgo })),
  };
}

/** For the report to the admins: nodes that are known, the strongest first. */
export function reportedNear(heard: readonly HeardThing[]): Pick<NodeReport, 'near'> {
  const near = heard.flatMap(({ key, level }) =>
    key === undefined || level === 'gone' ? [] : [{ key, level }],
  );
  return near.length > 0 ? { near: near.slice(0, nearbyLimits.reportedMax) } : {};
}

const troubles: readonly BluetoothInfo['state'][] = [
  'not-answering',
  'powered-off',
  'blocked',
  'not-permitted',
  'failed',
];

/** For the report: a radio that is there and does not work. A box without one is no problem. */
export function radioProblems({ state, text, mend }: BluetoothInfo): NodeReport['problems'] {
  if (!troubles.includes(state)) return [];
  return [{ code: 'bluetooth', severity: 'warning', text: `${text} ${mend}` }];
}

type NodeName = Pick<NearbyNode, 'key' | 'name' | 'link'>;

/** By radio id. Of two nodes with one id (1 in 2^24 for each pair) the linked one is named. */
function namesById({ crypto, siteKey, known, neighbours }: NameSources): Map<string, NodeName> {
  const names = new Map<string, NodeName>();
  const add = (key: Uint8Array, name: string, link?: NearbyNode['link']): void => {
    const id = bytesKey(radioIdOf(crypto, siteKey, key));
    names.set(id, { key: toBase64url(key), name, ...(link && { link }) });
  };
  for (const { key, name } of known()) add(key, name);
  for (const { nodeKey, name, costClass } of neighbours()) {
    if (nodeKey) add(nodeKey, name, costClass);
  }
  return names;
}
