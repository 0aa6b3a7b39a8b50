/** The flags of Node that plant a bug into a process that is started with them. */

export function plantedFlags(name: string): string[] {
  const plant = new URL('plant.ts', import.meta.url);
  plant.searchParams.set('bug', name);
  return ['--import', plant.href];
}
