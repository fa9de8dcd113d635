import { z } from 'zod';
import type { Confirmer, DismissedRepeat, Flag, KnowledgeUnit, Revision } from '../store/store.ts';
import { newFlagId, newRevisionId } from './ids.ts';
import { fromJsonText, parseExactly, toJsonText } from './json-text.ts';
import { inNfc, isInstant, isStorable, maxInteger } from './rules.ts';

/**
 * The JSON Lines format of `export` and `import`: one unit a line, with cq's own field names. A line holds everything about a
 * unit, so that an import on any server restores it under the same id.
 */

/**
 * A unit, its flags, its revisions and what it was said not to repeat, where it has any, and who has confirmed it, as one line of JSON.
 * Throws an Error for an invalid date, which JSON would write as null.
 */
export function toLine(
  unit: KnowledgeUnit,
  flags: readonly Flag[],
  revisions: readonly Revision[] = [],
  confirmers: readonly Confirmer[] = [],
  dismissed: readonly DismissedRepeat[] = [],
): string {
  const { insight, context, evidence, review, withdrawal } = unit;
  const line = {
    id: unit.id,
    version: unit.version,
    domains: unit.domains,
    insight: { summary: insight.summary, detail: insight.detail, action: insight.action },
    context: { languages: context.languages, frameworks: context.frameworks, pattern: context.pattern },
    evidence: {
      confidence: evidence.confidence,
      confirmations: evidence.confirmations,
      first_observed: evidence.firstObservedAt,
      last_confirmed: evidence.lastConfirmedAt,
      confirmers: unit.confirmers,
      own_confirmations: unit.ownConfirmations,
      confirmed_by: confirmers.map(({ username, lastAt }) => ({ username, last_at: lastAt })),
    },
    tier: unit.tier,
    created_by: unit.createdBy,
    superseded_by: unit.supersededBy,
    extensions: unit.extensions === null ? null : fromJsonText(unit.extensions),
    flags: flags.map(({ id, reason, createdAt, detail, duplicateOf, createdBy }) => ({
      id,
      reason,
      timestamp: createdAt,
      detail,
      duplicate_of: duplicateOf,
      created_by: createdBy,
    })),
    status: unit.status,
    reviewed_by: review?.reviewedBy ?? null,
    reviewed_at: review?.reviewedAt ?? null,
    // of releases before 0.4 the only note, and for reviewers only
    review_note: review?.internalNote ?? null,
    decision_note: review?.note ?? null,
    ...(withdrawal && {
      withdrawn_by: withdrawal.withdrawnBy,
      withdrawn_at: withdrawal.withdrawnAt,
      withdrawn_reason: withdrawal.reason,
    }),
    created_at: unit.createdAt,
    updated_at: unit.updatedAt,
    // the texts have dots in their place while it is held
    ...(unit.held && { held_secrets: unit.held.findings, secrets_released_by: unit.held.releasedBy }),
    ...(revisions.length > 0 && { revisions: revisions.map(toEntry) }),
    ...(dismissed.length > 0 && {
      dismissed_repeats: dismissed.map(({ version, otherId, otherVersion, basis, similarity, dismissedAt }) => ({
        ...{ version, other_id: otherId, other_version: otherVersion, basis, similarity, dismissed_at: dismissedAt },
      })),
    }),
  };
  return JSON.stringify(line, function (this: Record<string, unknown>, name, value) {
    const given = this[name];
    if (given instanceof Date && Number.isNaN(given.getTime()))
      throw new Error(`The unit ${unit.id} cannot be exported: its ${name} in the database is no instant.`);
    return value;
  });
}

function toEntry({ content, review, ...revision }: Revision) {
  const { insight, context, extensions } = content;
  return {
    id: revision.id,
    status: revision.status,
    base_version: revision.baseVersion,
    version: revision.version,
    domains: content.domains,
    insight: { summary: insight.summary, detail: insight.detail, action: insight.action },
    context: { languages: context.languages, frameworks: context.frameworks, pattern: context.pattern },
    extensions: extensions === null ? null : fromJsonText(extensions),
    reason: revision.reason,
    created_by: revision.createdBy,
    created_at: revision.createdAt,
    reviewed_by: review?.reviewedBy ?? null,
    reviewed_at: review?.reviewedAt ?? null,
    decision_note: review?.note ?? null,
    review_note: review?.internalNote ?? null,
  };
}

