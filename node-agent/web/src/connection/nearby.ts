/**
 * Who is near by radio, as a node tells it, read strictly out of JSON (docs/protocol/api.md,
 * Nearby). It is for people to look at: shown, never believed, and bounded whatever is sent.
 */
import { type CostClass, costClasses, type NearbyLevel, toHex } from '@muster/core';
import { webLimits } from '../limits.ts';
import { bytes, type Json, objects, text, whole } from './json-members.ts';

export interface NearbyNode {
  /** In hex; empty while the node does not know which one it is. */
  readonly key: string;
  readonly name: string;
  readonly level: NearbyLevel;
  readonly seenMsAgo: number;
  /** What the link to it costs; undefined without a link. */
  readonly link: CostClass | undefined;
}

/** Carries the site's tag and is no node. */
export type NearbyCarrier = Pick<NearbyNode, 'level' | 'seenMsAgo'>;

export interface Nearby {
  /** `ready`, or why there is no Bluetooth: a word of the protocol, or of a later one. */
  readonly state: string;
  /** What can be done about it, by the node; empty when nothing. */
  readonly mend: string;
  readonly nodes: readonly NearbyNode[];
  readonly carriers: readonly NearbyCarrier[];
}

const links: readonly unknown[] = costClasses;

function carrierOf({ level, seenMsAgo }: Json): NearbyCarrier[] {
  if (level !== 'near' && level !== 'around' && level !== 'gone') return [];
  return [{ level, seenMsAgo: whole(seenMsAgo) }];
}

function nodeOf(json: Json): NearbyNode[] {
  const key = toHex(bytes(json.key));
  const link = links.includes(json.link) ? (json.link as CostClass) : undefined;
  return carrierOf(json).map((seen) => ({ ...seen, key, name: text(json.name), link }));
}

export function nearbyOf(json: Json): Nearby {
  const [bluetooth = {}] = objects([json.bluetooth]);
  return {
    state: text(bluetooth.state),
    mend: text(bluetooth.mend),
    nodes: objects(json.nodes, webLimits.nearbyNodesMax).flatMap(nodeOf),
    carriers: objects(json.carriers, webLimits.nearbyCarriersMax).flatMap(carrierOf),
  };
}
