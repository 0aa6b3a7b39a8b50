/**
 * Seeds that failed once and run for ever: `test-rig/seeds/*.json`, each with what it found. A
 * minimised one holds its whole plan, so that it stays the same world when drawing changes.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SimOptions } from '../plan/options.ts';
import { drawPlan, type Plan } from '../plan/plan.ts';

export const seedsFolder = fileURLToPath(new URL('../../../seeds/', import.meta.url));

export interface Kept {
  /** What went wrong, and what mended it. */
  readonly about: string;
  readonly options?: SimOptions;
  readonly plan?: Plan;
}

export function keptNames(): string[] {
  return readdirSync(seedsFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => basename(name, '.json'))
    .sort();
}

export function keptPlan(name: string): { readonly about: string; readonly plan: Plan } {
  return planIn(join(seedsFolder, `${name}.json`));
}

/** A kept plan, or one that `--minimise` wrote anywhere. */
export function planIn(file: string): { readonly about: string; readonly plan: Plan } {
  const { about, plan, options }: Kept = JSON.parse(readFileSync(file, 'utf8'));
  if (plan) return { about, plan: withEnds(plan) };
  if (!options) throw new Error(`${file} holds neither a plan nor options`);
  return { about, plan: drawPlan(options) };
}

export function writePlan(file: string, about: string, plan: Plan): void {
  writeFileSync(file, `${JSON.stringify({ about, plan } satisfies Kept)}\n`);
}

/** JSON knows no Infinity: a cable that stays is written as null. */
function withEnds(plan: Plan): Plan {
  const contacts = plan.contacts.map((one) => ({ ...one, untilMs: one.untilMs ?? Infinity }));
  return { ...plan, contacts };
}
