import type { InferEntity } from '@mikro-orm/core';
import { raw } from '@mikro-orm/core';
import type { QueryBuilder, SqlEntityManager } from '@mikro-orm/sql';
import type { ProposalStatus, ReviewStatus, Tier, UnitFilter, WithdrawnStatus } from '../../store.ts';
import { customPlan } from '../custom-plan.ts';
import {
  KnowledgeUnitContextEntity,
  KnowledgeUnitDomainEntity,
  type KnowledgeUnitEntity,
  KnowledgeUnitFlagEntity,
  UnitUsageEntity,
} from '../schema/entities.ts';
import { fromStatus, indexable } from './rows.ts';

/** Turns a `UnitFilter` into where clauses of statements over units. */

type Units = QueryBuilder<InferEntity<typeof KnowledgeUnitEntity>, 'own'>;

/** A filter's values, as parameters of a statement. */
export interface FilterValues {
  readonly standings: readonly ReviewStatus[];
  /** As the column `status` has them. */
  readonly statuses: readonly ProposalStatus[];
  readonly withdrawn: readonly WithdrawnStatus[];
  readonly tiers: readonly Tier[];
  readonly minConfidence: number;
  readonly maxConfidence: number;
  readonly createdFrom: Date;
  readonly createdTo: Date;
  readonly reviewedFrom: Date;
  readonly reviewedTo: Date;
  readonly domains: readonly string[];
  readonly domainCount: number;
  readonly languages: readonly string[];
  readonly frameworks: readonly string[];
  readonly patterns: readonly string[];
  readonly createdBy: string;
  readonly createdByKey: string;
  readonly within: readonly string[];
  readonly minFlags: number;
  readonly maxFlags: number;
  readonly minConfirmers: number;
  readonly maxConfirmers: number;
  readonly confirmedFrom: Date;
  readonly confirmedTo: Date;
  readonly answeredFrom: Date;
  readonly answeredTo: Date;
  readonly requestedFrom: Date;
}

/** How many characters of a proposer's name are indexed: older servers took names of any length. */
const indexedName = 500;

/** The part of a proposer's name that the index `idx_units_proposer` has. */
export const nameKey = (name: string): string =>
  name.length > indexedName ? [...name].slice(0, indexedName).join('') : name;

/** The parameters of a filter. A field that the filter lacks is undefined: no condition needs it. */
export function valuesOf(filter: UnitFilter): FilterValues {
  const { statuses, tiers, confidence, createdAt, domains, languages, frameworks, pattern, createdBy, within } = filter;
  const { flags, confirmers, reviewedAt, lastConfirmedAt, lastAnsweredAt, lastRequestedAt } = filter;
  const wanted = domains && [...new Set(domains.map(indexable))];
  return {
    ...(statuses && columnsOf(statuses)),
    tiers,
    minConfidence: confidence?.min,
    maxConfidence: confidence?.max,
    createdFrom: createdAt?.from,
    createdTo: createdAt?.to,
    reviewedFrom: reviewedAt?.from,
    reviewedTo: reviewedAt?.to,
    domains: wanted,
    domainCount: wanted?.length,
    languages: languages?.map(indexable),
    frameworks: frameworks?.map(indexable),
    patterns: pattern === undefined ? undefined : [indexable(pattern.toLowerCase())],
    createdBy,
    createdByKey: createdBy === undefined ? undefined : nameKey(createdBy),
    within: within && [...new Set(within.map(indexable))],
    minFlags: flags?.min,
    maxFlags: flags?.max,
    minConfirmers: confirmers?.min,
    maxConfirmers: confirmers?.max,
    confirmedFrom: lastConfirmedAt?.from,
    confirmedTo: lastConfirmedAt?.to,
    answeredFrom: lastAnsweredAt?.from,
    answeredTo: lastAnsweredAt?.to,
    requestedFrom: lastRequestedAt?.from,
  } as FilterValues;
}

