/**
 * What a vector file is made of: plain JSON with all bytes in hexadecimal. The text is the same in
 * every run, so that a change of it is a change of the protocol. No step of a message's way.
 */
import { toHex } from '@muster/core';

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** The same value with every byte array as lower-case hexadecimal. */
export type Vector =
  | Uint8Array
  | string
  | number
  | boolean
  | null
  | readonly Vector[]
  | { readonly [name: string]: Vector | undefined };

export function toJson(value: Vector): Json {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return (value as readonly Vector[]).map(toJson);
  if (typeof value !== 'object' || value === null) return value as Json;
  const members = Object.entries(value as { readonly [name: string]: Vector | undefined });
  return Object.fromEntries(
    members.flatMap(([name, member]) => (member === undefined ? [] : [[name, toJson(member)]])),
  );
}

/** The text of a file, one space deep, ending with a line feed. */
export function fileText(value: Vector): string {
  return `${JSON.stringify(toJson(value), null, 1)}\n`;
}
