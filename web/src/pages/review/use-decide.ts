import { useCallback } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { decisions } from '../../app/decisions.ts';
import * as documents from './documents.ts';
import type { AmendInput } from './draft.ts';
import { forgetDraft, saveDraft } from './drafts.ts';
import type { NearUnit } from './near.ts';
import type { Item } from './queue-model.ts';
import { settle, settleMany } from './settle.ts';

interface Options {
  readonly open: (id: string) => void;
  readonly gone: (ids: readonly string[]) => void;
}

type Document = TypedDocumentNode<unknown, AnyVariables>;

/** The decisions of the review page. Each can be undone for 8 seconds, and is sent then. */
export function useDecide({ open, gone }: Options) {
  const decide = useCallback(
    (item: Item, done: string, verb: string, document: unknown, input: object, amended?: AmendInput) =>
      decisions.add({
        ids: [item.id],
        done,
        verb,
        document: document as Document,
        variables: { input: { id: item.id, ...input } },
        settle: (outcome) =>
          settle(outcome, item.id, {
            title: item.title,
            open: () => open(item.id),
            gone: (ids) => {
              forgetDraft(item.id);
              gone(ids);
            },
            ...(amended && { refused: (errors) => saveDraft(item.id, { errors }) }),
          }),
      }),
    [open, gone],
  );

  return {
    approve(item: Item, version: number): void {
      const document = item.kind === 'unit' ? documents.approveMutation : documents.approveSuggestionMutation;
      decide(item, 'Approved', 'approved', document, { version });
    },
    reject(item: Item, version: number, note: string): void {
      const isUnit = item.kind === 'unit';
      const document = isUnit ? documents.rejectMutation : documents.rejectSuggestionMutation;
      decide(item, 'Rejected', 'rejected', document, { ...(isUnit && { version }), ...(note && { note }) });
    },
    merge(item: Item, { unit }: NearUnit): void {
      decide(item, 'Merged', 'merged', documents.mergeMutation, { intoId: unit.id });
    },
    supersede(item: Item, version: number, { unit }: NearUnit): void {
      const input = { version, supersedesId: unit.id };
      decide(item, 'Approved in its place', 'approved', documents.approveMutation, input);
    },
    amend(item: Item, version: number, input: AmendInput): void {
      const whole = { version, ...input, approve: true };
      decide(item, 'Amended and approved', 'approved', documents.amendMutation, whole, input);
    },
    many(ids: readonly string[], decision: 'APPROVE' | 'REJECT', note: string): void {
      const verb = decision === 'APPROVE' ? 'approved' : 'rejected';
      decisions.add({
        ids,
        done: decision === 'APPROVE' ? 'Approved' : 'Rejected',
        verb,
        document: documents.bulkMutation as Document,
        variables: { input: { ids, decision, ...(note && { note }) } },
        settle: (outcome) => settleMany(outcome, gone),
      });
    },
  };
}

export type Decide = ReturnType<typeof useDecide>;
