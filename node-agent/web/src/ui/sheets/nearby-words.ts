/**
 * Who is near, in words for people. What was told a while ago gets older on view: somebody who was
 * near then is not "near now". Pure.
 */
import { type NearbyLevel, nearbyLevels } from '@muster/core';
import type { NearbyCarrier, NearbyNode } from '../../connection/nearby.ts';
import { webLimits } from '../../limits.ts';
import { s } from '../../strings/sheet.en.ts';
import { neutralName, neutralText } from '../../text/neutral.ts';

const minuteMs = 60_000;

export function agoText(ms: number): string {
  const minutes = Math.floor(ms / minuteMs);
  if (minutes < 1) return s.nearby.ago.now;
  if (minutes < 60) return s.nearby.ago.minutes(minutes);
  return s.nearby.ago.hours(Math.floor(minutes / 60));
}

/**
 * As they stand now: `oldMs` since the node told, which hears nobody "now" while its Bluetooth does
 * not work.
 */
export function standingNow<T extends NearbyCarrier>(
  told: readonly T[],
  { oldMs, isHearing }: { readonly oldMs: number; readonly isHearing: boolean },
): T[] {
  return told.map((one) => {
    const seenMsAgo = one.seenMsAgo + oldMs;
    const isGone = !isHearing || seenMsAgo >= nearbyLevels.goneAfterMs;
    return { ...one, seenMsAgo, level: isGone ? 'gone' : one.level };
  });
}

export function levelText({ level, seenMsAgo }: NearbyCarrier): string {
  return level === 'gone' ? s.nearby.seen(agoText(seenMsAgo)) : s.nearby.level[level];
}

export function nodeName({ name }: NearbyNode): string {
  return neutralName(name) || s.nearby.nameless;
}

/** How many are near, how many around, as a sentence. */
export function countText(all: readonly NearbyCarrier[]): string {
  return s.nearby.count(countOf(all, 'near'), countOf(all, 'around'));
}

export function countOf(all: readonly NearbyCarrier[], wanted: NearbyLevel): number {
  return all.filter(({ level }) => level === wanted).length;
}

/** Why nobody can be heard; undefined while Bluetooth works. */
export function awayText(state: string): string | undefined {
  if (state === 'ready') return undefined;
  const { away } = s.nearby;
  return Object.hasOwn(away, state) ? away[state as keyof typeof away] : away.other;
}

/** The node's own advice: one short line, whatever it sends. */
export function adviceText(mend: string): string {
  const { adviceCharactersMax: max } = webLimits;
  // No character has more than two units: what is cut in half goes with the second cut.
  const short = [...mend.slice(0, 2 * max + 1)].slice(0, max).join('');
  return neutralText(short).replace(/\s+/gu, ' ');
}
