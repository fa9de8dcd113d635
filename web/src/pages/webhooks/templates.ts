import type { ActivityType } from '../../gql/graphql.ts';

/** A subscription to start from. */
export interface Template {
  readonly label: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const events = `subscription ($filter: KnowledgeEventFilter) {
  knowledgeEvents(filter: $filter) {
    cursor
    activity {
      type
      at
      actor { username }
      knowledgeUnit { id status domains insight { summary } }
    }
  }
}`;

const ofTypes = (label: string, ...types: ActivityType[]): Template => ({
  label,
  document: events,
  variables: types.length > 0 ? { filter: { types } } : {},
});

export const templates: readonly Template[] = [
  ofTypes('What waits for review', 'PROPOSED', 'SUGGESTED', 'REOPENED'),
  ofTypes('Decisions', 'APPROVED', 'REJECTED', 'MERGED'),
  ofTypes('Flags', 'FLAGGED'),
  ofTypes('Everything that happens to lessons'),
  {
    label: 'The audit log',
    document: `subscription {
  auditLogged {
    cursor
    entry { id at action actor { username } target details }
  }
}`,
    variables: {},
  },
];

/** What a channel may be told, for the formats that have a subscription of their own. */
export const kinds: readonly { readonly type: ActivityType; readonly label: string }[] = [
  { type: 'PROPOSED', label: 'A lesson waits for review' },
  { type: 'SUGGESTED', label: 'A revision is suggested' },
  { type: 'APPROVED', label: 'A lesson was approved' },
  { type: 'REJECTED', label: 'A lesson was rejected' },
  { type: 'FLAGGED', label: 'A lesson was flagged' },
  { type: 'REVISED', label: 'A lesson was revised' },
];
