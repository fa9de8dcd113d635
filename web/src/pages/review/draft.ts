import type { AmendKnowledgeUnitInput, LessonFragment } from '../../gql/graphql.ts';

/** The fields of a lesson as a form has them; lists as texts with commas. */
export interface Draft {
  readonly summary: string;
  readonly detail: string;
  readonly action: string;
  readonly domains: string;
  readonly languages: string;
  readonly frameworks: string;
  readonly pattern: string;
}

export type AmendInput = Pick<AmendKnowledgeUnitInput, 'domains' | 'insight' | 'context'>;

export const limits = { summary: 500, detail: 8000, action: 2000, pattern: 200 } as const;

export const draftOf = ({
  insight,
  domains,
  context,
}: Pick<LessonFragment, 'insight' | 'domains' | 'context'>): Draft => ({
  ...insight,
  domains: domains.join(', '),
  languages: context.languages.join(', '),
  frameworks: context.frameworks.join(', '),
  pattern: context.pattern ?? '',
});

export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** What the draft changes of the lesson, as the API takes it; null where it changes nothing. */
export function changesOf(draft: Draft, before: Draft): AmendInput | null {
  const changed = (field: keyof Draft) => draft[field] !== before[field];
  const texts = (['summary', 'detail', 'action'] as const).filter(changed).map((field) => [field, draft[field]]);
  const lists = (['languages', 'frameworks'] as const).filter(changed).map((field) => [field, listOf(draft[field])]);
  const context = Object.fromEntries([...lists, ...(changed('pattern') ? [['pattern', draft.pattern]] : [])]);
  const input: AmendInput = {
    ...(changed('domains') && { domains: listOf(draft.domains) }),
    ...(texts.length > 0 && { insight: Object.fromEntries(texts) }),
    ...(Object.keys(context).length > 0 && { context }),
  };
  return Object.keys(input).length > 0 ? input : null;
}
