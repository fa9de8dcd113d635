import { readdirSync, readFileSync } from 'node:fs';
import { mergeTypeDefs } from '@graphql-tools/merge';
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLSchema,
  GraphQLSpecifiedByDirective,
  getDirectiveValues,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  print,
} from 'graphql';
import { createSchema } from 'graphql-yoga';
import { requireScope, type Scope } from '../domain/viewer.ts';
import { UnauthenticatedError } from '../errors.ts';
import { shipped } from '../shipped.ts';
import { accountResolvers } from './account.ts';
import { baseResolvers } from './base.ts';
import type { Context } from './context.ts';
import { embeddingResolvers } from './embeddings.ts';
import { enumResolvers } from './enums.ts';
import { knowledgeResolvers } from './knowledge.ts';
import { reviewResolvers } from './review.ts';
import { DateScalar, DateTime, JSONObject } from './scalars.ts';
import { searchResolvers } from './search.ts';
import { statsResolvers } from './stats.ts';

const folder = shipped('schema/');

/** The SDL, its subjects in one document: every type stands in it once. */
export function readTypeDefs(): string {
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  const subjects = files.sort().map((file) => readFileSync(new URL(file, folder), 'utf8'));
  return `${print(mergeTypeDefs(subjects))}\n`;
}

/** The executable schema: SDL, resolvers, and the guard on every field that not everyone may select. */
export function createGraphQLSchema(): GraphQLSchema {
  const schema = createSchema<Context>({
    typeDefs: readTypeDefs(),
    resolvers: [
      { ...enumResolvers, DateTime, Date: DateScalar, JSONObject },
      baseResolvers,
      knowledgeResolvers,
      searchResolvers,
      reviewResolvers,
      statsResolvers,
      accountResolvers,
      embeddingResolvers,
    ],
    resolverValidationOptions: {
      requireResolversForArgs: 'error',
      requireResolversForResolveType: 'error',
      requireResolversToMatchSchema: 'error',
    },
  });
  describeScalars(schema);
  guard(schema);
  return schema;
}

/** A scalar given as a resolver takes the place of the one in the SDL, which is where its description stands. */
function describeScalars(schema: GraphQLSchema) {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isScalarType(type) || isSpecifiedScalarType(type) || !type.astNode) continue;
    type.description = type.astNode.description?.value;
    type.specifiedByURL = getDirectiveValues(GraphQLSpecifiedByDirective, type.astNode)?.url as string | undefined;
  }
}

/** Root queries that answer without credentials even where reading is not public. */
const alwaysOpen = new Set(['viewer', 'rateLimit', 'serverInfo']);

/** Wraps the resolver of every field with a rule, so that no resolver can forget its own. */
function guard(schema: GraphQLSchema) {
  const requires = schema.getDirective('requires');
  if (!requires) throw new Error('the SDL lacks @requires');
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = field.astNode && getDirectiveValues(requires, field.astNode);
      if (rule) protect(field, (context) => requireScope(context.viewer, rule.scope as Scope));
      else if (type === schema.getQueryType() && !alwaysOpen.has(field.name)) protect(field, requireReader);
    }
  }
}

function protect(field: GraphQLField<unknown, Context>, check: (context: Context) => void) {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    check(context);
    return resolve(source, args, context, info);
  };
}

function requireReader({ settings, viewer }: Context) {
  if (!settings.publicRead && viewer.kind === 'anonymous')
    throw new UnauthenticatedError('This server is not open to the public: sign in, or send an API key.');
}
