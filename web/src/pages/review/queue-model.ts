import type { QueueSuggestionFragment, QueueUnitFragment } from '../../gql/graphql.ts';
import { isHeld } from '../../lesson/held.ts';

/** A row of the queue: a unit that waits, or a suggested revision of one that is approved. */
export interface Item {
  readonly kind: 'unit' | 'suggestion';
  readonly id: string;
  readonly title: string;
  readonly domains: readonly string[];
  readonly at: string;
  readonly isHeld: boolean;
  /** Of a unit: what is decided over. */
  readonly version: number;
}

export type Show = 'all' | 'new' | 'revisions' | 'held';

export const shows: readonly { readonly value: Show; readonly label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'new', label: 'New' },
  { value: 'revisions', label: 'Revisions' },
  { value: 'held', label: 'Held' },
];

export const isShow = (value: string | null): value is Show => shows.some((show) => show.value === value);

const unitItem = (unit: QueueUnitFragment): Item => ({
  kind: 'unit',
  id: unit.id,
  title: unit.insight.summary,
  domains: unit.domains,
  at: unit.createdAt,
  isHeld: isHeld(unit),
  version: unit.version,
});

const suggestionItem = ({ id, createdAt, knowledgeUnit }: QueueSuggestionFragment): Item => ({
  kind: 'suggestion',
  id,
  title: knowledgeUnit?.insight.summary ?? 'A unit that is not there any more',
  domains: knowledgeUnit?.domains ?? [],
  at: createdAt,
  isHeld: false,
  version: 0,
});

/** What waits, oldest first. */
export const itemsOf = (units: readonly QueueUnitFragment[], suggestions: readonly QueueSuggestionFragment[]): Item[] =>
  [...units.map(unitItem), ...suggestions.map(suggestionItem)].sort((a, b) => (a.at < b.at ? -1 : 1));

/** The rows with what is new at their end: nothing that is seen moves, and what waits no longer stays in its place. */
export function merge(rows: readonly Item[], fresh: readonly Item[]): readonly Item[] {
  const byId = new Map(fresh.map((item) => [item.id, item]));
  const known = new Set(rows.map(({ id }) => id));
  const added = fresh.filter(({ id }) => !known.has(id));
  return [...rows.map((row) => byId.get(row.id) ?? row), ...added];
}

export const groupOf = ({ kind, isHeld }: Item): Exclude<Show, 'all'> =>
  kind === 'suggestion' ? 'revisions' : isHeld ? 'held' : 'new';

/** The rows that the filter lets through: by group, and by words of title and domains. */
export function visible(rows: readonly Item[], show: Show, text: string): readonly Item[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const haystack = `${row.title} ${row.domains.join(' ')}`.toLowerCase();
    return (show === 'all' || groupOf(row) === show) && words.every((word) => haystack.includes(word));
  });
}

/** The row that comes after `id` and is `open`; at the end the one before; else none. */
export function nextOpen(
  rows: readonly Item[],
  id: string | undefined,
  open: (row: Item) => boolean,
): Item | undefined {
  const index = rows.findIndex((row) => row.id === id);
  return rows.slice(index + 1).find(open) ?? rows.slice(0, Math.max(index, 0)).findLast(open);
}

/** The row one step up or down from `id`. */
export function step(rows: readonly Item[], id: string | undefined, by: 1 | -1): Item | undefined {
  const index = rows.findIndex((row) => row.id === id);
  if (index < 0) return rows[0];
  return rows[index + by];
}
