/**
 * Holds JSON against docs/protocol/mqtt.schema.json: as much of JSON Schema as that file uses.
 * Answers the path of the first fault, or undefined.
 */
import { readFileSync } from 'node:fs';

type Schema = Readonly<Record<string, unknown>>;

const file = new URL('../../../../../docs/protocol/mqtt.schema.json', import.meta.url);
const { $defs } = JSON.parse(readFileSync(file, 'utf8')) as { $defs: Record<string, Schema> };

const typeOf: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

export function schemaFault(definition: string, value: unknown): string | undefined {
  return faultIn({ $ref: `#/$defs/${definition}` }, value, definition);
}

function faultIn(schema: Schema, value: unknown, path: string): string | undefined {
  if (typeof schema.$ref === 'string') {
    return faultIn($defs[schema.$ref.slice('#/$defs/'.length)]!, value, path);
  }
  const { type, const: only, enum: words, pattern, minimum, maximum } = schema;
  const isIt =
    (type === undefined || typeOf[String(type)]!(value)) &&
    (only === undefined || only === value) &&
    (words === undefined || (words as unknown[]).includes(value)) &&
    (pattern === undefined || new RegExp(String(pattern)).test(String(value))) &&
    (minimum === undefined || Number(value) >= Number(minimum)) &&
    (maximum === undefined || Number(value) <= Number(maximum)) &&
    (schema.minLength === undefined || String(value).length >= Number(schema.minLength)) &&
    (schema.maxLength === undefined || String(value).length <= Number(schema.maxLength));
  if (!isIt) return path;
  if (Array.isArray(value)) {
    const faults = value.map((one, at) => faultIn(schema.items as Schema, one, `${path}[${at}]`));
    return faults.find((fault) => fault !== undefined);
  }
  return type === 'object' ? faultInMembers(schema, value as object, path) : undefined;
}

function faultInMembers(schema: Schema, value: object, path: string): string | undefined {
  const members = new Map(Object.entries(value));
  const { required = [], properties = {}, additionalProperties: rest = true } = schema;
  for (const name of required as string[]) if (!members.has(name)) return `${path}.${name}`;
  for (const [name, member] of members) {
    const known = (properties as Record<string, Schema>)[name];
    if (!known && rest === false) return `${path}.${name}`;
    const of = known ?? (typeof rest === 'object' ? (rest as Schema) : {});
    const fault = faultIn(of, member, `${path}.${name}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
