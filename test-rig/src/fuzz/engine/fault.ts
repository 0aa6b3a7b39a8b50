/** A fault that the fuzzer found, with all that it takes to see it again. */
export type FaultKind = 'exception' | 'slow' | 'memory' | 'death' | 'hang';

export interface FuzzFault {
  readonly target: string;
  readonly kind: FaultKind;
  /** Which input of this seed; it can be made again together with those before it. */
  readonly seed: number;
  readonly index: number;
  readonly text: string;
  /** Hexadecimal; absent where the worker died and could not say. */
  readonly input?: string;
}

/** Faults with one text, numbers aside, are taken for one. */
export function faultKey({ target, kind, text }: FuzzFault): string {
  return `${target} ${kind} ${text.replace(/\d+/g, '#').slice(0, 300)}`;
}

export function repeatCommand({ target, seed, index }: FuzzFault): string {
  return `npm run fuzz -- --target ${target} --seed ${seed} --index ${index}`;
}

/** Message and the place in our own code that threw. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at .*\.ts:/.test(line));
  const place = /[\w-]+\/src\/\S+/.exec(frames[0] ?? '')?.[0].replace(')', '') ?? '';
  return `${error.name}: ${error.message}${place ? ` at ${place}` : ''}`;
}
