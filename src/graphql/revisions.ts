import { amendUnit } from '../domain/amendments.ts';
import { changesBetween, rebased } from '../domain/content.ts';
import { isWithin, requireAllDomains } from '../domain/key-limits.ts';
import { maySee, maySeeAuthor } from '../domain/knowledge.ts';
import { rebaseSuggestion } from '../domain/rebases.ts';
import { decideSuggestion } from '../domain/suggestion-decisions.ts';
import { isSuggestion, suggestRevision, withdrawSuggestion } from '../domain/suggestions.ts';
import { domainsOf, requireScope } from '../domain/viewer.ts';
import type { Revision, SuggestionFilter, UnitContent } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterKey, afterTime, isIntegerPosition, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import { visibleUnit } from './relay-node.ts';
import type { Resolvers } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Resolvers of schema/revisions.graphql. */
export const revisionResolvers = {
  Query: {
    suggestionQueue: (_root, args, context) =>
      listSuggestions(['suggestionQueue'], { status: 'pending' }, args, context),
  },

  KnowledgeUnit: {
    revisions: (unit, args, context) =>
      // an earlier version may have had other domains than those of the key
      maySeeAuthor(context.viewer, unit) && domainsOf(context.viewer) === null
        ? listVersions(unit.id, args, context)
        : null,
    suggestions: ({ id }, args, context) =>
      listSuggestions(['suggestions', id], { unitId: id, status: 'pending' }, args, context),
  },

  Viewer: {
    suggestions: (viewer, args, context) => {
      requireAllDomains(viewer);
      const { id, username } = viewer.user;
      return listSuggestions(['ownSuggestions', id], { createdBy: username }, args, context, 'desc');
    },
  },

  Mutation: {
    amendKnowledgeUnit: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['knowledgeUnit'], async () => {
        const knowledgeUnit = await amendUnit(store, requireScope(viewer, 'KNOWLEDGE_WRITE'), input, settings.trust);
        settings.embedSoon();
        return { knowledgeUnit };
      }),
    suggestRevision: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['suggestion'], async () => ({
        suggestion: await suggestRevision(store, requireScope(viewer, 'KNOWLEDGE_WRITE'), input, settings.trust),
      })),
    rebaseSuggestion: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['suggestion'], async () => ({
        suggestion: await rebaseSuggestion(store, requireScope(viewer, 'KNOWLEDGE_WRITE'), input, settings.trust),
      })),
    withdrawSuggestion: (_root, { input }, { store, viewer }) =>
      mutationPayload(['id'], async () => ({
        id: await withdrawSuggestion(store, requireScope(viewer, 'KNOWLEDGE_WRITE'), input.id),
      })),
    approveSuggestion: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['suggestion', 'knowledgeUnit'], async () => {
        const approved = await decideSuggestion(store, viewer, input, 'approved', settings.trust);
        settings.embedSoon();
        return approved;
      }),
    rejectSuggestion: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['suggestion'], async () => {
        const { suggestion } = await decideSuggestion(store, viewer, input, 'rejected', settings.trust);
        return { suggestion };
      }),
  },

  KnowledgeContent: {
    domains: ({ domains }) => [...domains],
    context: ({ context: { languages, frameworks, pattern } }) => ({
      languages: [...languages],
      frameworks: [...frameworks],
      pattern: pattern === '' ? null : pattern,
    }),
  },

  ContentChange: {
    before: ({ before }) => [...before],
    after: ({ after }) => [...after],
  },

  Revision: {
    version: ({ version }) => version ?? 0,
    changes: async (revision, _args, context) => {
      const before = await contentBefore(revision, context);
      return before ? changesBetween(before, revision.content) : [];
    },
    // reviewers and the unit's proposer, who alone see revisions, know each other
    author: (revision, _args, context) =>
      isSuggestion(revision) ? authorOf(revision, context) : context.loaders.userByName.load(revision.createdBy),
    // the note is for whoever suggested it, and may name them
    review: (revision, _args, { viewer }) =>
      revision.review && !maySeeAuthor(viewer, revision) ? { ...revision.review, note: null } : revision.review,
  },

  Suggestion: {
    baseVersion: ({ baseVersion }) => baseVersion ?? 0,
    knowledgeUnit: ({ unitId }, _args, context) => visibleUnit(unitId, context),
    changes: async (suggestion, _args, context) => {
      const before = await contentBefore(suggestion, context);
      return before && isWithin(context.viewer, before) ? changesBetween(before, suggestion.content) : [];
    },
    isOutdated: async ({ status, unitId, baseVersion }, _args, { loaders }) =>
      status === 'pending' && (await loaders.unit.load(unitId))?.version !== baseVersion,
    conflicts: async (suggestion, _args, context) => {
      if (suggestion.status !== 'pending') return [];
      const [base, unit] = [
        await contentBefore(suggestion, context),
        await context.loaders.unit.load(suggestion.unitId),
      ];
      // of a unit that was withdrawn or reopened the author may not know what it says by now
      return base && unit && maySee(context.viewer, unit) ? [...rebased(base, suggestion.content, unit).conflicts] : [];
    },
    author: (suggestion, _args, context) => authorOf(suggestion, context),
  },
} satisfies Resolvers;

/** What the unit said that a revision was made against: in a version of then, or still. */
async function contentBefore({ unitId, baseVersion }: Revision, { loaders }: Context): Promise<UnitContent | null> {
  if (baseVersion === null) return null;
  const kept = await loaders.version.load({ unitId, version: baseVersion });
  if (kept) return kept.content;
  const unit = await loaders.unit.load(unitId);
  return unit?.version === baseVersion ? unit : null;
}

const authorOf = ({ createdBy }: Revision, { loaders, viewer }: Context) =>
  maySeeAuthor(viewer, { createdBy }) ? loaders.userByName.load(createdBy) : null;

function listVersions(unitId: string, { first, after }: PageArgs, { store }: Context) {
  const list = listHash(['revisions', unitId]);
  const from = afterKey(after, list, isIntegerPosition);
  const page = store.revisions.versions(unitId, { limit: pageSize('first', first, 20), from });
  return page.then((page) =>
    toConnection({
      page,
      list,
      positionOf: ({ version, id }) => [version ?? 0, id],
      from: after,
      totalCount: () => store.revisions.countVersions(unitId),
    }),
  );
}

async function listSuggestions(
  name: readonly unknown[],
  filter: SuggestionFilter,
  { first, after }: PageArgs,
  { store }: Context,
  direction: 'asc' | 'desc' = 'asc',
) {
  const list = listHash(name);
  const limit = pageSize('first', first, 20);
  return toConnection({
    page: await store.revisions.suggestions(filter, direction, { limit, from: afterTime(after, list) }),
    list,
    positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    from: after,
    totalCount: () => store.revisions.countSuggestions(filter),
  });
}
