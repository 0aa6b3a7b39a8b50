/**
 * How many slots the dictionary of a stream has (step 4 of a message's way): the same on both ends,
 * by lane alone.
 */
import { Lane } from '../../bundle/bundle.ts';
import { dictionaryLimits } from '../limits.ts';

export interface DictionarySize {
  readonly authorsMax: number;
  readonly headersMax: number;
}

export function dictionarySize(lane: Lane): DictionarySize {
  const { authorsMax, authorsFewMax, headersMax } = dictionaryLimits;
  return { authorsMax: lane === Lane.normal ? authorsMax : authorsFewMax, headersMax };
}
