/** How bundles and roles look on the phones' socket: JSON with bytes in base64url. */
import { type NodeApi, type ReadBundle, Role, toBase64url } from '@muster/core';
import { socketLimits } from './limits.ts';

const roleNames = new Map(Object.entries(Role).map(([name, role]) => [role, name]));

export function roleName(role: Role): string {
  return roleNames.get(role) ?? 'guest';
}

/**
 * An ITEM of docs/protocol/api.md, as JSON text so that it is made once for all who read it. Who is
 * more than a guest comes with the ticket that proves it.
 */
export function itemText(bundle: ReadBundle, node: Pick<NodeApi, 'ticket'>): string {
  const ticket = bundle.role >= Role.user ? node.ticket(bundle.ticketId) : undefined;
  return JSON.stringify({
    signed: toBase64url(bundle.signed),
    signature: toBase64url(bundle.signature),
    role: roleName(bundle.role),
    ...(ticket ? { ticket: toBase64url(ticket) } : {}),
    ageMs: Math.floor(bundle.ageNowMs),
    hops: bundle.hops,
    nodes: bundle.nodes,
    arrivedUnixMs: bundle.arrivedUnixMs,
    orderKey: toBase64url(bundle.orderKey),
  });
}

export function bundlesFrame(tagText: string, items: readonly string[], more: boolean): string {
  return `{"type":"bundles","tag":"${tagText}","items":[${items.join(',')}],"more":${more}}`;
}

/**
 * Splits items into runs that fit a frame each; an item that alone does not is a run of its own.
 */
export function frameRuns(items: readonly string[]): string[][] {
  const runs: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    if (bytes + item.length > socketLimits.itemsBytesMax) {
      runs.push([]);
      bytes = 0;
    }
    runs.at(-1)!.push(item);
    bytes += item.length + 1;
  }
  return runs;
}
