import { readFileSync } from 'node:fs';
import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from 'graphql';
import { readAnswer } from '../bounded-answer.ts';
import { ConfigError } from '../config/config.ts';
import { UnavailableError } from '../errors.ts';
import { graphqlSchema } from '../graphql/schema.ts';

/** A schema to check operations against, and whether it says what fields cost. */
export interface CheckedSchema {
  readonly schema: GraphQLSchema;
  readonly hasCosts: boolean;
}

const maxBytes = 16 * 1024 * 1024;
const timeoutMs = 15_000;

/** This server's own schema. */
export const ownSchema = (): CheckedSchema => ({ schema: graphqlSchema(), hasCosts: true });

/** The schema in a file of SDL, or in the answer to an introspection query as JSON. Throws `ConfigError`. */
export function schemaOfFile(file: string): CheckedSchema {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new ConfigError(`--schema ${file} cannot be read: ${(error as Error).message}`);
  }
  return schemaOf(`--schema ${file}`, text);
}

/**
 * The schema of a running server: of its `/schema.graphql`, else by introspection, which does not say what fields cost. Throws
 * `UnavailableError` where it does not answer, and `ConfigError` where it has no schema for us.
 */
export async function schemaOfServer(url: string): Promise<CheckedSchema> {
  const base = URL.parse(url);
  if (!base || !/^https?:$/.test(base.protocol))
    throw new ConfigError(`--url must be a URL such as https://cq.example.com, got ${JSON.stringify(url)}.`);
  const root = url.replace(/\/+$/, '').replace(/\/graphql$/, '');
  const sdl = await ask(`${root}/schema.graphql`, {});
  if (sdl.ok && /\btype Query\b/.test(sdl.text)) return schemaOf(`--url ${url}`, sdl.text);
  const answer = await ask(`${root}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }) }),
  });
  if (!answer.ok) throw new ConfigError(`--url ${url} has no schema to read: it answered ${answer.status}.`);
  return schemaOf(`--url ${url}`, answer.text);
}

async function ask(url: string, init: RequestInit) {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    return { ok: response.ok, status: response.status, text: await readAnswer(response, maxBytes) };
  } catch (error) {
    const { message, cause } = error as Error;
    throw new UnavailableError(
      new Error(cause instanceof Error ? cause.message || message : message),
      `${url} cannot be read.`,
    );
  }
}

function schemaOf(source: string, text: string): CheckedSchema {
  try {
    const schema = /^\s*\{/.test(text) ? schemaOfJson(text) : buildSchema(text);
    return { schema, hasCosts: schema.getDirective('cost') !== undefined && schema.getDirective('cost') !== null };
  } catch (error) {
    throw new ConfigError(`${source} has no schema: ${(error as Error).message.split('\n')[0]}`);
  }
}

function schemaOfJson(text: string): GraphQLSchema {
  const { data, __schema } = JSON.parse(text);
  const introspection: IntrospectionQuery | undefined = data ?? (__schema && { __schema });
  if (!introspection?.__schema) throw new Error('the JSON is no answer to an introspection query');
  return buildClientSchema(introspection);
}
