import type { Outcome } from '../../app/pending.ts';
import { problemOf } from '../../app/problem.ts';
import { notify } from '../../design/notify.ts';
import { plural } from '../../design/numbers.ts';
import type { RefusalFragment } from '../../gql/graphql.ts';

interface Subject {
  readonly title: string;
  /** Opens what was not decided over. */
  readonly open: () => void;
  /** Takes what was decided over out of the list. */
  readonly gone: (ids: readonly string[]) => void;
  /** Called where it was refused. */
  readonly refused?: (errors: readonly RefusalFragment[]) => void;
}

const words: Record<string, string> = { APPROVED: 'approved', REJECTED: 'rejected' };

/** What a refusal means, in one sentence. */
export function refusalSentence(error: RefusalFragment): string {
  const review =
    error.__typename === 'AlreadyReviewedError'
      ? error.unit.review
      : error.__typename === 'SuggestionDecidedError'
        ? error.suggestion.review
        : null;
  if (review)
    return `${review.reviewedBy?.username ?? 'Somebody'} had ${words[review.status] ?? 'decided over'} it already.`;
  if (error.code === 'STALE_VERSION') return 'It was changed meanwhile. Read it again as it is now.';
  if (error.code === 'HELD') return 'It is held for what looks like credentials: amend it, or release it first.';
  if (error.code === 'SELF_REVIEW') return 'It is your own proposal, which another reviewer has to decide over.';
  return error.message;
}

/** Says what came of a decision over one unit or suggestion. */
export function settle(outcome: Outcome, id: string, { title, open, gone, refused }: Subject): void {
  if (outcome.kind === 'failed') {
    const { sentence, requestId } = problemOf(outcome.error as never);
    const detail = requestId ? `${sentence} Request ${requestId}.` : sentence;
    notify({ title: `Not decided: ${title}`, detail, look: 'bad', action: { label: 'Open', run: open } });
    return;
  }
  const { result } = outcome.data as { result: { userErrors: readonly RefusalFragment[] } | null };
  const [error] = result?.userErrors ?? [];
  if (!error) {
    gone([id]);
    return;
  }
  refused?.(result?.userErrors ?? []);
  const isDecided = error.code === 'ALREADY_REVIEWED';
  if (isDecided) gone([id]);
  notify({
    title: isDecided ? `Decided before you: ${title}` : `Not decided: ${title}`,
    detail: refusalSentence(error),
    look: isDecided ? 'info' : 'bad',
    action: { label: 'Open', run: open },
  });
}

interface BulkResult {
  readonly id: string;
  readonly userErrors: readonly RefusalFragment[];
}

/** Says what came of a decision over many. */
export function settleMany(outcome: Outcome, gone: (ids: readonly string[]) => void): void {
  if (outcome.kind === 'failed') {
    notify({ title: 'Nothing was decided', detail: problemOf(outcome.error as never).sentence, look: 'bad' });
    return;
  }
  const { reviewKnowledgeUnits: payload } = outcome.data as {
    reviewKnowledgeUnits: { results: readonly BulkResult[] | null; userErrors: readonly RefusalFragment[] } | null;
  };
  const [error] = payload?.userErrors ?? [];
  if (error) {
    notify({ title: 'Nothing was decided', detail: refusalSentence(error), look: 'bad' });
    return;
  }
  const results = payload?.results ?? [];
  const isRefused = ({ userErrors }: BulkResult) => userErrors.some(({ code }) => code !== 'ALREADY_REVIEWED');
  gone(results.filter((result) => !isRefused(result)).map(({ id }) => id));
  const refused = results.filter(isRefused);
  const [first] = refused.flatMap(({ userErrors }) => userErrors);
  if (first)
    notify({
      title: `${plural(refused.length, 'unit')} not decided over`,
      detail: refusalSentence(first),
      look: 'bad',
    });
}
