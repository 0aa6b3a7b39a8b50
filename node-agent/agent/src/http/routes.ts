/**
 * The routes of the API as a table: what they answer and the shape of it. The server dispatches on
 * it and the OpenAPI document is made from it, so that neither can be out of step. Read only: what
 * is written goes over the socket.
 */
import type { Body } from './answer.ts';

/** The part of JSON Schema (2020-12) that our answers need. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Members that may be absent; all others are always there. */
  readonly optional?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly additionalProperties?: Schema;
}

export interface Route {
  readonly path: string;
  readonly summary: string;
  /** Media type of the answer with status 200. */
  readonly type: 'application/json' | 'text/plain';
  /** Shape of a JSON answer. */
  readonly schema?: Schema;
  /** Statuses beside 200 that it may answer, with their meaning. */
  readonly others?: Readonly<Record<number, string>>;
  /** Answered on this machine only, when true. */
  isLocalOnly?(): boolean;
  answer(): Body;
}

export const text = (description: string): Schema => ({ type: 'string', description });
export const count = (description: string): Schema => ({ type: 'integer', description });
export const yes = (description: string): Schema => ({ type: 'boolean', description });
export const object = (
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema => ({ type: 'object', properties, optional });
export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const counters = (description: string): Schema => ({
  type: 'object',
  description,
  additionalProperties: { type: 'integer' },
});
