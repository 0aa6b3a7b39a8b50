/**
 * A box whose plug is pulled again and again while it is being claimed: at every start it is either
 * blank, with the key that it had, or wholly claimed. Real processes, real files; the moments are a
 * little later each time, so that they fall on every step of the claim.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Box } from '../venue/box.ts';

const firstMs = 300;
/** By so much each moment is later than the one before: steps of some milliseconds, and in the end
 * seconds, for a machine that is slow or busy. */
const laterShare = 0.015;
const cutsMax = 180;

export interface CutClaim {
  /** Times that the plug was pulled until the box was claimed. */
  readonly cuts: number;
  readonly faults: readonly string[];
}

/** `folder` holds an invite that somebody answers; ends once the box is claimed, and stopped. */
export async function cutClaim(box: Box, folder: string): Promise<CutClaim> {
  const faults: string[] = [];
  const has = (name: string): boolean => existsSync(join(folder, name));
  let key: string | undefined;
  for (let cuts = 1; cuts <= cutsMax; cuts++) {
    box.start();
    await delay(firstMs * (1 + laterShare) ** cuts);
    await box.kill();
    const isMember = has('site.json') && has('node.key');
    const isBlank = has('unclaimed.json');
    // `provision.json` is the claim's one commit point: the next start finishes what it begins.
    const isCommitted = has('provision.json');
    if (isMember && !isBlank && !isCommitted) return { cuts, faults };
    const isHalf = !isBlank && !isCommitted && (isMember || has('site.json') || has('node.key'));
    if (isHalf) faults.push(`cut ${cuts}: half claimed`);
    if (!isBlank) continue;
    const { seed } = JSON.parse(readFileSync(join(folder, 'unclaimed.json'), 'utf8'));
    if (key !== undefined && seed !== key) faults.push(`cut ${cuts}: the blank box has a new key`);
    key = seed;
  }
  return { cuts: cutsMax, faults: [...faults, `still not claimed after ${cutsMax} cuts`] };
}