/** A key for the SQL of a filter: the same for filters that differ in their values only. */
export function shapeOf(filter: UnitFilter): string {
  const { statuses, tiers, confidence, createdAt, domains, domainMatch, ...rest } = filter;
  const { languages, frameworks, pattern, hasFlags, held, createdBy, within, ...ranges } = rest;
  const { flags, confirmers, reviewedAt, lastConfirmedAt, lastAnsweredAt, lastRequestedAt, ...unnamed } = ranges;
  // the compiler refuses a field of a filter that is not named here: filters with and without it would share one statement
  unnamed satisfies Record<string, never>;
  const optional = [tiers, confidence?.min, confidence?.max, createdAt?.from, createdAt?.to];
  const ends = [flags, confirmers].flatMap((range) => [range?.min, range?.max]);
  const instants = [reviewedAt, lastConfirmedAt, lastAnsweredAt].flatMap((range) => [range?.from, range?.to]);
  const present = [
    ...optional,
    ...ends,
    ...instants,
    lastRequestedAt,
    languages,
    frameworks,
    pattern,
    createdBy,
    within,
  ].map((value) => (value === undefined ? '-' : '+'));
  const tagged = domains && (domainMatch === 'all' ? `all ${domains.length > 0}` : 'any');
  return `${statuses && statusShape(statuses)} ${present.join('')} ${hasFlags} ${held} ${tagged}`;
}

/**
 * Adds the filter's conditions to `units`. An absent field adds none; an empty list matches no unit. Of a domain, a context or a person there
 * may be one unit or most of them: one plan for all would look for the few among all, or sort most of them for one page.
 */
export function whereUnit(units: Units, filter: UnitFilter, given: FilterValues, em: SqlEntityManager): Units {
  const { domains, within, languages, frameworks, pattern, createdBy } = filter;
  if ([domains, within, languages, frameworks, pattern, createdBy].some((value) => value !== undefined))
    units.andWhere(`${customPlan} 1 = 1`);
  whereColumnsAndFlags(units, filter, given, em);
  if (filter.domains) whereDomains(units, filter, given, em);
  if (filter.languages) whereContext(units, 'language', given.languages, em);
  if (filter.frameworks) whereContext(units, 'framework', given.frameworks, em);
  if (filter.pattern !== undefined) whereContext(units, 'pattern', given.patterns, em);
  return units;
}

/** The conditions over the unit's own columns and its flags, and what a search does not rank by. */
export function whereColumnsAndFlags(
  units: Units,
  filter: UnitFilter,
  given: FilterValues,
  em: SqlEntityManager,
): Units {
  const { statuses, tiers, confidence, createdAt, reviewedAt, hasFlags, held, createdBy, within } = filter;
  if (statuses) whereStatus(units, statuses, given);
  if (tiers) units.andWhere({ tier: { $in: given.tiers } });
  if (confidence?.min !== undefined) units.andWhere({ confidence: { $gte: given.minConfidence } });
  if (confidence?.max !== undefined) units.andWhere({ confidence: { $lte: given.maxConfidence } });
  if (createdAt?.from) units.andWhere({ createdAt: { $gte: given.createdFrom } });
  if (createdAt?.to) units.andWhere({ createdAt: { $lt: given.createdTo } });
  if (reviewedAt?.from) units.andWhere({ reviewedAt: { $gte: given.reviewedFrom } });
  if (reviewedAt?.to) units.andWhere({ reviewedAt: { $lt: given.reviewedTo } });
  whereFresh(units, filter, given, em);
  if (createdBy !== undefined) proposedBy(units, given);
  if (within) {
    const tags = em.createQueryBuilder(KnowledgeUnitDomainEntity, 'limited').select('unitId');
    units.andWhere({ id: { $in: tags.where({ domain: { $in: given.within } }) } });
  }
  if (held !== undefined)
    units.andWhere(`${held ? '' : 'not '}(own.held_secrets is not null and own.secrets_released_by is null)`);
  if (hasFlags !== undefined) {
    const flags = em
      .createQueryBuilder(KnowledgeUnitFlagEntity, 'flag')
      .select('id')
      .where({ unitId: raw('own.id') });
    // raw SQL: the QueryBuilder has no `exists`
    units.andWhere(hasFlags ? 'exists (?)' : 'not exists (?)', [flags]);
  }
  return units;
}

/** What a unit's last confirmation is ordered and compared by; an index has it. */
export const lastConfirmed = 'coalesce(own.last_confirmed, own.created_at)';

