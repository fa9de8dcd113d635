import { useState } from 'react';
import { useLocation } from 'wouter';
import { notify } from '../../design/notify.ts';
import type { ProposalDecidedSubscription } from '../../gql/graphql.ts';
import { useStream } from '../../live/use-stream.ts';
import { proposalDecidedSubscription } from './documents.ts';

type Decided = ProposalDecidedSubscription['proposalDecided']['activity']['knowledgeUnit'];

const words: Record<string, string> = { APPROVED: 'Approved', REJECTED: 'Rejected', MERGED: 'Merged into another one' };

/**
 * Follows what reviewers decide over one's own proposals, from a place on: each decision is told as it comes, with its note. Answers the
 * proposals that were decided since, by their ids, so that a list shows them in their place.
 */
export function useDecisions(from: string | null | undefined, refused: () => void): ReadonlyMap<string, Decided> {
  const [, navigate] = useLocation();
  const [decided, setDecided] = useState<ReadonlyMap<string, Decided>>(new Map());
  useStream(proposalDecidedSubscription, {
    from,
    tell: ({ proposalDecided: { cursor, activity } }) => {
      const { type, knowledgeUnit: unit } = activity;
      const { review } = unit;
      setDecided((before) => new Map(before).set(unit.id, unit));
      notify({
        title: `${words[type] ?? 'Decided'}: ${unit.insight.summary}`,
        look: type === 'REJECTED' ? 'info' : 'ok',
        action: { label: 'Open', run: () => navigate(`/units/${unit.id}`) },
        ...(review?.note && { detail: `“${review.note}”` }),
      });
      return cursor;
    },
    refused,
  });
  return decided;
}
