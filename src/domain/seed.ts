import { createHash } from 'node:crypto';
import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';
import type { Store, User } from '../store/store.ts';
import { newFlagId } from './ids.ts';
import { checkProposal } from './knowledge.ts';
import { confidence, normalizeDomains } from './rules.ts';

/**
 * The format of `seed`: lessons to start with, as a JSON array or JSON Lines. What the fixtures of the Python server add to it
 * (`_target_confidence`, `_flag_reason`) is taken too; other keys mean nothing.
 */
const seedSchema = z.object({
  domains: z.array(z.string()),
  insight: z.object({ summary: z.string(), detail: z.string(), action: z.string() }),
  context: z
    .object({
      languages: z.array(z.string()).default([]),
      frameworks: z.array(z.string()).default([]),
      pattern: z.string().default(''),
    })
    .prefault({}),
  status: z.enum(['pending', 'approved', 'rejected']).default('approved'),
  /** Total number of confirmations; the proposal counts as the first. */
  confirmations: z.int().min(1).max(100).default(1),
  flags: z.array(z.object({ reason: z.enum(['stale', 'incorrect']), detail: z.string().optional() })).default([]),
  /** Confirmed until the confidence is at least this, or flagged until it is at most this. */
  _target_confidence: z.number().min(0).max(1).optional(),
  /** The reason of those flags. */
  _flag_reason: z.enum(['stale', 'incorrect']).default('stale'),
});

export type Seed = Omit<z.infer<typeof seedSchema>, '_target_confidence' | '_flag_reason'>;

/** Parses a seed file. Throws an Error that names the line or the entry, and `InvalidInputError` for a file of `export`. */
export function readSeeds(text: string): Seed[] {
  const entries = /^\s*\[/.test(text) ? parse(text, 'The file') : parseLines(text);
  return entries.map((entry: unknown, index: number) => {
    if (isExported(entry))
      throw new InvalidInputError([
        {
          path: ['file'],
          message: `entry ${index + 1} has an id and evidence: it is a line of "cq-server export", which "cq-server import FILE" takes.`,
        },
      ]);
    const parsed = seedSchema.safeParse(entry);
    if (parsed.success) return withSteps(parsed.data, index);
    const [issue] = parsed.error.issues;
    throw new Error(`entry ${index + 1}: ${issue?.path.join('.')}: ${issue?.message}`);
  });
}

function parseLines(text: string) {
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parse(line, `line ${index + 1}:`)]));
}

function parse(json: string, what: string) {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`${what} is not valid JSON: ${(error as Error).message}`);
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether this is an entry of a seed file, and no unit of an export. */
export const isSeedEntry = (entry: unknown): boolean => isObject(entry) && 'insight' in entry && !('id' in entry);

const isExported = (entry: unknown) => isObject(entry) && 'id' in entry && 'evidence' in entry;

/** An entry with the confirmations and flags that bring it to its target. */
function withSteps(
  { _target_confidence: target, _flag_reason: reason, ...entry }: z.infer<typeof seedSchema>,
  index: number,
): Seed {
  if (target === undefined) return entry;
  if (entry.confirmations > 1 || entry.flags.length > 0)
    throw new Error(`entry ${index + 1}: _target_confidence cannot be combined with confirmations or flags.`);
  const steps = (distance: number, step: number) => Math.max(0, Math.ceil(distance / step - 1e-9));
  const flags = steps(confidence.initial - target, -confidence.flagged);
  return {
    ...entry,
    confirmations: 1 + steps(target - confidence.initial, confidence.confirmed),
    flags: Array.from({ length: flags }, () => ({ reason })),
  };
}

/** The users that seeded units are attributed to, and their times. */
export interface Seeding {
  readonly proposer: User;
  readonly reviewer: User;
  /** The time of the proposal of entry `index` of `count`. */
  readonly at: (index: number, count: number) => Date;
}

/**
 * Adds seed units through the same steps as real ones: proposal, review, confirmations, flags. Idempotent: an id is a hash of the
 * content, and existing units stay as they are. Each unit is one transaction. Returns the ids of the new units.
 */
export async function seed(
  store: Store,
  seeds: readonly Seed[],
  { proposer, reviewer, at }: Seeding,
): Promise<string[]> {
  const added: string[] = [];
  for (const [index, entry] of seeds.entries()) {
    const id = `ku_${createHash('sha256')
      .update(JSON.stringify([entry.insight, entry.domains]))
      .digest('hex')
      .slice(0, 32)}`;
    const isNew = await store.transaction((tx) =>
      addSeed(tx, id, entry, { proposer, reviewer }, at(index, seeds.length)),
    );
    if (isNew) added.push(id);
  }
  return added;
}

async function addSeed(store: Store, id: string, entry: Seed, people: Omit<Seeding, 'at'>, at: Date): Promise<boolean> {
  if (await store.units.find(id)) return false;
  const { insight, context, status, confirmations, flags } = entry;
  const domains = normalizeDomains(entry.domains);
  checkProposal({ domains, insight, context });
  if (status !== 'approved' && (confirmations > 1 || flags.length > 0))
    throw new InvalidInputError([{ path: ['status'], message: 'only approved units can be confirmed or flagged.' }]);
  const [proposer, reviewer] = [people.proposer.username, people.reviewer.username];
  await store.units.propose(
    {
      id,
      tier: 'private',
      domains,
      insight,
      context,
      createdBy: proposer,
      extensions: null,
      confidence: confidence.initial,
    },
    at,
  );
  if (status === 'pending') return true;
  await store.reviews.decide(id, { status, reviewedBy: reviewer, reviewedAt: at, note: null, internalNote: null });
  for (let count = 1; count < confirmations; count++) await store.units.confirm(id, proposer, at, confidence.confirmed);
  for (const { reason, detail = null } of flags)
    await store.units.flag(
      {
        id: newFlagId(),
        unitId: id,
        reason,
        detail,
        duplicateOf: null,
        createdBy: reviewer,
        createdAt: at,
      },
      confidence.flagged,
    );
  return true;
}
