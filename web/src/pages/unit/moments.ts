import type { WholeUnit } from './whole-unit.ts';

type Revision = NonNullable<WholeUnit['revisions']>['nodes'][number];

export interface Moment {
  readonly key: string;
  readonly at: string;
  readonly what: string;
  readonly who?: string | undefined;
  readonly note?: string | null | undefined;
  readonly changes?: Revision['changes'];
}

type Known = Pick<WholeUnit, 'createdAt' | 'proposedBy' | 'review' | 'revisions' | 'flags' | 'withdrawal' | 'status'>;

const decisions: Record<string, string> = { APPROVED: 'Approved', REJECTED: 'Rejected' };

/** What is known to have happened to a unit, last first. */
export function momentsOf({ createdAt, proposedBy, review, revisions, flags, withdrawal, status }: Known): Moment[] {
  const moments: Moment[] = [{ key: 'proposed', at: createdAt, what: 'Proposed', who: proposedBy?.username }];
  if (review)
    moments.push({
      key: 'review',
      at: review.reviewedAt,
      what: decisions[review.status] ?? 'Decided',
      who: review.reviewedBy?.username,
      note: review.note,
    });
  for (const { id, version, createdAt: at, author, reason, changes } of revisions?.nodes ?? [])
    if (version > 1)
      moments.push({ key: id, at, what: `Changed, version ${version}`, who: author?.username, note: reason, changes });
  for (const { id, createdAt: at, reason, flaggedBy, detail } of flags?.nodes ?? [])
    moments.push({ key: id, at, what: `Flagged as ${reason.toLowerCase()}`, who: flaggedBy?.username, note: detail });
  if (withdrawal)
    moments.push({
      key: 'withdrawal',
      at: withdrawal.withdrawnAt,
      what: status === 'SUPERSEDED' ? 'Superseded' : 'Retired',
      who: withdrawal.withdrawnBy?.username,
      note: withdrawal.reason,
    });
  return moments.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}
