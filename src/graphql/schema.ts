import {
  buildASTSchema,
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLSchema,
  GraphQLSpecifiedByDirective,
  getDirectiveValues,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
} from 'graphql';
import { createSchema } from 'graphql-yoga';
import { requireScope, type Scope } from '../domain/viewer.ts';
import { UnauthenticatedError } from '../errors.ts';
import { accountResolvers } from './account.ts';
import { auditResolvers } from './audit.ts';
import { bulkReviewResolvers } from './bulk-review.ts';
import type { Context } from './context.ts';
import { embeddingResolvers } from './embeddings.ts';
import { enumResolvers } from './enums.ts';
import { erasureResolvers } from './erasures.ts';
import { evidenceResolvers } from './evidence.ts';
import { freshnessResolvers } from './freshness.ts';
import { invitationResolvers } from './invitations.ts';
import { knowledgeResolvers } from './knowledge.ts';
import { lifecycleResolvers } from './lifecycle.ts';
import { nearRepeatResolvers } from './near-repeats.ts';
import { proposalResolvers } from './proposals.ts';
import { quarantineResolvers } from './quarantine.ts';
import { nodeResolvers } from './relay-node-resolvers.ts';
import { reviewResolvers } from './review.ts';
import { revisionResolvers } from './revisions.ts';
import { DateScalar, DateTime, JSONObject } from './scalars.ts';
import { searchResolvers } from './search.ts';
import { serverInfoResolvers } from './server-info.ts';
import { sessionResolvers } from './sessions.ts';
import { statsResolvers } from './stats.ts';
import { subscriptionResolvers } from './subscriptions.ts';
import { isBuilt, readTypeDefs } from './type-defs.ts';
import { userErrorResolvers } from './user-errors.ts';
import { webhookResolvers } from './webhooks.ts';

/** The executable schema: SDL, resolvers, and authorization by `@requires`. Made once in a process, since it holds nothing of a server. */
export const graphqlSchema = once((): GraphQLSchema => {
  const schema = createSchema<Context>({
    // without the tokens of its text, which would stay in memory with it, and as a schema: of SDL one would be made by way of merging it
    // with nothing. What was built was valid
    typeDefs: buildASTSchema(parse(readTypeDefs(), { noLocation: true }), { assumeValidSDL: isBuilt }),
    resolvers: [
      { ...enumResolvers, DateTime, Date: DateScalar, JSONObject },
      serverInfoResolvers,
      nodeResolvers,
      userErrorResolvers,
      knowledgeResolvers,
      searchResolvers,
      reviewResolvers,
      evidenceResolvers,
      nearRepeatResolvers,
      freshnessResolvers,
      lifecycleResolvers,
      bulkReviewResolvers,
      revisionResolvers,
      erasureResolvers,
      statsResolvers,
      accountResolvers,
      sessionResolvers,
      invitationResolvers,
      auditResolvers,
      proposalResolvers,
      embeddingResolvers,
      quarantineResolvers,
      webhookResolvers,
      subscriptionResolvers,
    ],
    // else another schema is made of the first, which takes as long as making that
    updateResolversInPlace: true,
    // so were the resolvers
    resolverValidationOptions: isBuilt
      ? {}
      : {
          requireResolversForArgs: 'error',
          requireResolversForResolveType: 'error',
          requireResolversToMatchSchema: 'error',
        },
  });
  describeScalars(schema);
  addAuthorization(schema);
  return schema;
});

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Restores the descriptions of scalars: the resolver of a scalar replaces the one in the SDL, description included. */
function describeScalars(schema: GraphQLSchema) {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isScalarType(type) || isSpecifiedScalarType(type) || !type.astNode) continue;
    type.description = type.astNode.description?.value;
    type.specifiedByURL = getDirectiveValues(GraphQLSpecifiedByDirective, type.astNode)?.url as string | undefined;
  }
}

/** Root queries that need no credentials even with `CQ_PUBLIC_READ=off`. */
const alwaysPublic = new Set(['viewer', 'rateLimit', 'serverInfo', 'invitation']);

/** Authorization: wraps the resolver of every field with `@requires`, so that no resolver has to check scopes itself. */
function addAuthorization(schema: GraphQLSchema) {
  const requires = schema.getDirective('requires');
  if (!requires) throw new Error('the SDL lacks @requires');
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = field.astNode && getDirectiveValues(requires, field.astNode);
      const check = rule && ((context: Context) => requireScope(context.viewer, rule.scope as Scope));
      if (type === schema.getSubscriptionType()) protectStream(field, check ?? requireReader);
      else if (check) protect(field, check);
      else if (type === schema.getQueryType() && !alwaysPublic.has(field.name)) protect(field, requireReader);
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

/** Of a field of a subscription it is checked before there is an event; `live/connections.ts` ends it when rights change. */
function protectStream(field: GraphQLField<unknown, Context>, check: (context: Context) => void) {
  const { subscribe } = field;
  if (!subscribe) throw new Error(`Subscription.${field.name} has no subscribe`);
  field.subscribe = (source, args, context, info) => {
    check(context);
    return subscribe(source, args, context, info);
  };
}

function requireReader({ settings, viewer }: Context) {
  if (!settings.publicRead && viewer.kind === 'anonymous')
    throw new UnauthenticatedError('This server is not open to the public: sign in, or send an API key.');
}
