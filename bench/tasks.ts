import type { KnowledgeUnit } from '../src/store/store.ts';

/** What contestants are asked for, whichever way: the tasks of agents. */
export type Task =
  /** The five best units that have a domain. */
  | { readonly do: 'search'; readonly domain: string }
  /** Units by id. */
  | { readonly do: 'fetch'; readonly ids: readonly string[] }
  | { readonly do: 'confirm'; readonly id: string }
  | { readonly do: 'propose'; readonly proposal: Proposal };

export type Proposal = Pick<Lesson, 'domains' | 'insight' | 'context'>;

/** What an agent reads of a unit, instants as ISO texts. */
export interface Lesson extends Pick<KnowledgeUnit, 'id' | 'domains' | 'insight' | 'context'> {
  readonly evidence: Pick<KnowledgeUnit['evidence'], 'confidence' | 'confirmations'> & {
    readonly lastConfirmedAt: string | null;
  };
  readonly tier: string;
  readonly createdAt: string;
  readonly flagCounts: readonly { readonly reason: string; readonly count: number }[];
}

/** A unit as a contestant gives it; parts that its protocol has no place for are not there. */
export type Told = Partial<Omit<Lesson, 'evidence'>> & {
  readonly id: string;
  readonly evidence?: Partial<Lesson['evidence']>;
  /** Of a search. */
  readonly score?: number;
};

export const pageSize = 5;
