import { newFlagId } from '../domain/ids.ts';
import { proposeUnit } from '../domain/knowledge.ts';
import { confidence, InputValidator, limits } from '../domain/rules.ts';
import type { FlagReason, Store } from '../store/store.ts';
import { naming } from './naming.ts';
import type { UnitOptions } from './options.ts';
import type { Account } from './people.ts';

/** Units that say nothing of their time are so far apart. */
const apartMs = 1000;

/**
 * Adds units by the steps of real ones: proposal, review, confirmations, flags. Answers their ids, in order. Throws a `TypeError` that names
 * the field.
 */
export async function addUnits(
  store: Store,
  units: readonly UnitOptions[],
  people: ReadonlyMap<string, Account>,
): Promise<string[]> {
  const now = store.now().getTime();
  const ids: string[] = [];
  for (const [at, unit] of units.entries()) {
    const time = unit.createdAt ?? new Date(now - (units.length - 1 - at) * apartMs);
    ids.push(await naming(['units', at], () => store.transaction((tx) => addUnit(tx, unit, people, time))));
  }
  return ids;
}

async function addUnit(
  store: Store,
  { status, proposedBy, confirmedBy, flags, extensions, ...proposal }: UnitOptions,
  people: ReadonlyMap<string, Account>,
  at: Date,
): Promise<string> {
  const accounts = [...people.values()];
  const owner = people.get(proposedBy ?? '') ?? accounts[0];
  if (!owner) throw new Error('unreachable: readOptions refuses units without users');
  const viewer = { kind: 'person', user: owner.user } as const;
  const text = extensions === undefined ? null : JSON.stringify(extensions);
  const { id } = await proposeUnit(store, viewer, { ...proposal, extensions: text }, null, 'ignore', at);
  if (status === 'PENDING') return id;
  const reviewer = reviewerFor(owner, accounts).username;
  const decided = status === 'APPROVED' ? 'approved' : 'rejected';
  await store.reviews.decide(id, {
    status: decided,
    reviewedBy: reviewer,
    reviewedAt: at,
    note: null,
    internalNote: null,
  });
  for (const who of confirmedBy) await store.units.confirm(id, who, at, confidence.confirmed);
  for (const [index, { reason, detail = null, flaggedBy }] of flags.entries()) {
    const rules = new InputValidator();
    if (detail !== null) rules.text(['flags', String(index), 'detail'], detail, { max: limits.flagDetail });
    rules.check();
    await store.units.flag(
      {
        id: newFlagId(),
        unitId: id,
        reason: reason.toLowerCase() as FlagReason,
        detail,
        duplicateOf: null,
        createdBy: flaggedBy ?? reviewer,
        createdAt: at,
      },
      confidence.flagged,
    );
  }
  return id;
}

/** Who decides over a unit: a reviewer, if possible another one than the proposer. Where there is none, the proposer. */
function reviewerFor(owner: Account, accounts: readonly Account[]): Account {
  const reviewers = accounts.filter(({ user }) => user.role !== 'member');
  return reviewers.find((each) => each !== owner) ?? reviewers[0] ?? owner;
}
