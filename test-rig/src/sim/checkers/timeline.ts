/**
 * What people at a box can read: all its pages, channel by channel, in the order in which the box
 * gives them.
 */
import type { ReadBundle } from '@muster/core';
import type { Box } from './events.ts';

const pageLimit = 200;
/** More than a box can hold; beyond it the pages go round in a circle. */
const bundlesMax = 2_000_000;

export function* pagesOf({ node }: Box, tag: Uint8Array): Generator<ReadBundle> {
  let after: Uint8Array = new Uint8Array(0);
  for (let read = 0; node && read < bundlesMax; ) {
    const page = node.page({ tag, after, limit: pageLimit });
    yield* page;
    read += page.length;
    const last = page.at(-1);
    // A short page is not the last: what is dead and not swept yet is left out of it.
    if (!last) return;
    after = last.orderKey;
  }
}
