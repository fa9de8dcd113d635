import { z } from 'zod';
import type { Flag, KnowledgeUnit, PageRequest, Position, Store } from '../store/store.ts';
import { newFlagId } from './ids.ts';
import { fromJsonText, parseExactly, toJsonText } from './json-text.ts';
import { allItems, allPages } from './pagination.ts';
import { isInstant, maxCount } from './rules.ts';

/**
 * Units as lines of JSON, one unit a line, in cq's own names. A line holds all that there is of a unit: `export` writes
 * it, `import` on any server makes the same unit of it, under the same id.
 */

const pageSize = 500;

/** Every unit as a line, oldest first, after the unit `after` where one is given. Reads a page at a time. */
export async function* exportUnits(
  store: Store,
  after: KnowledgeUnit | null = null,
): AsyncGenerator<{ id: string; line: string }> {
  const pages = allPages(
    (page: PageRequest<Position<Date>>) => store.units.list({}, { field: 'createdAt', direction: 'asc' }, page),
    byCreation,
    { from: after ? byCreation(after) : undefined, limit: pageSize },
  );
  for await (const units of pages) {
    const counts = await store.flags.counts(units.map(({ id }) => id));
    for (const [index, unit] of units.entries()) {
      const flagged = Object.keys(counts[index] ?? {}).length > 0;
      yield { id: unit.id, line: toLine(unit, flagged ? await flagsOf(store, unit.id) : []) };
    }
  }
}

function flagsOf(store: Store, unitId: string): Promise<Flag[]> {
  return Array.fromAsync(allItems((page: PageRequest<Position<Date>>) => store.flags.list(unitId, page), byCreation));
}

const byCreation = ({ createdAt, id }: { createdAt: Date; id: string }) => ({ key: createdAt, id });

function toLine(unit: KnowledgeUnit, flags: readonly Flag[]): string {
  const { insight, context, evidence, review } = unit;
  return JSON.stringify({
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
    review_note: review?.note ?? null,
    created_at: unit.createdAt,
    updated_at: unit.updatedAt,
  });
}

// neither database keeps these, whatever the field
const text = z.string().refine((value) => value.isWellFormed() && !value.includes('\0'), {
  error: 'holds NUL or an unpaired surrogate',
});
const instant = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value))
  .refine(isInstant, { error: 'must be in the years 1 to 9999' });
const unitId = z.string().regex(/^ku_[0-9a-f]{32}$/);
const flagId = z.string().regex(/^flg_[0-9a-f]{32}$/);
const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null);

// lenient where older servers were: over-limit texts and lists are carried over as they are
const lineSchema = z
  .object({
    id: unitId,
    version: z.int().min(1).max(maxCount).default(1),
    domains: z.array(text),
    insight: z.object({ summary: text, detail: text, action: text }),
    context: z
      .object({
        languages: z.array(text).default([]),
        frameworks: z.array(text).default([]),
        pattern: text.default(''),
      })
      .prefault({}),
    evidence: z.object({
      confidence: z.number().min(0).max(1),
      confirmations: z.int().min(-maxCount).max(maxCount),
      first_observed: optional(instant),
      last_confirmed: optional(instant),
    }),
    tier: z.enum(['local', 'private', 'public']).default('private'),
    created_by: text.default(''),
    superseded_by: optional(unitId),
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
    status: z.enum(['pending', 'approved', 'rejected']),
    reviewed_by: optional(text),
    reviewed_at: optional(instant),
    review_note: optional(text),
    created_at: instant,
    updated_at: instant.optional(),
  })
  .refine((line) => line.status === 'pending' || (line.reviewed_by !== null && line.reviewed_at !== null), {
    error: 'has a decision without reviewed_by and reviewed_at',
  });

/** The unit and the flags of one line. Throws an Error whose message says what is wrong with it. */
export function readLine(line: string): { unit: KnowledgeUnit; flags: Flag[] } {
  const json = parseLine(line);
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success)
    throw new Error(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'unit'}: ${message}`).join('; '),
    );
  const { data } = parsed;
  const { extensions } = json as { extensions?: unknown };
  const unit: KnowledgeUnit = {
    id: data.id,
    version: data.version,
    status: data.status,
    tier: data.tier,
    domains: data.domains,
    insight: data.insight,
    context: data.context,
    evidence: {
      confidence: data.evidence.confidence,
      confirmations: data.evidence.confirmations,
      firstObservedAt: data.evidence.first_observed,
      lastConfirmedAt: data.evidence.last_confirmed,
    },
    createdBy: data.created_by,
    supersededBy: data.superseded_by,
    // of the line as it was read, since only that knows how its numbers were written
    extensions: extensions == null ? null : toJsonText(extensions),
    review:
      data.status === 'pending' || data.reviewed_by === null || data.reviewed_at === null
        ? null
        : { status: data.status, reviewedBy: data.reviewed_by, reviewedAt: data.reviewed_at, note: data.review_note },
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
  return { unit, flags };
}

function parseLine(line: string): unknown {
  try {
    return parseExactly(line);
  } catch {
    throw new Error('is not valid JSON');
  }
}

export interface ImportReport {
  readonly added: number;
  /** Units whose id was there already; they stay as they are. */
  readonly present: number;
  readonly refused: readonly { readonly line: number; readonly reason: string }[];
}

/** Adds the units of these lines, some hundreds in one transaction. Lines that make no unit are reported and left out. */
export async function importUnits(
  store: Store,
  lines: AsyncIterable<string>,
  progress: (done: number) => void,
): Promise<ImportReport> {
  const refused: { line: number; reason: string }[] = [];
  let number = 0;
  let added = 0;
  let present = 0;
  let batch: ReturnType<typeof readLine>[] = [];
  const write = async () => {
    const units = batch;
    batch = [];
    const fresh = await store.units.restoreMany(units);
    added += fresh;
    present += units.length - fresh;
    progress(added + present);
  };
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    try {
      batch.push(readLine(line));
    } catch (error) {
      refused.push({ line: number, reason: (error as Error).message });
    }
    if (batch.length >= pageSize) await write();
  }
  await write();
  return { added, present, refused };
}