const text = z.string().refine(isStorable, { error: 'holds NUL or an unpaired surrogate' });
const integer = z.int().min(-maxInteger).max(maxInteger);
const count = z.int().min(0).max(maxInteger);
const instant = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value))
  .refine(isInstant, { error: 'must be in the years 1 to 9999' });
const unitId = z.string().regex(/^ku_[0-9a-f]{32}$/);
const flagId = z.string().regex(/^flg_[0-9a-f]{32}$/);
const revisionId = z.string().regex(/^rev_[0-9a-f]{32}$/);
const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null);

const isWithdrawn = (status: string) => status === 'retired' || status === 'superseded';

const insight = z.object({ summary: text, detail: text, action: text });
const context = z
  .object({
    languages: z.array(text).default([]),
    frameworks: z.array(text).default([]),
    pattern: text.default(''),
  })
  .prefault({});
const status = z.enum(['pending', 'approved', 'rejected']);

const finding = z
  .object({ path: z.array(text), kind: text, start: count, end: count })
  // what is shown has dots from the one to the other
  .refine(({ start, end }) => start <= end, { error: 'ends before it begins' });

const revisionSchema = z
  .object({
    id: revisionId.optional(),
    status,
    base_version: optional(integer),
    version: optional(integer),
    domains: z.array(text),
    insight,
    context,
    extensions: optional(z.record(z.string(), z.unknown())),
    reason: optional(text),
    created_by: text.default(''),
    created_at: instant,
    reviewed_by: optional(text),
    reviewed_at: optional(instant),
    decision_note: optional(text),
    review_note: optional(text),
  })
  .refine((one) => (one.status === 'approved') === (one.version !== null), {
    error: 'has a version if and only if it is approved',
  })
  .refine((one) => one.status === 'approved' || one.base_version !== null, { error: 'lacks base_version' })
  .refine((one) => (one.reviewed_by === null) === (one.reviewed_at === null), {
    error: 'has only one of reviewed_by and reviewed_at',
  });

// whatever a database may hold, so that every export can be imported: older servers had no limits, ids of other forms, and
// decisions without a reviewer
const lineSchema = z
  .object({
    id: unitId,
    version: integer.default(1),
    domains: z.array(text),
    insight,
    context,
    evidence: z.object({
      confidence: z.number().min(0).max(1),
      confirmations: integer,
      first_observed: optional(instant),
      last_confirmed: optional(instant),
      confirmers: count.default(0),
      own_confirmations: count.default(0),
      confirmed_by: z.array(z.object({ username: text, last_at: instant })).default([]),
    }),
    tier: z.enum(['local', 'private', 'public']).default('private'),
    created_by: text.default(''),
    superseded_by: optional(text),
    extensions: optional(z.record(z.string(), z.unknown())),
    flags: z
      .array(
        z.object({
          id: flagId.optional(),
          reason: z.enum(['stale', 'incorrect', 'duplicate']),
          timestamp: instant,
          detail: optional(text),
          duplicate_of: optional(text),
          created_by: optional(text),
        }),
      )
      .default([]),
    status: z.enum(['pending', 'approved', 'rejected', 'retired', 'superseded']),
    reviewed_by: optional(text),
    reviewed_at: optional(instant),
    held_secrets: z.array(finding).nullish(),
    secrets_released_by: optional(text),
    review_note: optional(text),
    withdrawn_by: optional(text),
    withdrawn_at: optional(instant),
    withdrawn_reason: optional(text),
    decision_note: optional(text),
    created_at: instant,
    updated_at: instant.optional(),
    revisions: z.array(revisionSchema).default([]),
    dismissed_repeats: z
      .array(
        z.object({
          version: integer,
          other_id: unitId,
          other_version: integer,
          basis: z.enum(['text', 'words', 'meaning']),
          similarity: z.number().min(0).max(1),
          dismissed_at: instant,
        }),
      )
      .default([]),
  })
  .refine((line) => line.status === 'pending' || (line.reviewed_by === null) === (line.reviewed_at === null), {
    error: 'has only one of reviewed_by and reviewed_at',
  })
  .refine((line) => !isWithdrawn(line.status) || (line.withdrawn_by !== null && line.withdrawn_at !== null), {
    error: 'is withdrawn without withdrawn_by and withdrawn_at',
  })
  .refine(({ version, revisions }) => revisions.every((one) => one.version === null || one.version <= version), {
    error: 'has revisions of later versions than its own',
  })
  .refine(({ revisions }) => isDistinct(revisions.flatMap((one) => one.version ?? [])), {
    error: 'has two revisions of one version',
  });

