/**
 * What the end of a stream says of who was at the other end: nothing when the air cut it, and that
 * it need not be back at once when one of us wanted it so. Before step 4 of a message's way.
 */

const byAir: ReadonlySet<string> = new Set(['connection-lost', 'silent', 'stalled']);
const orderly: ReadonlySet<string> = new Set(['closed-by-peer', 'making-room']);

export type StreamEnd = 'air' | 'orderly' | 'other';

export function endOf(reason: string): StreamEnd {
  if (byAir.has(reason)) return 'air';
  return orderly.has(reason) ? 'orderly' : 'other';
}
