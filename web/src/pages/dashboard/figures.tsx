import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { count, percent } from '../../design/numbers.ts';
import { Time } from '../../design/time.tsx';
import type { DashboardQuery } from '../../gql/graphql.ts';
import { change, figuresOf } from './trends.ts';

type Stats = NonNullable<DashboardQuery['stats']>;

interface Props {
  readonly stats: Stats;
  /** Null for those who do not review. */
  readonly queue: { readonly totalCount: number; readonly nodes: readonly { id: string; createdAt: string }[] } | null;
  /** How many suggested revisions wait. */
  readonly suggestions: number;
}

export function Figures({ stats, queue, suggestions }: Props) {
  const figures = figuresOf(stats.trends);
  const of = (status: string) => stats.statusCounts.find((each) => each.status === status)?.count ?? 0;
  const [oldest] = queue?.nodes ?? [];
  return (
    <ul className="figures">
      {queue && (
        <>
          <Figure
            name="Waiting"
            href="/review"
            about={`${figures.proposedInWeek} proposed in a week`}
            line={figures.proposed}
          >
            {count(queue.totalCount + suggestions)}
          </Figure>
          <Figure name="Oldest" href={oldest ? `/review/${oldest.id}` : '/review'} about="since it was proposed">
            {oldest ? <Time at={oldest.createdAt} /> : '–'}
          </Figure>
        </>
      )}
      <Figure
        name="Decided today"
        {...(queue && { href: '/find?status=all&order=updated' })}
        about={`${figures.decidedInWeek} in a week, ${change(figures.decidedInWeek, figures.decidedBefore)}`}
        line={figures.decided}
      >
        {count(figures.decidedToday)}
      </Figure>
      <Figure name="Approved share" about="of what was decided in 30 days">
        {percent(figures.approvedShare.approved, figures.approvedShare.decided)}
      </Figure>
      <Figure name="Approved units" href="/find" about={`${count(stats.totalCount)} in all`}>
        {count(of('APPROVED'))}
      </Figure>
    </ul>
  );
}

interface FigureProps {
  readonly name: string;
  readonly about: string;
  readonly href?: string;
  readonly line?: readonly number[];
  readonly children: ReactNode;
}

function Figure({ name, about, href, line, children }: FigureProps) {
  const inside = (
    <>
      <span className="label">{name}</span>
      <span className="figure-value number">{children}</span>
      <span className="muted figure-about">{about}</span>
      {line && <Sparkline values={line} />}
    </>
  );
  return <li>{href ? <Link href={href}>{inside}</Link> : <div>{inside}</div>}</li>;
}

function Sparkline({ values }: { readonly values: readonly number[] }) {
  const [width, height, most] = [120, 24, Math.max(1, ...values)];
  const points = values.map((value, index) => {
    const x = values.length > 1 ? (index / (values.length - 1)) * width : 0;
    return `${x.toFixed(1)},${(height - 1 - (value / most) * (height - 2)).toFixed(1)}`;
  });
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}
