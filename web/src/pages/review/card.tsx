import { Icon } from '../../design/icon.tsx';
import { Time } from '../../design/time.tsx';
import type { DecisionFragment } from '../../gql/graphql.ts';
import type { Item } from './queue-model.ts';
import type { Decide } from './use-decide.ts';
import type { Decided } from './use-queue.ts';

export interface CardProps {
  readonly id: string;
  /** Its row; of what is not in the queue, none. */
  readonly item: Item | undefined;
  readonly decided: Decided | undefined;
  readonly decide: Decide;
  /** Goes to what waits next. */
  readonly goOn: () => void;
}

const words: Record<string, string> = { APPROVED: 'Approved', REJECTED: 'Rejected' };

interface NoticeProps {
  readonly decided: Decided | undefined;
  readonly review: DecisionFragment | null;
}

/** Says that somebody has decided already, and who. */
export function DecidedNotice({ decided, review }: NoticeProps) {
  const status = decided?.status ?? review?.status;
  const at = decided?.at ?? review?.reviewedAt;
  if (!status || !at) return null;
  return (
    <p className="decided" role="status">
      <Icon name={status === 'REJECTED' ? 'cross' : 'check'} />
      <span>
        {words[status] ?? 'Decided'} by <strong>{decided?.by ?? review?.reviewedBy?.username ?? 'somebody'}</strong>,{' '}
        <Time at={at} />.{review?.note && ` “${review.note}”`} Any key goes on to the next.
      </span>
    </p>
  );
}
