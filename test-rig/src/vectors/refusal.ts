/** How the well-formed cases of bundle-invalid.json are written down. */
import type { CarriedBundle } from '@muster/core';
import { written } from './bundle-case.ts';
import { type Actor, guest } from './cast.ts';
import type { Vector } from './json.ts';

export type Carried = Partial<CarriedBundle> & Pick<CarriedBundle, 'signed' | 'signature'>;

export interface Refusal extends Carried {
  readonly name: string;
  readonly why: string;
  readonly reason: string;
  readonly before?: readonly Carried[];
}

export function describeRefusal(refusal: Refusal): Vector {
  const { name, why, reason, before, ...carried } = refusal;
  return { name, why, reason, before: before?.map(carriedVector), ...carriedVector(carried) };
}

function carriedVector({ signed, signature, ticket, ageMs, hops }: Carried) {
  return { signed, signature, ticket, ageMs, hops };
}

/** A valid bundle of an author under any ticket, whatever that ticket is worth. */
export function under(ticket: Uint8Array, author: Actor = guest): Carried {
  return { ...signedParts(written({}, { author, ticket })), ticket };
}

export function signedParts({ signed, signature }: Carried): Carried {
  return { signed, signature };
}
