import type { KnowledgeUnit, Review, UnitWithFlags } from '../../store.ts';
import { keptNames } from '../accounts/erased-names.ts';
import type { Database } from '../database.ts';

/** The units with the placeholders of people who were erased where these have written something, or done something with it. */
export async function withKeptNames(tx: Database, units: readonly UnitWithFlags[]): Promise<readonly UnitWithFlags[]> {
  const names = new Set<string>();
  // with the names as they are, to collect them
  for (const unit of units)
    renamed(unit, (name) => {
      names.add(name);
      return name;
    });
  const keep = await keptNames(tx, names);
  return [...names].every((name) => keep(name) === name) ? units : units.map((unit) => renamed(unit, keep));
}

type Rename = (name: string) => string;

function renamed({ unit, flags, confirmers, revisions }: UnitWithFlags, rename: Rename): UnitWithFlags {
  return {
    unit: renamedUnit(unit, rename),
    flags: flags.map((flag) => ({ ...flag, createdBy: flag.createdBy === null ? null : rename(flag.createdBy) })),
    confirmers: confirmers?.map((one) => ({ ...one, username: rename(one.username) })),
    revisions: revisions?.map((revision) => ({
      ...revision,
      createdBy: rename(revision.createdBy),
      review: renamedReview(revision.review, rename),
    })),
  };
}

function renamedUnit({ held, withdrawal, ...unit }: KnowledgeUnit, rename: Rename): KnowledgeUnit {
  return {
    ...unit,
    ...(held && { held: { ...held, releasedBy: held.releasedBy === null ? null : rename(held.releasedBy) } }),
    createdBy: rename(unit.createdBy),
    review: renamedReview(unit.review, rename),
    withdrawal: withdrawal && { ...withdrawal, withdrawnBy: rename(withdrawal.withdrawnBy) },
  };
}

const renamedReview = (review: Review | null, rename: Rename): Review | null =>
  review && { ...review, reviewedBy: rename(review.reviewedBy) };
