/**
 * The bugs that we plant into our own code to see that the checkers can fail: each is a patch of
 * the real source, applied while Node loads the file, in a process of its own.
 */

export interface PlantedBug {
  readonly name: string;
  /** Which of the searches has to catch it. */
  readonly where: 'sim' | 'crash' | 'fuzz';
  /** From the root of the repository. */
  readonly file: string;
  /** Found exactly once in the file, or planting fails. */
  readonly find: string;
  readonly replace: string;
}

export const plantedBugs: readonly PlantedBug[] = [];

export function plantedBug(name: string): PlantedBug | undefined {
  return plantedBugs.find((bug) => bug.name === name);
}
