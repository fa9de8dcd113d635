import type { KnowledgeFilter, KnowledgeUnitOrder, ReviewStatus } from '../../gql/graphql.ts';

/** What the address of the page says; an empty text is no condition. */
export interface Filters {
  readonly q: string;
  readonly domain: string;
  readonly language: string;
  readonly framework: string;
  readonly status: string;
  readonly confidence: string;
  readonly age: string;
  readonly flags: string;
  /** When it was decided over: a day, two with dots between them, or how many up to now; for reviewers. */
  readonly decided: string;
  /** Whether it was ever given as an answer. */
  readonly used: string;
  /** Who proposed it; for reviewers. */
  readonly by: string;
  readonly order: string;
  /** Whether the answer is the one that an agent gets. */
  readonly agent: string;
}

export const names = [
  'q',
  'domain',
  'language',
  'framework',
  'status',
  'confidence',
  'age',
  'flags',
  'decided',
  'used',
  'by',
  'order',
  'agent',
] as const;

export const filtersOf = (params: URLSearchParams): Filters =>
  Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as unknown as Filters;

/** The address of the page with one condition changed. */
export function paramsWith(filters: Filters, change: Partial<Filters>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filters, ...change })) if (value) params.set(name, value);
  return params.size > 0 ? `?${params}` : '';
}

export const statuses: readonly { readonly value: string; readonly label: string }[] = [
  { value: '', label: 'Approved' },
  { value: 'PENDING', label: 'Waiting' },
  { value: 'REJECTED', label: 'Rejected' },
  { value: 'RETIRED', label: 'Retired' },
  { value: 'SUPERSEDED', label: 'Superseded' },
  { value: 'all', label: 'All' },
];

const every: ReviewStatus[] = ['PENDING', 'APPROVED', 'REJECTED', 'RETIRED', 'SUPERSEDED'];

const days = { '7d': 7, '30d': 30, '90d': 90, '365d': 365 } as const;

export const ages = [
  { value: '', label: 'Any age' },
  { value: '7d', label: 'Past week' },
  { value: '30d', label: 'Past 30 days' },
  { value: '90d', label: 'Past 90 days' },
  { value: '365d', label: 'Past year' },
];

export const decisions = [
  { value: '', label: 'Decided whenever' },
  { value: '7d', label: 'Decided in the past week' },
  { value: '30d', label: 'Decided in the past 30 days' },
  { value: '90d', label: 'Decided in the past 90 days' },
];

const dayMs = 86_400_000;
const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

/** The first day and the last, in UTC as the server counts decisions by day; null for what says neither. */
export function decidedDays(text: string, now: Date): readonly [first: string, last: string] | null {
  const back = days[text as keyof typeof days];
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  if (back) return [dayOf(now.getTime() - (back - 1) * dayMs), dayOf(now.getTime())];
  const [first = '', last = first] = text.split('..');
  return isDay(first) && isDay(last) ? [first, last] : null;
}

function decidedIn(text: string, now: Date): KnowledgeFilter {
  const between = decidedDays(text, now);
  if (!between) return {};
  const [first, last] = between.map((day) => Date.parse(day)) as [number, number];
  return { reviewedAt: { from: new Date(first).toISOString(), to: new Date(last + dayMs).toISOString() } };
}

export const orders: Record<string, { readonly label: string; readonly order: KnowledgeUnitOrder }> = {
  '': { label: 'Newest', order: { field: 'CREATED_AT', direction: 'DESC' } },
  updated: { label: 'Changed last', order: { field: 'UPDATED_AT', direction: 'DESC' } },
  confidence: { label: 'Most trusted', order: { field: 'CONFIDENCE', direction: 'DESC' } },
  doubtful: { label: 'Least trusted', order: { field: 'CONFIDENCE', direction: 'ASC' } },
  flags: { label: 'Most flags', order: { field: 'FLAGS', direction: 'DESC' } },
  'most-used': { label: 'Most used', order: { field: 'ANSWERS', direction: 'DESC' } },
  unused: { label: 'Never or long not used', order: { field: 'LAST_ANSWERED_AT', direction: 'ASC' } },
  used: { label: 'Used last', order: { field: 'LAST_ANSWERED_AT', direction: 'DESC' } },
};

const listOf = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/**
 * `0.5-0.7` as a range, from the one, inclusive, to the other, exclusive but for 1, as the server's buckets are; an end that is missing or no
 * number is open.
 */
function rangeOf(text: string) {
  const [min, max] = text.split('-').map((end) => (end === '' || Number.isNaN(Number(end)) ? null : Number(end)));
  return { min: min ?? null, max: max && max < 1 ? justBelow(max) : (max ?? null) };
}

/** The greatest number below a positive one. */
function justBelow(value: number): number {
  const bits = new BigUint64Array(new Float64Array([value]).buffer);
  bits[0] = (bits[0] ?? 1n) - 1n;
  return new Float64Array(bits.buffer)[0] ?? value;
}

/** Before any server gave an answer: a unit that was never one was so before every instant. */
const beforeAll = '2000-01-01T00:00:00.000Z';

/** The conditions as the API takes them. */
export function filterOf(filters: Filters, now: Date): KnowledgeFilter {
  const age = days[filters.age as keyof typeof days];
  const [domains, languages, frameworks] = [filters.domain, filters.language, filters.framework].map(listOf);
  const status = statuses.find(({ value }) => value === filters.status)?.value;
  return {
    ...(domains?.length && { domains }),
    ...(languages?.length && { languages }),
    ...(frameworks?.length && { frameworks }),
    ...(status && { statuses: status === 'all' ? every : [status as ReviewStatus] }),
    ...(filters.confidence && { confidence: rangeOf(filters.confidence) }),
    // to the hour, so that the same question is asked again
    ...(age && { createdAt: { from: new Date(hour(now) - age * 86_400_000).toISOString() } }),
    ...decidedIn(filters.decided, now),
    ...(filters.flags && { hasFlags: filters.flags === 'yes' }),
    ...(filters.used && { lastAnsweredAt: filters.used === 'never' ? { to: beforeAll } : { from: beforeAll } }),
    ...(filters.by && { proposedBy: filters.by }),
  };
}

const hour = (now: Date) => Math.floor(now.getTime() / 3_600_000) * 3_600_000;

/** Whether there is something to rank by; else it is a list. */
export const isSearch = ({ q, domain }: Filters): boolean => q.trim() !== '' || domain.trim() !== '';

/** What an agent's query asks for, unless it says otherwise: see src/mcp/tools/query.graphql. */
export const agentAsks = { minScore: 0.21, first: 5 } as const;
