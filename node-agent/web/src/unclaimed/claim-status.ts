/**
 * How the claim of this box stands, read strictly out of what it says (docs/protocol/api.md), and
 * what its page may ask of it. A box that has no site yet holds no secret but its label's.
 */
import type { ProvisionChange } from '@muster/core';
import { isJson, type Json, text } from '../connection/json-members.ts';

const phases = ['waiting', 'claiming', 'comparing', 'offered', 'failed', 'claimed'] as const;
export type BoxPhase = (typeof phases)[number];

export interface BoxFault {
  readonly message: string;
  readonly mend: string;
}

export interface BoxStatus {
  readonly name: string;
  readonly version: string;
  /** Text of the label's code. */
  readonly code: string;
  readonly shortCode: string;
  readonly phase: BoxPhase;
  /** Six digits, such as `123 456`; empty before both ends know them. */
  readonly comparison: string;
  readonly siteName: string;
  readonly preview: readonly ProvisionChange[];
  readonly fault: BoxFault | undefined;
  /** Who used the code before, in words. */
  readonly claimants: readonly string[];
}

/** Rows and names beyond this are not shown: no box has as many. */
const rowsMax = 32;

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, rowsMax) : [];
}

/** Undefined when the text says no such thing. */
export function readBoxStatus(json: string): BoxStatus | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isJson(value) && value.unclaimed === true ? statusOf(value) : undefined;
  } catch {
    return undefined;
  }
}

function statusOf(json: Json): BoxStatus {
  const { fault } = json;
  return {
    name: text(json.name),
    version: text(json.version),
    code: text(json.code),
    shortCode: text(json.shortCode),
    phase: phases.find((phase) => phase === json.phase) ?? 'waiting',
    comparison: text(json.comparison),
    siteName: text(json.siteName),
    preview: list(json.preview)
      .filter(isJson)
      .map(({ what, from, to }) => ({ what: text(what), from: text(from), to: text(to) })),
    fault: isJson(fault) ? { message: text(fault.message), mend: text(fault.mend) } : undefined,
    claimants: list(json.claimants).map(text),
  };
}

/** Asks something of the box; what is wrong, or undefined when it took it. */
export async function askBox(
  what: 'invite' | 'answer',
  body: { readonly code: string | null } | { readonly accept: boolean },
): Promise<BoxFault | undefined> {
  const unreachable = { message: '', mend: '' };
  try {
    const answer = await fetch(`/api/v1/claim/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) return undefined;
    const { error } = (await answer.json()) as { error?: Json };
    return { message: text(error?.message), mend: text(error?.mend) };
  } catch {
    return unreachable;
  }
}
