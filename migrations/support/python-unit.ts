import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseExactly, toJsonText } from './exact-json.ts';
import { readInstant } from './python-instant.ts';
import { isStorable, normalizeDomains } from './python-rules.ts';
import type { Flag, FlagReason, KnowledgeUnit, ReviewStatus, Tier } from './records.ts';

/** A unit as the Python server keeps it: a document, columns beside it, and its rows among the domains. */
export interface PythonUnit {
  readonly id: string;
  readonly data: string;
  readonly status: string;
  readonly reviewed_by: string | null;
  readonly reviewed_at: string | null;
  readonly created_at: string | null;
  readonly domains: readonly string[];
}

/** Names of older versions beside today's. */
const tiers: Record<string, Tier> = {
  local: 'local',
  private: 'private',
  public: 'public',
  team: 'private',
  global: 'public',
};
const statuses: readonly string[] = ['pending', 'approved', 'rejected'];
const reasons: readonly string[] = ['stale', 'incorrect', 'duplicate'];

/** PostgreSQL's `integer`, which counts are kept in. */
const whole = z.number().refine((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31, {
  error: 'must be a whole number below 2147483648',
});
const text = z.string().refine(isStorable, { error: 'holds NUL or an unpaired surrogate' });
const instant = z
  .unknown()
  .optional()
  .transform((value, context) => {
    if (value === null || value === undefined) return null;
    try {
      return readInstant(value);
    } catch (error) {
      context.addIssue((error as Error).message);
      return z.NEVER;
    }
  });
const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null);

// what the Python server took for granted may be missing, and what it ignored may be there
const documentSchema = z.object({
  version: whole.default(1),
  domains: z.array(text).optional(),
  domain: z.union([text, z.array(text)]).optional(),
  insight: z.object({ summary: text, detail: text, action: text }),
  context: z
    .object({
      languages: z.array(text).nullish(),
      frameworks: z.array(text).nullish(),
      pattern: text.nullish(),
    })
    .nullish(),
  evidence: z
    .object({
      confidence: z.number().min(0).max(1).default(0.5),
      confirmations: whole.default(1),
      first_observed: instant,
      last_confirmed: instant,
    })
    .nullish(),
  tier: z
    .string()
    .default('local')
    .transform((value, context) => {
      const known = tiers[value.toLowerCase().replace(/^tier_/, '')];
      if (known) return known;
      context.addIssue(`is no tier: ${JSON.stringify(value)}`);
      return z.NEVER;
    }),
  created_by: text.nullish(),
  superseded_by: optional(text),
  extensions: optional(z.record(z.string(), z.unknown())),
  flags: z
    .array(
      z.object({
        reason: z.string().transform((value, context) => {
          const known = value.toLowerCase().replace(/^flag_reason_/, '');
          if (reasons.includes(known)) return known as FlagReason;
          context.addIssue(`is no reason: ${JSON.stringify(value)}`);
          return z.NEVER;
        }),
        timestamp: instant,
        detail: optional(text),
        duplicate_of: optional(text),
      }),
    )
    .nullish(),
});

/** An id in today's form: older ones had the dashes of a UUID. Null for what was never an id. */
export function readUnitId(id: string): string | null {
  const today = id.toLowerCase().replaceAll('-', '');
  return /^ku_[0-9a-f]{32}$/.test(today) ? today : null;
}

/**
 * The unit that these rows are, with its flags; `now` stands for the time of its creation where nothing tells it. Throws an
 * Error that says why they are none. Limits of length are not checked: older servers had none.
 */
export function readUnit(row: PythonUnit, now: Date): { unit: KnowledgeUnit; flags: Flag[] } {
  const id = readUnitId(row.id);
  if (id === null) throw new Error(`id: ${JSON.stringify(row.id)} is no id of a unit`);
  if (!statuses.includes(row.status)) throw new Error(`status: ${JSON.stringify(row.status)} is none`);
  const json = parseDocument(row.data);
  const parsed = documentSchema.safeParse(json);
  if (!parsed.success)
    throw new Error(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`).join('; '),
    );
  const { data } = parsed;
  const domains = normalizeDomains(data.domains ?? (data.domain ? [data.domain].flat() : row.domains));
  if (domains.length === 0) throw new Error('domains: there are none');
  const { firstObservedAt, lastConfirmedAt } = observed(data.evidence);
  const reviewedAt = row.reviewed_at === null ? null : column('reviewed_at', row.reviewed_at);
  const createdAt =
    row.created_at === null
      ? (firstObservedAt ?? lastConfirmedAt ?? reviewedAt ?? now)
      : column('created_at', row.created_at);
  const flags = (data.flags ?? []).map(
    (flag, index): Flag => ({
      id: `flg_${createHash('sha256').update(`${id}:${index}`).digest('hex').slice(0, 32)}`,
      unitId: id,
      reason: flag.reason,
      detail: flag.detail,
      duplicateOf: flag.duplicate_of === null ? null : (readUnitId(flag.duplicate_of) ?? flag.duplicate_of),
      createdBy: null,
      createdAt: flag.timestamp ?? lastConfirmedAt ?? createdAt,
    }),
  );
  const { extensions } = json as { extensions?: unknown };
  return {
    unit: {
      id,
      version: data.version,
      status: row.status as ReviewStatus,
      tier: data.tier,
      domains,
      insight: data.insight,
      context: {
        languages: data.context?.languages ?? [],
        frameworks: data.context?.frameworks ?? [],
        pattern: data.context?.pattern ?? '',
      },
      evidence: {
        confidence: data.evidence?.confidence ?? 0.5,
        confirmations: data.evidence?.confirmations ?? 1,
        firstObservedAt,
        lastConfirmedAt,
      },
      createdBy: data.created_by ?? '',
      supersededBy: data.superseded_by === null ? null : (readUnitId(data.superseded_by) ?? data.superseded_by),
      // of the document as it was read, since only that knows how its numbers were written
      extensions: extensions == null ? null : toJsonText(extensions),
      review: reviewOf(row, reviewedAt, createdAt),
      createdAt,
      updatedAt: latest([createdAt, reviewedAt, lastConfirmedAt, ...flags.map((flag) => flag.createdAt)]),
    },
    flags,
  };
}

function parseDocument(data: string): unknown {
  try {
    return parseExactly(data);
  } catch {
    throw new Error('data: is not valid JSON');
  }
}

/** Of two instants the one that is missing is the other, as the Python server has it. */
function observed(evidence: z.infer<typeof documentSchema>['evidence']) {
  const { first_observed: first = null, last_confirmed: last = null } = evidence ?? {};
  return { firstObservedAt: first ?? last, lastConfirmedAt: last ?? first };
}

function reviewOf(row: PythonUnit, reviewedAt: Date | null, createdAt: Date): KnowledgeUnit['review'] {
  if (row.status === 'pending' || (row.reviewed_by === null && reviewedAt === null)) return null;
  return {
    status: row.status as 'approved' | 'rejected',
    reviewedBy: row.reviewed_by ?? '',
    reviewedAt: reviewedAt ?? createdAt,
    note: null,
  };
}

function column(name: string, value: string): Date {
  try {
    return readInstant(value);
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  }
}

const latest = (dates: readonly (Date | null)[]) =>
  new Date(Math.max(...dates.flatMap((date) => (date === null ? [] : [date.getTime()]))));
