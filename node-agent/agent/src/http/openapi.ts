/**
 * The OpenAPI 3.1 document of the HTTP routes and actions, made from their tables when someone asks
 * for it.
 * The socket's messages are in docs/protocol/api.md: OpenAPI has no words for them.
 */
import type { Action, Route, Schema } from './routes.ts';

type Json = Record<string, unknown>;

const errorSchema: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'mend'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        mend: { type: 'string', description: 'What can be done about it.' },
      },
    },
  },
};

/** What every route may answer, whatever it is asked. */
const commonErrors: Readonly<Record<number, string>> = {
  403: 'The Origin is another page, or the route is for this machine only.',
  405: 'Another method than the one that is listed.',
  421: 'The Host is not a name or address of this node.',
  429: 'Too many requests from this address.',
};

export function openApiOf(
  routes: readonly Route[],
  actions: readonly Action[],
  version: string,
): Json {
  const paths = [
    ...routes.map((route) => [route.path, { get: operationOf(route) }]),
    ...actions.map((action) => [action.path, { post: postOf(action) }]),
  ];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Muster node',
      version,
      description: 'What a node answers over HTTP. All that lives goes over /api/v1/socket.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: Object.fromEntries(paths),
    components: { schemas: { Error: errorSchema } },
  };
}

function postOf(action: Action): Json {
  const names = [...action.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const parameters = names.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const content = { [action.takes]: {} };
  return {
    ...(parameters.length > 0 ? { parameters } : {}),
    requestBody: { required: true, content },
    ...operationOf(action),
  };
}

function operationOf(route: Omit<Route, 'answer' | 'type'> & { readonly type: string }): Json {
  const content = {
    [route.type]: { schema: route.schema ? jsonSchemaOf(route.schema) : { type: 'string' } },
  };
  const others = Object.entries(route.others ?? {}).map(([status, description]) => [
    status,
    { description, content },
  ]);
  const errors = Object.entries(commonErrors).map(([status, description]) => [
    status,
    {
      description,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    },
  ]);
  const success = ['200', { description: route.summary, content }];
  return {
    summary: route.summary,
    responses: Object.fromEntries([success, ...others, ...errors]),
  };
}

function jsonSchemaOf(schema: Schema): Json {
  const { properties, optional = [], items, additionalProperties, ...rest } = schema;
  const result: Json = { ...rest };
  if (properties) {
    const names = Object.keys(properties);
    result.properties = Object.fromEntries(
      names.map((name) => [name, jsonSchemaOf(properties[name]!)]),
    );
    result.required = names.filter((name) => !optional.includes(name));
  }
  if (items) result.items = jsonSchemaOf(items);
  if (additionalProperties) result.additionalProperties = jsonSchemaOf(additionalProperties);
  return result;
}
