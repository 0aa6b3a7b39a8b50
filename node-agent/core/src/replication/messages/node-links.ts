/**
 * What a node says of its links, so that all can find the shortest ways (step 4 of a message's
 * way), and the messages that carry it: `links` with the words of one or more nodes, and `links
 * digest`, by which two neighbours see whether they know the same. Unsigned, as hops are: a lie
 * costs time, and no bundle.
 */
import { bytesKey, bytesOfKey } from '../../bytes/key.ts';
import { type CostClass, costClasses } from '../../ports/link.ts';
import { wayLimits } from '../limits.ts';
import { MessageReader } from './message-reader.ts';
import { MessageType } from './message-type.ts';
import { MessageWriter } from './message-writer.ts';

/** The first 4 bytes of a node key as a number; 0 names nobody. */
export type NodeNumber = number;

/** What each costs, beside the others, in trees and ways. */
export const costOf: Readonly<Record<CostClass, number>> = { lan: 1, radio: 4, metered: 16 };

/** One word of one node; a later one has a higher version. */
export interface NodeLinks {
  readonly node: NodeNumber;
  readonly version: number;
  /** As on the wire, 5 bytes for each neighbour: compact, and equal for equal links. */
  readonly links: string;
}

export interface LinkTo {
  readonly node: NodeNumber;
  readonly costClass: CostClass;
}

export interface LinksDigest {
  readonly isQuestion: boolean;
  /** 16 bytes. */
  readonly digest: Uint8Array;
}

const linkBytes = 5;
const digestBytes = 16;

export function numberOf(bytes: Uint8Array, at = 0): NodeNumber {
  const high = (bytes[at]! << 24) | (bytes[at + 1]! << 16);
  return (high | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** 4 bytes. */
export function numberBytes(node: NodeNumber): Uint8Array {
  return Uint8Array.of(node >>> 24, node >>> 16, node >>> 8, node);
}

/** Links in the one form that counts: each neighbour once, the lowest number first. */
export function linksOf(neighbours: readonly LinkTo[]): string {
  const sorted = new Map(neighbours.map(({ node, costClass }) => [node, costClass]));
  const writer = new MessageWriter(linkBytes * sorted.size);
  for (const [node, costClass] of [...sorted].sort(([a], [b]) => a - b)) {
    writer.bytes(numberBytes(node)).byte(costClasses.indexOf(costClass));
  }
  return bytesKey(writer.finish());
}

/** Runs `each` with every neighbour and what the link costs. */
export function eachLink(
  { links }: NodeLinks,
  each: (node: NodeNumber, cost: number) => void,
): void {
  for (let at = 0; at < links.length; at += linkBytes) {
    const high = (links.charCodeAt(at) << 24) | (links.charCodeAt(at + 1) << 16);
    const node = (high | (links.charCodeAt(at + 2) << 8) | links.charCodeAt(at + 3)) >>> 0;
    each(node, costOf[costClasses[links.charCodeAt(at + 4)]!]);
  }
}

export function encodeNodeLinks({ node, version, links }: NodeLinks): Uint8Array {
  return new MessageWriter(16 + links.length)
    .bytes(numberBytes(node))
    .varint(version)
    .sized(bytesOfKey(links))
    .finish();
}

export function encodeLinks(encoded: readonly Uint8Array[]): Uint8Array {
  const writer = new MessageWriter().byte(MessageType.links);
  for (const one of encoded) writer.bytes(one);
  return writer.finish();
}

export function decodeLinks(message: Uint8Array): NodeLinks[] | undefined {
  const reader = new MessageReader(message, 1);
  const told: NodeLinks[] = [];
  do {
    const node = numberOf(reader.bytes(4));
    const version = reader.varint(wayLimits.versionMax);
    const links = reader.sized(wayLimits.linksMax * linkBytes);
    if (reader.failed || node === 0 || !isWellFormed(links)) return undefined;
    told.push({ node, version, links: bytesKey(links) });
  } while (!reader.done());
  return told;
}

function isWellFormed(links: Uint8Array): boolean {
  if (links.length % linkBytes !== 0) return false;
  let last = 0;
  for (let at = 0; at < links.length; at += linkBytes) {
    const node = numberOf(links, at);
    if (node <= last || links[at + 4]! >= costClasses.length) return false;
    last = node;
  }
  return true;
}

export function encodeLinksDigest({ isQuestion, digest }: LinksDigest): Uint8Array {
  return Uint8Array.of(MessageType.linksDigest, isQuestion ? 1 : 0, ...digest);
}

export function decodeLinksDigest(message: Uint8Array): LinksDigest | undefined {
  if (message.length !== 2 + digestBytes || message[1]! > 1) return undefined;
  return { isQuestion: message[1] === 1, digest: message.slice(2) };
}
