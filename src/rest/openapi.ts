import { z } from 'zod';
import { named, refused } from './response-schemas.ts';
import type { Route } from './route.ts';

/** Generates the OpenAPI document from the routes and the zod schemas that validate their requests. */
export function openApi(version: string, routes: readonly Route[]): Record<string, unknown> {
  const { schemas } = z.toJSONSchema(named, { io: 'input', unrepresentable: 'any', uri: (id) => reference(id) });
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  return {
    openapi: '3.1.0',
    info: { title: 'cq', version, description: 'A shared commons of knowledge units for coding agents.' },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).map(([id, { $id, $schema, ...schema }]) => [id, schema])),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A person’s, of signIn.' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'An agent’s, cqa.v1.….' },
      },
    },
  };
}

const reference = (id: string) => `#/components/schemas/${id}`;

const securities = {
  anyone: [],
  reader: [{}, { apiKey: [] }, { token: [] }],
  person: [{ token: [] }],
  agent: [{ apiKey: [] }],
} as const;

function operation(route: Route): object {
  const errors = Object.fromEntries(
    errorStatusesOf(route).map((status) => [status, status === 429 || status === 503 ? retryLater : errorResponse]),
  );
  // a request that is not HTTP is refused before routing, and without a JSON body
  const unread = { 431: { description: 'The head of the request is larger than 16 KiB.' } };
  const malformed = {
    description: route.body ? 'The request is not HTTP, or its body not UTF-8.' : 'The request is not HTTP.',
  };
  return {
    operationId: route.operation,
    summary: route.summary,
    security: securities[route.caller],
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(route.body && { requestBody: { required: true, content: json(route.body) } }),
    responses: {
      [route.status]: { description: 'Done.', content: json(route.response) },
      ...unread,
      400: { ...malformed, ...(route.body && { content: json(refused) }) },
      ...errors,
    },
  };
}

const errorResponse = { description: 'Refused.', content: json(refused) };
const retryLater = {
  description: 'Not now. Without Retry-After an operator has to act first.',
  headers: {
    'Retry-After': { description: 'In how many seconds to come back.', schema: { type: 'integer', minimum: 1 } },
  },
  content: json(refused),
};

function errorStatusesOf({ caller, scope, query, body, missing, errorStatuses = [] }: Route): number[] {
  const statuses = [
    ...(caller === 'anyone' ? [] : [401]),
    ...(scope === 'REVIEWER' ? [403] : []),
    ...(missing ? [404] : []),
    ...(body ? [413, 415] : []),
    ...(body || query ? [422] : []),
    // load shedding
    503,
    ...errorStatuses,
  ];
  return statuses.toSorted((a, b) => a - b);
}

function pathParameters({ path }: Route): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: Route): object[] {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    // zod leaves the default of a transformed value out of the schema
    schema: { ...(schema as object), default: query.shape[name]?.safeParse(undefined).data },
  }));
}

function json(schema: z.ZodType) {
  const name = named.get(schema)?.id;
  return { 'application/json': { schema: name === undefined ? { type: 'object' } : { $ref: reference(name) } } };
}
