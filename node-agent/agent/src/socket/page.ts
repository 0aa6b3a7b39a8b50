/**
 * One page of a channel for a reader who scrolls back, newest first. Reads the store in small steps
 * and stops when the frame is full, so that asking costs no more than what is answered.
 */
import type { NodeApi } from '@muster/core';
import type { PageRequest } from './client-message.ts';
import { socketLimits } from './limits.ts';
import { itemText } from './wire-form.ts';

/** `end`: nothing older is held here. */
export function readPage(
  node: Pick<NodeApi, 'page' | 'ticket'>,
  request: PageRequest,
): { readonly items: readonly string[]; readonly end: boolean } {
  const items: string[] = [];
  let bytes = 0;
  let { before } = request;
  while (items.length < request.limit) {
    const limit = Math.min(socketLimits.pageStepItems, request.limit - items.length);
    const step = node.page({ tag: request.tag, limit, ...(before ? { before } : {}) });
    if (step.length === 0) return { items, end: true };
    for (const bundle of step) {
      const item = itemText(bundle, node);
      bytes += item.length + 1;
      // The first one goes in any case, or an item larger than a frame would block the way back.
      if (bytes > socketLimits.itemsBytesMax && items.length > 0) return { items, end: false };
      items.push(item);
    }
    before = step.at(-1)!.orderKey;
  }
  return { items, end: false };
}