const isDistinct = (values: readonly number[]) => new Set(values).size === values.length;

/**
 * Parses one line into a unit, its flags, its revisions, who has confirmed it and what it was said not to repeat. Throws an Error that says
 * what is wrong with the line.
 */
export function readLine(line: string): {
  unit: KnowledgeUnit;
  flags: Flag[];
  revisions: Revision[];
  confirmers: Confirmer[];
  dismissed: DismissedRepeat[];
} {
  const json = parseLine(line);
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success)
    throw new Error(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'unit'}: ${message}`).join('; '),
    );
  const { data } = parsed;
  // from the parsed JSON, not from zod's copy of it: only the former has the source texts of numbers
  const exactly = (holder: unknown) => {
    const { extensions } = holder as { extensions?: unknown };
    return extensions == null ? null : toJsonText(extensions);
  };
  const unit: KnowledgeUnit = {
    id: data.id,
    version: data.version,
    status: data.status,
    tier: data.tier,
    domains: inNfc(data.domains),
    insight: data.insight,
    context: data.context,
    evidence: {
      confidence: data.evidence.confidence,
      confirmations: data.evidence.confirmations,
      firstObservedAt: data.evidence.first_observed,
      lastConfirmedAt: data.evidence.last_confirmed,
    },
    confirmers: data.evidence.confirmers,
    ownConfirmations: data.evidence.own_confirmations,
    ...(data.held_secrets && { held: { findings: data.held_secrets, releasedBy: data.secrets_released_by } }),
    createdBy: data.created_by,
    supersededBy: data.superseded_by,
    extensions: exactly(json),
    review:
      data.status === 'pending' || data.reviewed_by === null || data.reviewed_at === null
        ? null
        : {
            status: data.status === 'rejected' ? 'rejected' : 'approved',
            reviewedBy: data.reviewed_by,
            reviewedAt: data.reviewed_at,
            note: data.decision_note,
            internalNote: data.review_note,
          },
    withdrawal:
      isWithdrawn(data.status) && data.withdrawn_by !== null && data.withdrawn_at !== null
        ? { withdrawnBy: data.withdrawn_by, withdrawnAt: data.withdrawn_at, reason: data.withdrawn_reason }
        : null,
    createdAt: data.created_at,
    updatedAt: data.updated_at ?? data.created_at,
  };
  const flags = data.flags.map((flag) => ({
    id: flag.id ?? newFlagId(),
    unitId: data.id,
    reason: flag.reason,
    detail: flag.detail,
    duplicateOf: flag.duplicate_of,
    createdBy: flag.created_by,
    createdAt: flag.timestamp,
  }));
  const given = (json as { revisions?: unknown[] }).revisions ?? [];
  const revisions = data.revisions.map((one, at) => readEntry(data.id, one, exactly(given[at])));
  const people = new Map(data.evidence.confirmed_by.map(({ username, last_at }) => [username, last_at]));
  const confirmers = [...people].map(([username, lastAt]) => ({ username, lastAt }));
  const dismissed = data.dismissed_repeats.map(
    ({ version, other_id: otherId, other_version: otherVersion, basis, similarity, dismissed_at: dismissedAt }) => ({
      ...{ version, otherId, otherVersion, basis, similarity, dismissedAt },
    }),
  );
  return { unit, flags, revisions, confirmers, dismissed };
}

function readEntry(unitId: string, entry: z.infer<typeof revisionSchema>, extensions: string | null): Revision {
  const { status, reviewed_by: reviewedBy, reviewed_at: reviewedAt, insight, context } = entry;
  return {
    id: entry.id ?? newRevisionId(),
    unitId,
    status,
    baseVersion: entry.base_version,
    version: entry.version,
    content: { domains: inNfc(entry.domains), insight, context, extensions },
    reason: entry.reason,
    createdBy: entry.created_by,
    createdAt: entry.created_at,
    review:
      status === 'pending' || reviewedBy === null || reviewedAt === null
        ? null
        : {
            ...{ status, reviewedBy, reviewedAt },
            ...{ note: entry.decision_note, internalNote: entry.review_note },
          },
  };
}

function parseLine(line: string): unknown {
  try {
    return parseExactly(line);
  } catch {
    throw new Error('is not valid JSON');
  }
}
