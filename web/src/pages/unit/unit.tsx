import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { useSession } from '../../app/session.tsx';
import { StatusBadge, Tag } from '../../design/badge.tsx';
import { CodeLine } from '../../design/code-text.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { useTitle } from '../../design/page.tsx';
import { Time } from '../../design/time.tsx';
import { LessonText } from '../../lesson/lesson.tsx';
import { onEvents } from '../../live/live.ts';
import { UnitActions } from './actions.tsx';
import { unitPageQuery } from './documents.ts';
import { Revise } from './revise.tsx';
import { State } from './state.tsx';
import { Timeline } from './timeline.tsx';
import './unit.css';
import type { WholeUnit } from './whole-unit.ts';

export default function Unit({ id }: { readonly id: string }) {
  const { can } = useSession();
  const [{ data, error, fetching }, refetch] = useQuery({
    query: unitPageQuery,
    variables: { id, reviews: can('REVIEWER') },
    requestPolicy: 'cache-and-network',
  });
  const refresh = () => refetch({ requestPolicy: 'network-only' });
  const unit = data?.knowledgeUnit;
  useEffect(
    () =>
      onEvents((events) => {
        if (events.some(({ knowledgeUnit }) => knowledgeUnit.id === id)) refetch({ requestPolicy: 'network-only' });
      }),
    [id, refetch],
  );
  useTitle(unit?.insight.summary ?? 'A lesson');
  if (!unit && error) return <Failure error={error} retry={refresh} />;
  if (!unit && fetching) return <Skeleton lines={10} />;
  if (!unit)
    return (
      <Empty title="This lesson is not there" actions={<Link href="/find">Find another one</Link>}>
        It was erased, or it is not for your account, or the address was cut off when it was copied.
      </Empty>
    );
  return <Whole unit={unit} refresh={refresh} />;
}

function Whole({ unit, refresh }: { readonly unit: WholeUnit; readonly refresh: () => void }) {
  const [revising, setRevising] = useState(false);
  const { insight, domains, status, supersededBy, withdrawal, review, version } = unit;
  return (
    <div className="unit">
      <article className="unit-lesson" aria-label={insight.summary}>
        <header className="stack">
          <div className="row">
            <StatusBadge status={status} />
            <span className="muted">version {version}</span>
            <UnitActions unit={unit} refresh={refresh} revise={() => setRevising(true)} />
          </div>
          <h1>
            <CodeLine text={insight.summary} />
          </h1>
          <div className="row">
            {domains.map((domain) => (
              <Link key={domain} href={`/find?domain=${encodeURIComponent(domain)}`} className="unit-domain">
                <Tag>{domain}</Tag>
              </Link>
            ))}
          </div>
          {supersededBy && (
            <p className="unit-notice">
              Another lesson has taken its place:{' '}
              <Link href={`/units/${supersededBy.id}`}>{supersededBy.insight.summary}</Link>
            </p>
          )}
          {withdrawal && (
            <p className="unit-notice">
              Taken out by {withdrawal.withdrawnBy?.username ?? 'somebody'} <Time at={withdrawal.withdrawnAt} />
              {withdrawal.reason && `: “${withdrawal.reason}”`}
            </p>
          )}
          {status === 'REJECTED' && review?.note && <p className="unit-notice">Rejected: “{review.note}”</p>}
        </header>
        {revising ? (
          <Revise
            unit={unit}
            close={() => {
              setRevising(false);
              refresh();
            }}
          />
        ) : (
          <LessonText content={unit} level={2} />
        )}
        <Timeline unit={unit} />
      </article>
      <State unit={unit} />
    </div>
  );
}
