/**
 * A fuzz target out of a signed paper or another format that has one form only: what is accepted
 * must encode back to the same octets. Signatures are deterministic and the cast's keys are known,
 * so a paper is signed again from its fields: equal octets also say that nothing forged got in.
 */
import type { Result } from '@muster/core';
import { broken, type FuzzTarget } from '../target.ts';
import { type PaperDomain, resign } from './resign.ts';

export interface Paper {
  readonly seeds: readonly Uint8Array[];
  /** The octets that the accepted value is written as, or the reason against it. */
  judge(input: Uint8Array): Result<Uint8Array, string>;
  /** Of the signature around it, if there is one. */
  readonly domain?: PaperDomain;
  readonly repair?: (input: Uint8Array) => Uint8Array | undefined;
  readonly dictionary?: readonly Uint8Array[];
}

export function paperTarget(name: string, paper: Paper): FuzzTarget {
  const { seeds, judge, domain, dictionary = [] } = paper;
  const repair = paper.repair ?? (domain && ((input: Uint8Array) => resign(input, domain)));
  return {
    name,
    seeds: () => seeds,
    dictionary,
    run(input) {
      const judged = judge(input);
      if (!judged.ok) return judged.reason;
      if (!Buffer.from(judged.value).equals(input)) broken('two forms of one value');
      return true;
    },
    ...(repair && { repair }),
  };
}
