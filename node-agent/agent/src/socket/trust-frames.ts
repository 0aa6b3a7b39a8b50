/**
 * The trust lists and site rules in force as frames for phones: as many documents in a frame as
 * fit. Made once for all who read them. Phones verify each; nothing here is believed.
 */
import { toBase64url } from '@muster/core';
import { socketLimits } from './limits.ts';

/** At least one, so that a phone knows that it has all that this node has. */
export function trustFrames(documents: readonly Uint8Array[]): readonly string[] {
  const runs: string[][] = [[]];
  let chars = 0;
  for (const text of documents.map(toBase64url)) {
    if (chars > 0 && chars + text.length > socketLimits.trustFrameCharsMax) {
      runs.push([]);
      chars = 0;
    }
    runs.at(-1)!.push(text);
    chars += text.length;
  }
  return runs.map((run) => JSON.stringify({ type: 'trust', documents: run }));
}
