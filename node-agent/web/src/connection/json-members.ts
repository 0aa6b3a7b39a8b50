/**
 * Members of JSON that a node sent, each read as what it should be or as nothing: the first step of
 * every frame that comes in. Never throws, whatever stands there.
 */
import { fromBase64url } from '@muster/core';

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

const none = new Uint8Array(0);

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A whole number from `min`; `fallback` for anything else. */
export function whole(value: unknown, fallback = 0, min = 0): number {
  return Number.isSafeInteger(value) && (value as number) >= min ? (value as number) : fallback;
}

/** base64url; empty for anything else. */
export function bytes(value: unknown): Uint8Array {
  return (typeof value === 'string' && fromBase64url(value)) || none;
}

/** The objects among the first `countMax` of a list. */
export function objects(value: unknown, countMax = Number.POSITIVE_INFINITY): Json[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, countMax).filter(isJson);
}
