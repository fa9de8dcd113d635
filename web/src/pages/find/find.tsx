import { useDeferredValue, useMemo } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { useKeys } from '../../app/keys.ts';
import { useSession } from '../../app/session.tsx';
import { Button } from '../../design/button.tsx';
import { Icon } from '../../design/icon.tsx';
import { useTitle } from '../../design/page.tsx';
import { FilterBar } from './filter-bar.tsx';
import { agentAsks, type Filters, filterOf, filtersOf, isSearch, orders, paramsWith } from './filters.ts';
import './find.css';
import { Results } from './results.tsx';

export default function Find() {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const { can } = useSession();
  const filters = useMemo(() => filtersOf(params), [params]);
  const change = (part: Partial<Filters>) => navigate(`/find${paramsWith(filters, part)}`, { replace: true });
  useTitle(filters.q ? `${filters.q} – Find` : 'Find');
  useKeys({ '/': () => document.querySelector<HTMLInputElement>('#find-text')?.focus() });
  const asked = useDeferredValue(filters);
  const asAgent = asked.agent !== '' && isSearch(asked);
  const filter = filterOf(
    asAgent ? { ...asked, status: '', confidence: '', age: '', flags: '', decided: '' } : asked,
    new Date(),
  );
  return (
    <div className="find">
      <h1 className="visually-hidden">Find</h1>
      <search className="find-head">
        <div className="find-field">
          <Icon name="find" />
          <input
            id="find-text"
            className="input"
            type="search"
            // biome-ignore lint/a11y/noAutofocus: the page is this field
            autoFocus
            aria-label="Search lessons by their words or meaning"
            placeholder="An error message, a tool, what you are about to do…"
            value={filters.q}
            onChange={(event) => change({ q: event.target.value })}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
          {isSearch(filters) && (
            <Button
              aria-pressed={filters.agent !== ''}
              className={filters.agent ? 'find-pressed' : ''}
              onClick={() => change({ agent: filters.agent ? '' : 'yes' })}
              title={`At most ${agentAsks.first} results, none below a score of ${agentAsks.minScore}: what an agent's query gives`}
            >
              As an agent sees it
            </Button>
          )}
        </div>
        <FilterBar filters={filters} change={change} canSeeAll={can('REVIEWER')} />
      </search>
      <Results
        text={asked.q.trim()}
        filter={filter}
        order={orders[asked.order]?.order ?? { field: 'CREATED_AT', direction: 'DESC' }}
        search={isSearch(asked)}
        asAgent={asAgent}
        filtered={paramsWith(asked, { q: '', order: '', agent: '' }) !== ''}
        clear={() => navigate('/find')}
      />
    </div>
  );
}
