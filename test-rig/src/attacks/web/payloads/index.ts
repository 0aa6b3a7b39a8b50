/** All that a stranger may try to put where the page shows text, each once, with its kind. */
import { letterPayloads } from './letters.ts';
import { linkPayloads } from './links.ts';
import { markupPayloads } from './markup.ts';

export interface Payload {
  readonly kind: string;
  readonly text: string;
}

export function allPayloads(): Payload[] {
  const seen = new Set<string>();
  const kinds = Object.entries({ ...markupPayloads, ...linkPayloads, ...letterPayloads });
  return kinds.flatMap(([kind, texts]) =>
    texts
      .filter((text) => !seen.has(text) && seen.add(text))
      .map((text): Payload => ({ kind, text })),
  );
}

/** Evenly out of all kinds, at most `count`. */
export function somePayloads(count: number): Payload[] {
  const all = allPayloads();
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[Math.floor(i * step)]!);
}
