/** How a channel crosses, in the words of the command line. */
import { Crossing, type CrossingRule } from '@muster/core';

export const crossings = ['local', 'publish', 'subscribe', 'both'] as const;
export type CrossingWord = (typeof crossings)[number];

const values: Readonly<Record<CrossingWord, Crossing>> = {
  local: Crossing.none,
  publish: Crossing.publish,
  subscribe: Crossing.subscribe,
  both: Crossing.both,
};

export function crossingOf(word: CrossingWord): Crossing {
  return values[word];
}

export function crossingText({ crossing }: Pick<CrossingRule, 'crossing'>): CrossingWord {
  return crossings.find((word) => values[word] === crossing) ?? 'local';
}
