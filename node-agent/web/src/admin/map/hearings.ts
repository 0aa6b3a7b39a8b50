/**
 * Who hears whom by radio, from what the nodes report: each pair once, for the map, and each node's
 * own in words. What a node reports is its own word; nothing follows from it. Pure.
 */
import { fromBase64url, type ReportedNear, toHex } from '@muster/core';
import { m } from '../../strings/site.en.ts';
import type { NodeView, SiteView } from '../session/site-view.ts';
import type { Edge } from './force-layout.ts';
import { nameOf } from './node-words.ts';

export interface Hearing {
  /** Keys in hex; of a pair that hears each other the lower first, else who hears. */
  readonly edge: Edge;
  readonly words: string;
}

type Level = ReportedNear['level'];

/** Among these nodes; whom a node hears that is none of them is left out. */
export function hearingsOf(nodes: readonly NodeView[]): Hearing[] {
  const heard = new Map(nodes.map((node) => [node.key, heardBy(node)]));
  const name = new Map(nodes.map((node) => [node.key, nameOf(node)]));
  const found: Hearing[] = [];
  for (const [from, levels] of heard) {
    for (const [to, level] of levels) {
      const back = heard.get(to)?.get(from);
      if (!heard.has(to) || (back !== undefined && to < from)) continue;
      const say = back === undefined ? m.near.hears : m.near.both;
      const better = level === 'near' || back === 'near' ? 'near' : 'around';
      const words = say(name.get(from)!, name.get(to)!, m.near.level[better]);
      found.push({ edge: [from, to], words });
    }
  }
  return found;
}

/** Of one node, as a list of names with how near they are; empty when it hears nobody. */
export function hearsWords(node: NodeView, site: SiteView): string {
  const words = [...heardBy(node)].map(([key, level]) => {
    const known = site.nodes.find((one) => one.key === key);
    return m.near.one(known ? nameOf(known) : m.nodes.unknown, m.near.level[level]);
  });
  return words.length === 0 ? '' : m.near.list(words);
}

function heardBy({ key, report, revoked }: NodeView): Map<string, Level> {
  const levels = new Map<string, Level>();
  for (const one of (!revoked && report?.near) || []) {
    const other = toHex(fromBase64url(one.key) ?? new Uint8Array(0));
    if (other.length === 64 && other !== key) levels.set(other, one.level);
  }
  return levels;
}
