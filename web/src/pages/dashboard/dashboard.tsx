import { useEffect, useMemo } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { useSession } from '../../app/session.tsx';
import { Button } from '../../design/button.tsx';
import { shortDay } from '../../design/days.ts';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { count } from '../../design/numbers.ts';
import { Page } from '../../design/page.tsx';
import type { UsedUnitFragment } from '../../gql/graphql.ts';
import { onEvents } from '../../live/live.ts';
import { ActivityList } from './activity-list.tsx';
import './dashboard.css';
import { Bars } from './bars.tsx';
import { Columns } from './columns.tsx';
import { dashboardQuery } from './documents.ts';
import { Figures } from './figures.tsx';
import { firstDay } from './trends.ts';
import { UsedList } from './used-list.tsx';

const days = 30;

export default function Dashboard() {
  const { can } = useSession();
  const reviews = can('REVIEWER');
  const from = useMemo(() => firstDay(new Date(), days), []);
  const [{ data, error }, refetch] = useQuery({
    query: dashboardQuery,
    variables: { from, reviews },
    requestPolicy: 'cache-and-network',
  });
  useEffect(() => onEvents(() => refetch({ requestPolicy: 'network-only' })), [refetch]);
  const stats = data?.stats;
  if (error && !data) return <Failure error={error} retry={() => refetch({ requestPolicy: 'network-only' })} />;
  if (!data) return <Skeleton lines={10} />;
  if (!stats) return <Empty title="No figures for your account" />;
  if (stats.totalCount === 0) return <Nothing />;
  return (
    <Page title="Dashboard">
      <Figures stats={stats} queue={data.reviewQueue ?? null} suggestions={data.suggestionQueue?.totalCount ?? 0} />
      <div className="charts">
        <Columns
          title="Decisions by day"
          rows={stats.trends.map(({ date, approved, rejected }) => ({
            label: date,
            values: [approved, rejected],
            // none of a day without decisions
            href: reviews && approved + rejected > 0 ? `/find?status=all&decided=${date}` : undefined,
          }))}
          series={[
            { name: 'Approved', tone: 'ok' },
            { name: 'Rejected', tone: 'bad' },
          ]}
          labelOf={shortDay}
        />
        <Columns
          title="Approved units by confidence"
          rows={stats.confidenceHistogram.map(({ lower, upper, count }) => ({
            label: `${lower.toFixed(1)} to ${upper.toFixed(1)}`,
            values: [count],
            href: `/find?confidence=${lower.toFixed(2)}-${upper.toFixed(2)}`,
          }))}
          series={[{ name: 'Units', tone: 'grey' }]}
          labelOf={(label) => label.slice(0, 3)}
        />
        <Bars
          title="Approved units by domain"
          of="Domain"
          rows={stats.domainCounts.map(({ domain, count }) => ({
            label: domain,
            value: count,
            href: `/find?domain=${encodeURIComponent(domain)}`,
          }))}
        />
        {stats.topContributors && stats.topContributors.length > 0 && (
          <Bars
            title="Who proposed what was approved in 90 days"
            of="Person"
            rows={stats.topContributors.map(({ user: { username }, approved }) => ({
              label: username,
              value: approved,
              href: `/find?by=${encodeURIComponent(username)}`,
            }))}
          />
        )}
        {stats.recentActivity && <ActivityList events={stats.recentActivity} />}
        <UsedList title="Most used" units={used(data.used?.nodes ?? [])} href="/find?order=most-used" />
        {stats.neverAnsweredCount > 0 ? (
          <UsedList
            title={`Never used: ${count(stats.neverAnsweredCount)}`}
            units={(data.unused?.nodes ?? []).filter(({ usage }) => usage.lastAnsweredAt === null)}
            href="/find?used=never"
          />
        ) : (
          <UsedList title="Long not used" units={data.unused?.nodes ?? []} href="/find?order=unused" />
        )}
      </div>
    </Page>
  );
}

/** Those that were used at all. */
const used = (units: readonly UsedUnitFragment[]) => units.filter(({ usage }) => usage.answers > 0);

function Nothing() {
  const { viewer, can } = useSession();
  return (
    <Empty
      title="The commons is empty"
      actions={
        viewer && (
          <Link href="/connect" asChild>
            <Button look="primary">Connect an agent</Button>
          </Link>
        )
      }
    >
      {can('REVIEWER')
        ? 'Once an agent has proposed something, it waits for you under Review, and the figures are here.'
        : 'Once an agent has proposed something and a reviewer has approved it, the figures are here.'}
    </Empty>
  );
}
