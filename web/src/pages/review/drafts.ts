import { signal } from '../../design/signal.ts';
import type { RefusalFragment } from '../../gql/graphql.ts';
import type { Draft } from './draft.ts';

interface Kept {
  readonly draft?: Draft;
  /** Why the server refused it. */
  readonly errors?: readonly RefusalFragment[];
}

/** Amendments by unit: what was typed is there when one comes back, or when the server refuses it. */
export const drafts = signal<ReadonlyMap<string, Kept>>(new Map());

export const saveDraft = (id: string, kept: Kept): void =>
  drafts.set(new Map([...drafts.get(), [id, { ...drafts.get().get(id), ...kept }]]));

export const forgetDraft = (id: string): void => drafts.set(new Map([...drafts.get()].filter(([key]) => key !== id)));
