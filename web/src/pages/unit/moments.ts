import type { UnitActivityQuery, UnitPageQuery } from '../../gql/graphql.ts';

type WholeUnit = NonNullable<UnitPageQuery['knowledgeUnit']>;
type Revision = NonNullable<WholeUnit['revisions']>['nodes'][number];
export type UnitEvent = NonNullable<NonNullable<UnitActivityQuery['knowledgeUnit']>['activity']>['nodes'][number];

export interface Moment {
  readonly key: string;
  readonly at: string;
  readonly what: string;
  readonly who?: string | undefined;
  readonly note?: string | null | undefined;
  readonly changes?: Revision['changes'];
}

type Known = Pick<WholeUnit, 'createdAt' | 'proposedBy' | 'review' | 'revisions' | 'flags' | 'withdrawal' | 'status'>;

const words: Record<string, string> = {
  PROPOSED: 'Proposed',
  CONFIRMED: 'Confirmed',
  FLAGGED: 'Flagged',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
  SUGGESTED: 'Revision suggested',
  SUGGESTION_REJECTED: 'Suggested revision turned down',
  SUGGESTION_REOPENED: 'Suggested revision taken up again',
  RETIRED: 'Retired',
  REINSTATED: 'Reinstated',
  REOPENED: 'Decision taken back',
  SUPERSEDED: 'Superseded',
  MERGED: 'Merged',
};

const changing = ['AMENDED', 'REVISED'];

/** What is known to have happened to a unit, last first: its events, and what it shows itself of what came before those that are there. */
export function momentsOf(unit: Known, events: readonly UnitEvent[], isWhole: boolean): Moment[] {
  const oldest = events.at(-1)?.at;
  const before = isWhole || oldest === undefined ? '' : oldest;
  const missing = ofUnit(unit).filter(({ types, version, at, key }) => {
    const isTold = events.some(
      (event) =>
        types.includes(event.type) && (key === 'proposed' || (version ? event.version === version : event.at === at)),
    );
    return !isTold && at >= before;
  });
  return [...events.map((event) => ofEvent(event, unit)), ...missing.map(({ moment }) => moment)].sort((a, b) =>
    a.at < b.at ? 1 : a.at > b.at ? -1 : 0,
  );
}

function ofEvent({ id, type, at, version, actor, note }: UnitEvent, { flags, revisions, review }: Known): Moment {
  const moment = { key: id, at, who: actor?.username, note };
  if (changing.includes(type)) {
    const revision = revisions?.nodes.find((one) => one.version === version);
    return {
      ...moment,
      what: `Changed, version ${version}`,
      note: note ?? revision?.reason,
      ...(revision && { changes: revision.changes }),
    };
  }
  const flag = type === 'FLAGGED' && flags?.nodes.find((one) => one.createdAt === at);
  if (flag) return { ...moment, what: flaggedAs(flag.reason), note: flag.detail };
  const isDecision = review?.reviewedAt === at && (type === 'APPROVED' || type === 'REJECTED');
  const what = words[type] ?? type.toLowerCase();
  return {
    ...moment,
    what: type === 'CONFIRMED' && version && version > 1 ? `${what} in version ${version}` : what,
    note: note ?? (isDecision ? review.note : null),
  };
}

const flaggedAs = (reason: string) => `Flagged as ${reason.toLowerCase()}`;

interface Shown {
  readonly key: string;
  readonly at: string;
  /** Those of the event that tells the same, of this version or at this instant. */
  readonly types: readonly string[];
  readonly version?: number;
  readonly moment: Moment;
}

/** What the unit itself shows of what happened to it. */
function ofUnit({ createdAt, proposedBy, review, revisions, flags, withdrawal, status }: Known): Shown[] {
  const shown: Shown[] = [];
  const add = ({ types, version, ...moment }: Moment & Pick<Shown, 'types' | 'version'>) =>
    shown.push({ key: moment.key, at: moment.at, types, ...(version && { version }), moment });
  const who = (one: { readonly username: string } | null | undefined) => one?.username;
  add({ key: 'proposed', at: createdAt, what: 'Proposed', who: who(proposedBy), types: ['PROPOSED'] });
  if (review)
    add({
      ...{ key: 'review', at: review.reviewedAt, who: who(review.reviewedBy), note: review.note },
      what: words[review.status] ?? 'Decided',
      types: ['APPROVED', 'REJECTED', 'MERGED'],
    });
  for (const { id, version, createdAt: at, author, reason, changes } of revisions?.nodes ?? [])
    if (version > 1)
      add({
        ...{ key: id, at, what: `Changed, version ${version}`, who: who(author), note: reason, changes },
        ...{ types: changing, version },
      });
  for (const { id, createdAt: at, reason, flaggedBy, detail } of flags?.nodes ?? [])
    add({ key: id, at, what: flaggedAs(reason), who: who(flaggedBy), note: detail, types: ['FLAGGED'] });
  if (withdrawal)
    add({
      ...{ key: 'withdrawal', at: withdrawal.withdrawnAt, who: who(withdrawal.withdrawnBy), note: withdrawal.reason },
      what: status === 'SUPERSEDED' ? 'Superseded' : 'Retired',
      types: ['RETIRED', 'SUPERSEDED'],
    });
  return shown;
}
