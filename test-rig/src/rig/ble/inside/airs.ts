/**
 * The airs of the machine: who hears whom. Below step 4 of a message's way. On `near` are boxes a
 * and b, on `far` b and c, on `others` b and one of the stranger and the blank box d; on the other
 * two nobody is but whom their scenario puts there.
 */
export interface AirPlan {
  readonly number: number;
  /** As the kernel numbers them: those of each air follow those of the one before. */
  readonly adapters: readonly string[];
  /** How strongly all on it hear each other at first; nobody measures unless given. */
  readonly rssiDbm?: number;
}

/** A step away, and through a wall. */
export const nearDbm = -45;
export const farDbm = -90;

export const airs = {
  near: { number: 0, adapters: adaptersFrom(0, 2), rssiDbm: nearDbm },
  far: { number: 1, adapters: adaptersFrom(2, 2), rssiDbm: farDbm },
  others: { number: 2, adapters: adaptersFrom(4, 2) },
  privacy: { number: 3, adapters: adaptersFrom(6, 2) },
  star: { number: 4, adapters: adaptersFrom(8, 8) },
} as const satisfies Readonly<Record<string, AirPlan>>;

export const allAirs: readonly AirPlan[] = Object.values(airs);

function adaptersFrom(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `hci${first + i}`);
}
