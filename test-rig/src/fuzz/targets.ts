/** Every parser that the fuzzer knows, by name, loaded when it is asked for. */
import type { FuzzTarget } from './target.ts';

export const fuzzTargets: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  bundle: async () => (await import('./core/bundle-target.ts')).createBundleTarget(),
};

export async function loadTarget(name: string): Promise<FuzzTarget> {
  const load = Object.hasOwn(fuzzTargets, name) ? fuzzTargets[name] : undefined;
  if (!load) throw new Error(`there is no target "${name}"`);
  return await load();
}
