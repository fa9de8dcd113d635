import type { z } from 'zod';
import { JsonText, withFiniteNumbers } from '../domain/json-text.ts';
import { maySee, maySeeDetail } from '../domain/knowledge.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { ApiKey, Flag, KnowledgeUnit, ReviewStatus, Store } from '../store/store.ts';
import { mapInTurns } from '../turns.ts';
import type { apiKey, status as decidedOrPending, knowledgeUnit, reviewItem } from './response-schemas.ts';

/** Serialises records into the wire format of cq clients: names, order of fields, format of instants. */

/** A unit in the wire format. */
export type WireUnit = z.infer<typeof knowledgeUnit>;

/** A unit has at most this many flags in a response, the latest. */
const maxFlags = 100;

/** `2026-01-31T09:30:00.120000Z`: six digits of fraction, or none. In a unit the zone is `Z`, else `+00:00`. */
export function instant(date: Date, zone: 'Z' | '+00:00' = '+00:00'): string {
  const [seconds, fraction] = date.toISOString().slice(0, -1).split('.');
  return `${seconds}${fraction === '000' ? '' : `.${fraction}000`}${zone}`;
}

/** The status of a unit as clients know it, of three; a retired unit is none to them, and never serialised. */
export function wireStatus(status: ReviewStatus): z.infer<typeof decidedOrPending> {
  if (status === 'retired') throw new Error('unreachable: a retired unit is not found');
  return status === 'superseded' ? 'approved' : status;
}

interface Options {
  readonly store: Store;
  readonly viewer: Viewer;
}

/** Units with their flags for agents, without `created_by`. */
export async function wireUnits(options: Options, units: readonly KnowledgeUnit[]): Promise<WireUnit[]> {
  const { shown, hidden } = await withFlags(options, units);
  return mapInTurns(shown, ({ unit, flags }) => wireUnit(unit, flags, options.viewer, hidden, false));
}

/** One unit with its flags; with `author`, also `created_by`. */
export async function wireUnitOf(options: Options, unit: KnowledgeUnit, { author = false } = {}): Promise<WireUnit> {
  const { shown, hidden } = await withFlags(options, [unit]);
  return wireUnit(unit, shown[0]?.flags ?? [], options.viewer, hidden, author);
}

/** Units with flags and reviews for reviewers. */
export async function wireReviews(
  options: Options,
  units: readonly KnowledgeUnit[],
): Promise<z.infer<typeof reviewItem>[]> {
  const { shown, hidden } = await withFlags(options, units);
  return mapInTurns(shown, ({ unit, flags }) => ({
    knowledge_unit: wireUnit(unit, flags, options.viewer, hidden, true),
    status: wireStatus(unit.status),
    reviewed_by: unit.review?.reviewedBy ?? null,
    reviewed_at: unit.review && instant(unit.review.reviewedAt),
  }));
}

/** Units with their latest flags; `hidden` are the ids of units named by them that the caller may not read. */
async function withFlags({ store, viewer }: Options, units: readonly KnowledgeUnit[]) {
  const flags = await store.flags.latest(
    units.map(({ id }) => id),
    maxFlags,
  );
  const superseded = units.flatMap(({ id, supersededBy }) => (supersededBy === null ? [] : id));
  const ends = await store.lifecycle.successors(superseded);
  const successors = new Map(superseded.map((id, index) => [id, ends[index] ?? null]));
  const named = [...flags.flat().map(({ duplicateOf }) => duplicateOf), ...successors.values()];
  const others = [...new Set(named.filter((id) => id !== null))];
  const standings = await store.units.standings(others);
  const isHidden = (standing: (typeof standings)[number] | undefined) =>
    standing && (standing.status === 'retired' || !maySee(viewer, standing));
  const hidden = new Set(others.filter((_, index) => isHidden(standings[index])));
  const shown = units.map((unit, index) => ({
    unit: { ...unit, supersededBy: successors.get(unit.id) ?? null },
    flags: flags[index] ?? [],
  }));
  return { shown, hidden };
}

function wireUnit(
  unit: KnowledgeUnit,
  flags: readonly Flag[],
  viewer: Viewer,
  hidden: ReadonlySet<string>,
  author: boolean,
): WireUnit {
  const shownId = (id: string | null) => (id !== null && hidden.has(id) ? null : id);
  const { insight, context, evidence } = unit;
  // rows of older servers may lack one or both; clients need both
  const first = evidence.firstObservedAt ?? evidence.lastConfirmedAt ?? unit.createdAt;
  const last = evidence.lastConfirmedAt ?? first;
  return {
    id: unit.id,
    version: unit.version,
    domains: [...unit.domains],
    insight: { summary: insight.summary, detail: insight.detail, action: insight.action },
    context: { languages: [...context.languages], frameworks: [...context.frameworks], pattern: context.pattern },
    evidence: {
      confidence: evidence.confidence,
      confirmations: evidence.confirmations,
      first_observed: instant(first, 'Z'),
      last_confirmed: instant(last, 'Z'),
    },
    tier: unit.tier,
    ...(author && { created_by: unit.createdBy }),
    superseded_by: shownId(unit.supersededBy),
    extensions: unit.extensions === null ? null : readExtensions(unit.extensions),
    flags: flags.map((flag) => ({
      reason: flag.reason,
      timestamp: instant(flag.createdAt, 'Z'),
      detail: maySeeDetail(viewer, flag) ? flag.detail : null,
      duplicate_of: shownId(flag.duplicateOf),
    })),
  };
}

/** An API key without its secret. What it is limited to is told of keys with limits only, which the Python server has none of. */
export function wireApiKey(key: ApiKey, now: Date): z.infer<typeof apiKey> {
  const is_expired = key.expiresAt <= now;
  const { access, domains } = key;
  return {
    id: key.id,
    name: key.name,
    labels: [...key.labels],
    prefix: key.prefix,
    key_prefix: key.prefix,
    ttl: key.ttl,
    expires_at: instant(key.expiresAt),
    created_at: instant(key.createdAt),
    last_used_at: key.lastUsedAt && instant(key.lastUsedAt),
    revoked_at: key.revokedAt && instant(key.revokedAt),
    is_expired,
    is_active: !is_expired && key.revokedAt === null,
    ...((access !== 'write' || domains !== null) && { access, domains: domains && [...domains] }),
  };
}

/** Written into the response as it is: parsing it would take most of the time of a response. */
const readExtensions = (text: string) => new JsonText(withFiniteNumbers(text)) as unknown as Record<string, unknown>;
