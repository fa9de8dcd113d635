import { z } from 'zod';
import { isUnitId, unitIdPattern } from '../domain/ids.ts';
import { withinDomains } from '../domain/key-limits.ts';
import { confirmUnit, flagUnit, proposeUnit } from '../domain/knowledge.ts';
import { confidence, limits, normalizeDomains, notBlank } from '../domain/rules.ts';
import { countAnswers } from '../domain/usage.ts';
import { requireScope } from '../domain/viewer.ts';
import { RestError } from './errors.ts';
import { jsonObject, searchText, searchTexts, textUpTo, wholeNumber } from './request-values.ts';
import { flagReason, foundUnits, knowledgeUnit, named } from './response-schemas.ts';
import { base, route } from './route.ts';
import { wireUnitOf, wireUnits } from './wire-format.ts';

/** The most hits of a search. A greater `limit` is clamped to it and not refused, as cq's own schema says. */
const maxHits = 50;

const searchQuery = z.object({
  domains: searchTexts,
  languages: searchTexts.default([]),
  frameworks: searchTexts.default([]),
  pattern: searchText.default(''),
  limit: wholeNumber({ above: 0, standard: 5 }),
});

const contextItems = z.array(textUpTo(limits.contextItemLength)).max(limits.contextItems).nullish();

const proposal = z
  .object({
    id: z.unknown().optional().meta({
      type: 'string',
      description:
        'ku_ and 32 hexadecimal digits: sent again, the answer is the unit that is there. Else not looked at.',
    }),
    domains: z
      .array(textUpTo(limits.domainLength))
      .min(1)
      .meta({ maxItems: limits.domains, contains: { type: 'string', pattern: notBlank } }),
    insight: z.object({
      summary: textUpTo(limits.summary),
      detail: textUpTo(limits.detail),
      action: textUpTo(limits.action),
    }),
    context: z
      .object({ languages: contextItems, frameworks: contextItems, pattern: textUpTo(limits.pattern).nullish() })
      .nullish(),
    extensions: jsonObject,
  })
  .register(named, { id: 'Proposal' });

const flag = z
  .object({
    reason: flagReason,
    detail: textUpTo(limits.flagDetail).nullish(),
    duplicate_of: z
      .string()
      .meta({ pattern: unitIdPattern })
      .nullish()
      .meta({ description: 'The id of the other unit, for the reason duplicate; not looked at for the others.' }),
  })
  .register(named, { id: 'Flag' });

const missing = 'Knowledge unit';

/**
 * Routes of agents: search, propose, confirm, flag. Proposals are not checked for duplicates by meaning, as they are over GraphQL
 * and MCP: cq clients do not know that error, and would drop the unit.
 */
export const knowledgeRoutes = [
  route({
    method: 'GET',
    path: `${base}/knowledge`,
    operation: 'findKnowledge',
    summary: `Approved units with one of the domains, best first, at most ${maxHits}. Languages, frameworks and pattern raise the rank and exclude nothing.`,
    caller: 'reader',
    query: searchQuery,
    status: 200,
    response: foundUnits,
    cost: ({ limit }) => 10 + 5 * Math.min(limit, maxHits),
    async handle({ query, store, viewer }) {
      const { pattern, limit } = query;
      // an empty one is none, as an empty pattern is
      const [languages, frameworks] = [query.languages.filter(Boolean), query.frameworks.filter(Boolean)];
      const domains = normalizeDomains(query.domains);
      if (domains.length === 0) return { data: [] };
      const asked = { statuses: ['approved'] as const, domains, languages, frameworks, pattern };
      const filter = withinDomains(viewer, asked);
      const { hits } = await store.units.search({ filter, limit: Math.min(limit, maxHits) });
      const units = hits.map(({ unit }) => unit);
      countAnswers(store, units);
      return { data: await wireUnits({ store, viewer }, units) };
    },
  }),
  route({
    method: 'POST',
    path: `${base}/knowledge`,
    operation: 'proposeKnowledge',
    summary: 'Adds a lesson to the review queue.',
    caller: 'agent',
    scope: 'KNOWLEDGE_WRITE',
    body: proposal,
    status: 201,
    response: knowledgeUnit,
    cost: () => 10,
    async handle({ body, store, viewer, trust, embedSoon }) {
      if (normalizeDomains(body.domains).length === 0)
        throw new RestError(422, 'At least one non-empty domain is required');
      // older clients send ids of other forms, or none: such an id is ignored
      const id = typeof body.id === 'string' && isUnitId(body.id) ? body.id : null;
      const onSecrets = trust.secretScan ? 'hold' : 'ignore';
      const unit = await proposeUnit(store, requireScope(viewer, 'KNOWLEDGE_WRITE'), { ...body, id }, null, onSecrets);
      embedSoon();
      return wireUnitOf({ store, viewer }, unit, { author: true });
    },
  }),
  route({
    method: 'POST',
    path: `${base}/knowledge/{unit_id}/confirmations`,
    operation: 'confirmKnowledge',
    summary: `One more confirmation of an approved unit: confidence + ${confidence.confirmed}, at most 1.`,
    caller: 'agent',
    scope: 'KNOWLEDGE_WRITE',
    status: 201,
    response: knowledgeUnit,
    missing,
    cost: () => 10,
    async handle({ id, store, viewer, trust, signal }) {
      const unit = await confirmUnit(store, requireScope(viewer, 'KNOWLEDGE_WRITE'), id, trust, signal);
      return wireUnitOf({ store, viewer }, unit);
    },
  }),
  route({
    method: 'POST',
    path: `${base}/knowledge/{unit_id}/flags`,
    operation: 'flagKnowledge',
    summary: `Reports that an approved unit is wrong: confidence - ${-confidence.flagged}, at least 0.`,
    caller: 'agent',
    scope: 'KNOWLEDGE_WRITE',
    body: flag,
    status: 201,
    response: knowledgeUnit,
    missing,
    cost: () => 10,
    async handle({ id, body, store, viewer, signal }) {
      const { reason, detail } = body;
      // clients may send it with other reasons too, where it is ignored
      const duplicateOfId = reason === 'duplicate' ? body.duplicate_of : null;
      const agent = requireScope(viewer, 'KNOWLEDGE_WRITE');
      const unit = await flagUnit(store, agent, { id, reason, detail, duplicateOfId }, signal);
      return wireUnitOf({ store, viewer }, unit);
    },
  }),
];
