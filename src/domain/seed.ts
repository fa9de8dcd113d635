import { createHash } from 'node:crypto';
import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';
import type { Store, User } from '../store/store.ts';
import { newFlagId } from './ids.ts';
import { checkProposal } from './knowledge.ts';
import { confidence, normalizeDomains } from './rules.ts';

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
});

export type Seed = z.infer<typeof seedSchema>;

/** Parses a seed file: a JSON array, or JSON Lines. Throws an Error that names the entry. */
export function readSeeds(text: string): Seed[] {
  const entries: unknown[] = text.trimStart().startsWith('[')
    ? JSON.parse(text)
    : text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line));
  return entries.map((entry, index) => {
    const parsed = seedSchema.safeParse(entry);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(`entry ${index + 1}: ${issue?.path.join('.')}: ${issue?.message}`);
  });
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
  await store.reviews.decide(id, { status, reviewedBy: reviewer, reviewedAt: at, note: null });
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
