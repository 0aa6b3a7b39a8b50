/** One to a few changes of an input, by whichever of the mutators fits what it looks like. */
import { pick } from '@muster/core/testing';
import { fuzzLimits } from '../limits.ts';
import { mutateCbor } from './cbor.ts';
import type { Ground } from './ground.ts';
import { octetMutators } from './octets.ts';
import { mutateText } from './texts.ts';

export function mutate(input: Uint8Array, ground: Ground): Uint8Array {
  const { random } = ground;
  let changed = input;
  do changed = mutateOnce(changed, ground);
  while (random.uint32() % 2 === 0);
  return changed.length > fuzzLimits.inputBytesMax
    ? changed.slice(0, fuzzLimits.inputBytesMax)
    : changed;
}

function mutateOnce(input: Uint8Array, ground: Ground): Uint8Array {
  const { random } = ground;
  const byForm = random.uint32() % 2 === 0 ? mutateForm(input, ground) : undefined;
  return byForm ?? pick(random, octetMutators)(input, ground);
}

/** Formats begin with a CBOR array, or are text; what has a prefix first is found by its octets. */
function mutateForm(input: Uint8Array, ground: Ground): Uint8Array | undefined {
  const first = input[0];
  if (first === undefined) return undefined;
  return first >> 5 === 4 ? mutateCbor(input, ground) : mutateText(input, ground);
}
