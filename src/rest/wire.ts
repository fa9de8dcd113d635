import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import { fromJsonText } from '../domain/json-text.ts';
import { maySee, maySeeDetail } from '../domain/knowledge.ts';
import { may, type Viewer } from '../domain/viewer.ts';
import type { ApiKey, Flag, KnowledgeUnit, Store } from '../store/store.ts';
import type { apiKey, knowledgeUnit, reviewItem } from './schemas.ts';

/** Records as cq's clients read them: names, order of the fields, forms of instants. */

export type WireUnit = z.infer<typeof knowledgeUnit>;

/** A unit shows this many of its flags, the latest. */
const shownFlags = 100;

/** `2026-01-31T09:30:00.120000Z`: six digits of fraction, or none. In a unit the zone is `Z`, else `+00:00`. */
export function instant(date: Date, zone: 'Z' | '+00:00' = '+00:00'): string {
  const [seconds, fraction] = date.toISOString().slice(0, -1).split('.');
  return `${seconds}${fraction === '000' ? '' : `.${fraction}000`}${zone}`;
}

interface Options {
  readonly store: Store;
  readonly viewer: Viewer;
}

/** Units with their flags, as agents get them: without who proposed them. */
export async function wireUnits(options: Options, units: readonly KnowledgeUnit[]): Promise<WireUnit[]> {
  const { shown, hidden } = await withFlags(options, units);
  return inTurns(shown, ({ unit, flags }) => wireUnit(unit, flags, options.viewer, hidden, false));
}

/** One unit with its flags; with `author`, it says who proposed it. */
export async function wireUnitOf(options: Options, unit: KnowledgeUnit, { author = false } = {}): Promise<WireUnit> {
  const { shown, hidden } = await withFlags(options, [unit]);
  return wireUnit(unit, shown[0]?.flags ?? [], options.viewer, hidden, author);
}

/** Units with their flags and their reviews, as reviewers get them. */
export async function wireReviews(
  options: Options,
  units: readonly KnowledgeUnit[],
): Promise<z.infer<typeof reviewItem>[]> {
  const { shown, hidden } = await withFlags(options, units);
  return inTurns(shown, ({ unit, flags }) => ({
    knowledge_unit: wireUnit(unit, flags, options.viewer, hidden, true),
    status: unit.status,
    reviewed_by: unit.review?.reviewedBy ?? null,
    reviewed_at: unit.review && instant(unit.review.reviewedAt),
  }));
}

/** How many records are made in one turn of the event loop. */
const perTurn = 200;

/** Makes something of each item; of many, a part at a time, so that others have their turn in between. */
async function inTurns<Item, Made>(items: readonly Item[], make: (item: Item) => Made): Promise<Made[]> {
  const made: Made[] = [];
  for (let start = 0; start < items.length; start += perTurn) {
    if (items.length > perTurn) await nextTurn();
    made.push(...items.slice(start, start + perTurn).map(make));
  }
  return made;
}

/** Units with their latest flags, and the ids of units, of all that these name, that the caller may not see. */
async function withFlags({ store, viewer }: Options, units: readonly KnowledgeUnit[]) {
  const flags = await store.flags.latest(
    units.map(({ id }) => id),
    shownFlags,
  );
  const named = [...flags.flat().map(({ duplicateOf }) => duplicateOf), ...units.map((unit) => unit.supersededBy)];
  const others = [...new Set(named.filter((id) => id !== null))];
  // who reviews may see them all
  const standings = may(viewer, 'REVIEWER') ? [] : await store.units.standings(others);
  const hidden = new Set(others.filter((_, index) => standings[index] && !maySee(viewer, standings[index])));
  return { shown: units.map((unit, index) => ({ unit, flags: flags[index] ?? [] })), hidden };
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
  // older servers knew only one of them at times, or neither; clients need both
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

export function wireApiKey(key: ApiKey, now: Date): z.infer<typeof apiKey> {
  const is_expired = key.expiresAt <= now;
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
  };
}

const readExtensions = (text: string) => fromJsonText(text, { finite: true }) as Record<string, unknown>;
