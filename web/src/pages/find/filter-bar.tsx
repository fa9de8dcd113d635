import { useQuery } from 'urql';
import { Button } from '../../design/button.tsx';
import { shortDay } from '../../design/days.ts';
import { domainsQuery } from './documents.ts';
import { ages, decidedDays, decisions, type Filters, isSearch, orders, paramsWith, statuses } from './filters.ts';

interface Props {
  readonly filters: Filters;
  readonly change: (part: Partial<Filters>) => void;
  readonly canSeeAll: boolean;
}

const confidences = [
  { value: '', label: 'Any confidence' },
  { value: '0.9-', label: '0.90 and more' },
  { value: '0.7-', label: '0.70 and more' },
  { value: '0.5-', label: '0.50 and more' },
  { value: '-0.5', label: 'Below 0.50' },
];

const flagOptions = [
  { value: '', label: 'Flagged or not' },
  { value: 'yes', label: 'Flagged' },
  { value: 'no', label: 'Not flagged' },
];

const uses = [
  { value: '', label: 'Used or not' },
  { value: 'yes', label: 'Used' },
  { value: 'never', label: 'Never used' },
];

export function FilterBar({ filters, change, canSeeAll }: Props) {
  const [{ data }] = useQuery({ query: domainsQuery });
  const domains = data?.stats?.domainCounts ?? [];
  const text = (
    name: 'domain' | 'language' | 'framework' | 'by',
    label: string,
    about = `${label}, several with commas between them`,
  ) => (
    <input
      className={`filter ${filters[name] ? 'filter-on' : ''}`}
      aria-label={about}
      placeholder={label}
      list={name === 'domain' ? 'domains' : undefined}
      value={filters[name]}
      onChange={(event) => change({ [name]: event.target.value })}
    />
  );
  const choice = (name: keyof Filters, label: string, options: readonly { value: string; label: string }[]) => (
    <select
      className={`filter ${filters[name] ? 'filter-on' : ''}`}
      aria-label={label}
      value={filters[name]}
      onChange={(event) => change({ [name]: event.target.value })}
    >
      {options.some(({ value }) => value === filters[name]) || <option value={filters[name]}>{filters[name]}</option>}
      {options.map(({ value, label: words }) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  );
  const none = {
    domain: '',
    language: '',
    framework: '',
    status: '',
    confidence: '',
    age: '',
    flags: '',
    decided: '',
    used: '',
    by: '',
  };
  return (
    <div className="filters">
      {text('domain', 'Domain')}
      {text('language', 'Language')}
      {text('framework', 'Framework')}
      {canSeeAll && choice('status', 'Status', statuses)}
      {choice('confidence', 'Confidence', confidences)}
      {choice('age', 'Age', ages)}
      {choice('flags', 'Flags', flagOptions)}
      {choice('used', 'Use', uses)}
      {canSeeAll && choice('decided', 'Decided', [...decisions, ...daysOf(filters.decided)])}
      {canSeeAll && text('by', 'Proposed by', 'Proposed by, a name')}
      {!isSearch(filters) &&
        choice(
          'order',
          'Order',
          Object.entries(orders).map(([value, { label }]) => ({ value, label })),
        )}
      {paramsWith(filters, { q: '', order: '', agent: '' }) !== '' && (
        <Button look="quiet" icon="cross" onClick={() => change(none)}>
          Clear filters
        </Button>
      )}
      <datalist id="domains">
        {domains.map(({ domain, count }) => (
          <option key={domain} value={domain}>
            {count}
          </option>
        ))}
      </datalist>
    </div>
  );
}

/** Days that the address names, in words. */
function daysOf(value: string) {
  if (decisions.some((each) => each.value === value)) return [];
  const between = decidedDays(value, new Date());
  if (!between) return [];
  const [first, last] = between.map((day) => shortDay(day));
  return [{ value, label: first === last ? `Decided on ${first}` : `Decided ${first} – ${last}` }];
}
