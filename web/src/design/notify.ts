import { signal } from './signal.ts';

export interface Notice {
  readonly title: string;
  readonly detail?: string;
  readonly look?: 'ok' | 'bad' | 'info';
  /** Offered as a button. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Notices that are not shown yet. */
export const pendingNotices = signal<readonly Notice[]>([]);

/** Says what happened, in one sentence, beside what the reader does. */
export const notify = (notice: Notice): void => pendingNotices.set([...pendingNotices.get(), notice]);
