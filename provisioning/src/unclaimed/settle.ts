/**
 * What a start does first, under the folder's lock: whatever a power cut left half done is done to
 * its end, so that nothing further ever sees a half-reset or half-claimed node. Cheap where there
 * is nothing to do.
 */
import { wipeSpentRoot } from '../admin/protect-site.ts';
import { type ApplyOptions, applyProvision } from './provision-files.ts';
import { finishReset } from './reset.ts';

/** What was done. After `move` an invite lies in `muster-invite.txt`. */
export type Settled = 'nothing' | 'reset' | 'move' | 'claimed';

export function settleFolder(folder: string, options: ApplyOptions): Settled {
  wipeSpentRoot(folder, options.calls);
  const reset = finishReset(folder, options.calls);
  if (reset) return reset;
  return applyProvision(folder, options) ? 'claimed' : 'nothing';
}
