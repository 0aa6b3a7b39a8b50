/**
 * The routes of the API as a table: what they answer and the shape of it. The server dispatches on
 * it and the OpenAPI document is made from it, so that neither can be out of step. Messages are
 * written over the socket; actions are for what comes before there can be one: a claim, a passkey.
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

export type MediaType =
  | 'application/json'
  | 'text/plain'
  | 'application/x-pem-file'
  | 'application/x-x509-ca-cert';

export interface Route {
  readonly path: string;
  readonly summary: string;
  /** Media type of the answer with status 200. */
  readonly type: MediaType;
  /** Shape of a JSON answer. */
  readonly schema?: Schema;
  /** Statuses beside 200 that it may answer, with their meaning. */
  readonly others?: Readonly<Record<number, string>>;
  /** Answered on this machine only, when true. */
  isLocalOnly?(): boolean;
  answer(asked: Asked): Body;
}

/** Who asks, and how; everything here was checked. */
export interface Asked {
  /** The Host header: a name or address of this node, with its port unless it is the usual one. */
  readonly host: string;
  /** Over TLS. */
  readonly isSecure: boolean;
  /** Whose limits count: one IPv4 address, or the /64 of an IPv6 one. */
  readonly address: string;
}

/** What an action is given. */
export interface ActionRequest extends Asked {
  /** The parts of the path that stand in { } in the table. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A route that takes a body, by POST. Browsers ask before they send one from another page. */
export interface Action extends Omit<Route, 'answer' | 'type'> {
  /** With parameters such as `/api/v1/claim/{claimId}`: letters, digits, - and _. */
  readonly path: string;
  /** Media type of the body; no other is read. */
  readonly takes: 'application/json' | 'application/octet-stream';
  /** Longer ones are refused unread. */
  readonly bodyBytesMax: number;
  readonly type: 'application/json' | 'application/octet-stream';
  answer(request: ActionRequest): Promise<Body>;
}

/** Server-sent events (HTML standard, section 9.2): each is one line of JSON. */
export interface EventRoute extends Pick<Route, 'path' | 'summary' | 'schema'> {
  /** Called for each reader; gives what ends it. */
  open(send: (event: unknown) => void): () => void;
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
