/**
 * What follows when an agent ends of itself: the same process takes it up, so that a box in a tree
 * needs no hand. Decided by an admin's act, noted at once; done by `serve`, the store being closed.
 */
import { markReset } from '@muster/provisioning';
import type { DataFolder } from '../data-folder/data-folder.ts';

export type NextLife =
  | { readonly kind: 'restart' }
  /** Becomes unclaimed; `keepConfig`: what the owner wrote into muster.jsonc stays. */
  | { readonly kind: 'reset'; readonly keepConfig: boolean }
  /** A reset that then claims itself with this invite (text of a code). */
  | { readonly kind: 'move'; readonly keepConfig: boolean; readonly invite: string };

/**
 * Notes it durably, so that a power cut from here on changes nothing of it. Throws a MusterError
 * where it must not be done: a folder that holds an admin's keys is not reset.
 */
export function markNextLife({ path }: DataFolder, next: NextLife): void {
  if (next.kind === 'restart') return;
  const { keepConfig } = next;
  markReset(path, next.kind === 'move' ? { keepConfig, invite: next.invite } : { keepConfig });
}
