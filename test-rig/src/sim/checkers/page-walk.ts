/**
 * Reads all pages of a box in one go and holds each message against what really happened: nobody's
 * words, the dead, another order, too many bytes.
 */
import { shortId } from '@muster/core';
import type { Ages } from './ages.ts';
import type { Box } from './events.ts';
import type { History, Message, Place } from './history.ts';
import type { Order } from './order.ts';
import { StoredBytes } from './stored-bytes.ts';
import { pagesOf } from './timeline.ts';
import type { Violate } from './violation.ts';

export interface PageWalkParts {
  readonly history: History;
  readonly order: Order;
  readonly ages: Ages;
  readonly violate: Violate;
  /** The place of a message at a box, if it was shown there and the disk still lives. */
  readonly placeOf: (message: Message, node: number) => Place | undefined;
  /** On the disk, though it was never shown: the power went in between. */
  readonly found: (message: Message, found: { box: Box; ageMs: number; nowMs: number }) => void;
}

/** Links that each message had come to the box. `isStill`: all that it has is on its disk. */
export function walkPages(
  box: Box,
  { nowMs, isStill }: { readonly nowMs: number; readonly isStill: boolean },
  { ages, found, history, order, placeOf, violate }: PageWalkParts,
): Map<Message, number> {
  const { number: node } = box;
  const holding = new Map<Message, number>();
  const bytes = new StoredBytes();
  for (const tag of history.tags.values()) {
    let last: Message | undefined;
    for (const { id, hops, ageNowMs: ageMs } of pagesOf(box, tag)) {
      const message = history.find(id);
      if (!message) {
        if (history.isBygone(id)) continue;
        const text = `has ${shortId(id)}, which nobody wrote`;
        violate({ check: 'forged', atMs: nowMs, node, text });
        continue;
      }
      if (last) order.follows(last, message, { node, nowMs });
      last = message;
      const place = placeOf(message, node);
      if (place) ages.stands(place, node, nowMs);
      else if (isStill) found(message, { box, ageMs, nowMs });
      bytes.add(message);
      holding.set(message, hops);
    }
  }
  bytes.judge(box, nowMs, violate);
  return holding;
}
