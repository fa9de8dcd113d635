import { randomUUID } from 'node:crypto';
import type { Lesson, Proposal } from '../tasks.ts';
import type { Memory } from './contestant.ts';

/**
 * Resolvers of the server's schema for what is asked, which have every answer at hand before it is asked: no database, no caller to
 * identify, no limits, nothing to log. Writes change what is at hand. For any server that executes GraphQL.
 */
export function memoryResolvers({ lessons, hits }: Memory) {
  const nodes = new Map(lessons.map((lesson) => [lesson.id, nodeOf(lesson)]));
  const searches = new Map(
    Object.entries(hits).map(([domain, found]) => [
      domain,
      {
        edges: found.map(({ id, score }) => ({ score, node: nodes.get(id) })),
        pageInfo: { hasNextPage: true, endCursor: found.at(-1)?.id },
        notices: [],
      },
    ]),
  );
  return {
    Query: {
      search: (_root: unknown, { filter }: { filter: { domains: string[] } }) =>
        searches.get(filter.domains[0] as string),
      nodes: (_root: unknown, { ids }: { ids: string[] }) => ids.map((id) => nodes.get(id)),
    },
    Mutation: {
      confirmKnowledgeUnit(_root: unknown, { input }: { input: { id: string } }) {
        const node = nodes.get(input.id);
        if (node) node.evidence = confirmed(node.evidence);
        return { knowledgeUnit: node, userErrors: [] };
      },
      proposeKnowledgeUnit(_root: unknown, { input }: { input: Proposal }) {
        const node = nodeOf(lessonOf(input));
        nodes.set(node.id, node);
        return { knowledgeUnit: node, userErrors: [] };
      },
    },
  };
}

/** As the schema has it, and with what a server tells the type of a node by. */
const nodeOf = (lesson: Lesson) => ({
  ...lesson,
  __typename: 'KnowledgeUnit',
  context: { ...lesson.context, pattern: lesson.context.pattern || null },
  tier: lesson.tier.toUpperCase(),
  flagCounts: lesson.flagCounts.map(({ reason, count }) => ({ reason: reason.toUpperCase(), count })),
});

const confirmed = ({ confidence, confirmations }: Lesson['evidence']): Lesson['evidence'] => ({
  confidence: Math.min(1, confidence + 0.1),
  confirmations: confirmations + 1,
  lastConfirmedAt: new Date().toISOString(),
});

function lessonOf(proposal: Proposal): Lesson {
  const now = new Date().toISOString();
  const evidence = { confidence: 0.5, confirmations: 1, lastConfirmedAt: now };
  const id = `ku_${randomUUID().replaceAll('-', '')}`;
  return { ...proposal, id, evidence, tier: 'private', createdAt: now, flagCounts: [] };
}
