/** The powers of an admin, in the words of the command line. */
import { MusterError, Power, powersAll } from '@muster/core';

export type PowerName = keyof typeof Power;

const names = Object.keys(Power) as PowerName[];

export function powerNames(powers: number): PowerName[] {
  return names.filter((name) => (powers & Power[name]) !== 0);
}

/** All unless some are named. */
export function powersOf(given: readonly string[] | undefined): number {
  if (!given || given.length === 0) return powersAll;
  let powers = 0;
  for (const name of given) {
    const power = Power[name as PowerName];
    if (power === undefined) {
      const mend = `There are ${names.join(', ')}.`;
      throw new MusterError('power-unknown', `There is no power ${JSON.stringify(name)}`, mend);
    }
    powers |= power;
  }
  return powers;
}
