import { useMemo } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { Button } from '../../design/button.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { More } from '../../design/more.tsx';
import { plural } from '../../design/numbers.ts';
import { usePages } from '../../design/use-pages.ts';
import type { AuditLogQuery } from '../../gql/graphql.ts';
import { groups } from './audit-groups.ts';
import { AuditTable } from './audit-table.tsx';
import { auditQuery } from './documents.ts';
import { NewEntries } from './new-entries.tsx';
import { saveLines } from './save-lines.ts';

export type AuditRow = NonNullable<AuditLogQuery['auditLog']>['nodes'][number];

export function AuditLog() {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const chosen = groups.find(({ value }) => value === (params.get('about') ?? '')) ?? groups[0];
  const target = params.get('target') ?? '';
  const filter = useMemo(
    () => ({
      ...((chosen?.actions.length ?? 0) > 0 && { actions: chosen?.actions }),
      ...(target && { target }),
    }),
    [chosen, target],
  );
  const { rows, data, loading, error, more, refresh } = usePages({
    query: auditQuery,
    variables: { filter, first: 100 },
    pageOf: ({ auditLog }): { rows: readonly AuditRow[]; next: string | null } => ({
      rows: auditLog?.nodes ?? [],
      next: auditLog?.pageInfo.hasNextPage ? auditLog.pageInfo.endCursor : null,
    }),
  });
  const passes = (entry: Pick<AuditRow, 'action' | 'target'>) =>
    (filter.actions?.includes(entry.action) ?? true) && (target === '' || entry.target === target);
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    navigate(`/admin/audit${next.size > 0 ? `?${next}` : ''}`, { replace: true });
  };
  return (
    <div className="stack">
      <div className="admin-head">
        <div className="row">
          <select
            className="input admin-filter"
            aria-label="What it is about"
            value={chosen?.value ?? ''}
            onChange={(event) => set('about', event.target.value)}
          >
            {groups.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <input
            className="input admin-filter"
            type="search"
            aria-label="The id of what it was done to"
            placeholder="Done to: an id"
            value={target}
            onChange={(event) => set('target', event.target.value)}
          />
          <NewEntries from={data?.auditCursor} passes={passes} show={refresh} />
          <span className="muted">{data?.auditLog && plural(data.auditLog.totalCount, 'entry', 'entries')}</span>
        </div>
        <Button onClick={() => saveLines('audit.jsonl', rows)} disabled={rows.length === 0}>
          Save those shown as JSON lines
        </Button>
      </div>
      {error && rows.length === 0 ? (
        <Failure error={error} retry={refresh} />
      ) : loading && rows.length === 0 ? (
        <Skeleton />
      ) : rows.length === 0 ? (
        <Empty title="Nothing of that kind" />
      ) : (
        <AuditTable rows={rows} more={more} about={(id) => set('target', id)} />
      )}
      <More more={more} loading={loading} />
    </div>
  );
}
