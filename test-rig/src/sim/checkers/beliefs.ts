/** After healing all boxes believe the same of their site: equal lists and rules, byte for byte. */
import { toHex } from '@muster/core';
import type { Box } from './events.ts';
import type { Violate } from './violation.ts';

export function judgeBeliefs(boxes: readonly Box[], nowMs: number, violate: Violate): void {
  const beliefs = boxes.map(beliefOf);
  boxes.forEach(({ number: node }, i) => {
    if (beliefs[i] === beliefs[0]) return;
    const text = `believes other documents than box ${boxes[0]!.number}`;
    violate({ check: 'beliefs', atMs: nowMs, node, text });
  });
}

function beliefOf({ node }: Box): string {
  const documents = node?.trust().documents() ?? [];
  return documents
    .map((wire) => toHex(wire))
    .sort()
    .join();
}
