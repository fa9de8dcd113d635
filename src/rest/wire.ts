import type { z } from 'zod';
import { fromJsonText } from '../domain/json-text.ts';
import { maySeeDetail } from '../domain/knowledge.ts';
import type { Viewer } from '../domain/viewer.ts';
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
  const { viewer } = options;
  return (await withFlags(options, units)).map(({ unit, flags }) => wireUnit(unit, flags, viewer, false));
}

/** One unit with its flags; with `author`, it says who proposed it. */
export async function wireUnitOf(options: Options, unit: KnowledgeUnit, { author = false } = {}): Promise<WireUnit> {
  const [flags = []] = await options.store.flags.latest([unit.id], shownFlags);
  return wireUnit(unit, flags, options.viewer, author);
}

/** Units with their flags and their reviews, as reviewers get them. */
export async function wireReviews(
  options: Options,
  units: readonly KnowledgeUnit[],
): Promise<z.infer<typeof reviewItem>[]> {
  return (await withFlags(options, units)).map(({ unit, flags }) => ({
    knowledge_unit: wireUnit(unit, flags, options.viewer, true),
    status: unit.status,
    reviewed_by: unit.review?.reviewedBy ?? null,
    reviewed_at: unit.review && instant(unit.review.reviewedAt),
  }));
}

async function withFlags({ store }: Options, units: readonly KnowledgeUnit[]) {
  const flags = await store.flags.latest(
    units.map(({ id }) => id),
    shownFlags,
  );
  return units.map((unit, index) => ({ unit, flags: flags[index] ?? [] }));
}

function wireUnit(unit: KnowledgeUnit, flags: readonly Flag[], viewer: Viewer, author: boolean): WireUnit {
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
    superseded_by: unit.supersededBy,
    extensions: unit.extensions === null ? null : readExtensions(unit.extensions),
    flags: flags.map((flag) => ({
      reason: flag.reason,
      timestamp: instant(flag.createdAt, 'Z'),
      detail: maySeeDetail(viewer, flag) ? flag.detail : null,
      duplicate_of: flag.duplicateOf,
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