function whereFresh(
  units: Units,
  { flags, confirmers, lastConfirmedAt, lastAnsweredAt, lastRequestedAt }: UnitFilter,
  given: FilterValues,
  em: SqlEntityManager,
) {
  if (flags?.min !== undefined) units.andWhere({ flagCount: { $gte: given.minFlags } });
  if (flags?.max !== undefined) units.andWhere({ flagCount: { $lte: given.maxFlags } });
  if (confirmers?.min !== undefined) units.andWhere({ confirmers: { $gte: given.minConfirmers } });
  if (confirmers?.max !== undefined) units.andWhere({ confirmers: { $lte: given.maxConfirmers } });
  if (lastConfirmedAt?.from) units.andWhere(`${lastConfirmed} >= ?`, [given.confirmedFrom]);
  if (lastConfirmedAt?.to) units.andWhere(`${lastConfirmed} < ?`, [given.confirmedTo]);
  if (lastRequestedAt) {
    const requested = em.createQueryBuilder(UnitUsageEntity, 'used').select('unitId');
    // not `exists`, so that few units are looked for among all, and not all among few
    units.andWhere({ id: { $in: requested.where({ lastRequestedAt: { $gte: given.requestedFrom } }) } });
  }
  if (!lastAnsweredAt?.from && !lastAnsweredAt?.to) return;
  const usage = em
    .createQueryBuilder(UnitUsageEntity, 'used')
    .select('unitId')
    .where({ unitId: raw('own.id') });
  if (lastAnsweredAt.from) usage.andWhere({ lastAnsweredAt: { $gte: given.answeredFrom } });
  if (lastAnsweredAt.to) usage.andWhere({ lastAnsweredAt: { $lt: given.answeredTo } });
  units.andWhere('exists (?)', [usage]);
}

const isWithdrawn = (status: ReviewStatus): status is WithdrawnStatus =>
  status === 'retired' || status === 'superseded';

/** The values of the columns that have the status of a unit: see `rows.ts`. */
function columnsOf(standings: readonly ReviewStatus[]) {
  return {
    standings,
    statuses: [...new Set(standings.map((status) => fromStatus(status).status))],
    withdrawn: standings.filter(isWithdrawn),
  };
}

/** Which columns tell whether a unit has one of the statuses: one of them, or both. */
function statusShape(standings: readonly ReviewStatus[]): 'stored' | 'withdrawn' | 'both' {
  const { statuses, withdrawn } = columnsOf(standings);
  if (!statuses.includes('rejected')) return 'stored';
  return withdrawn.length === standings.length ? 'withdrawn' : 'both';
}

function whereStatus(units: Units, standings: readonly ReviewStatus[], given: FilterValues) {
  const shape = statusShape(standings);
  if (shape === 'withdrawn') return units.andWhere({ withdrawnAs: { $in: given.withdrawn } });
  units.andWhere({ status: { $in: given.statuses } });
  // not by `or` or `is null`, for which SQLite would take the index of withdrawn units and sort all others
  if (shape === 'both') units.andWhere('coalesce(own.withdrawn_as, own.status) in ?', [given.standings]);
  return units;
}

/** Units that somebody proposed, by an index that has the beginning of the name only. */
export function proposedBy(
  units: Units,
  { createdBy, createdByKey }: Pick<FilterValues, 'createdBy' | 'createdByKey'>,
) {
  units.andWhere('substr(own.created_by, 1, 500) = ?', [createdByKey]).andWhere({ createdBy });
}

/** Units with one of the domains, or with all of them; a unit has a domain at most once, so that rows can be counted. */
function whereDomains(units: Units, { domains, domainMatch }: UnitFilter, given: FilterValues, em: SqlEntityManager) {
  if (domainMatch === 'all' && domains?.length === 0) return;
  const tags = em
    .createQueryBuilder(KnowledgeUnitDomainEntity, 'tag')
    .select('unitId')
    .where({ domain: { $in: given.domains } });
  if (domainMatch === 'all') tags.groupBy('unitId').having('count(*) = ?', [given.domainCount]);
  units.andWhere({ id: { $in: tags } });
}

function whereContext(units: Units, kind: string, values: readonly string[], em: SqlEntityManager) {
  const context = em
    .createQueryBuilder(KnowledgeUnitContextEntity, 'context')
    .select('unitId')
    .where({ kind, value: { $in: values } });
  units.andWhere({ id: { $in: context } });
}
