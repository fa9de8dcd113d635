import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { count, percent } from '../../design/numbers.ts';
import { Time } from '../../design/time.tsx';
import type { DashboardQuery } from '../../gql/graphql.ts';
import { Sparkline } from './sparkline.tsx';
import { change, figuresOf, waitingOf } from './trends.ts';

type Stats = NonNullable<DashboardQuery['stats']>;

interface Props {
  readonly stats: Stats;
  /** Null for those who do not review. */
  readonly queue: { readonly totalCount: number; readonly nodes: readonly { id: string; createdAt: string }[] } | null;
  /** How many suggested revisions wait. */
  readonly suggestions: number;
}

export function Figures({ stats, queue, suggestions }: Props) {
  const { today, decidedToday, decided, proposed, approved, share } = figuresOf(stats.trends);
  const of = (status: string) => stats.statusCounts.find((each) => each.status === status)?.count ?? 0;
  const [oldest] = queue?.nodes ?? [];
  const waiting = queue ? waitingOf(stats.trends, queue.totalCount) : [];
  const inWeek = ({ week, before }: { week: number; before: number }, what = '') =>
    `${count(week)} ${what}in a week, ${change(week, before)}`;
  return (
    <ul className="figures">
      {queue && (
        <>
          <Figure
            name="Waiting"
            href="/review"
            about={change(waiting.at(-1) ?? 0, waiting.at(-8) ?? 0, 'a week ago')}
            line={waiting}
          >
            {count(queue.totalCount + suggestions)}
          </Figure>
          <Figure
            name="Oldest"
            href={oldest ? `/review/${oldest.id}` : '/review'}
            about={inWeek(proposed, 'proposed ')}
            line={proposed.line}
          >
            {oldest ? <Time at={oldest.createdAt} /> : '–'}
          </Figure>
        </>
      )}
      <Figure
        name="Decided today"
        {...(queue && { href: `/find?status=all&decided=${today}` })}
        about={inWeek(decided)}
        line={decided.line}
      >
        {count(decidedToday)}
      </Figure>
      <Figure
        name="Approved share"
        {...(queue && { href: '/find?status=all&decided=30d' })}
        about={shareInWords(share)}
        line={share.line}
      >
        {percent(share.all.approved, share.all.decided)}
      </Figure>
      <Figure name="Approved units" href="/find" about={inWeek(approved, 'approved ')} line={approved.line}>
        {count(of('APPROVED'))}
      </Figure>
    </ul>
  );
}

function shareInWords({ week, before }: { readonly week: number | null; readonly before: number | null }): string {
  const all = 'of what was decided in 30 days';
  if (week === null) return `${all}, nothing in a week`;
  return `${all}; ${week} % in a week${before === null ? '' : `, ${before} % in the week before that`}`;
}

interface FigureProps {
  readonly name: string;
  readonly about: string;
  readonly href?: string;
  readonly line: readonly number[];
  readonly children: ReactNode;
}

function Figure({ name, about, href, line, children }: FigureProps) {
  const inside = (
    <>
      <span className="label">{name}</span>
      <span className="figure-value number">{children}</span>
      <span className="muted figure-about">{about}</span>
      <Sparkline values={line} />
    </>
  );
  return <li>{href ? <Link href={href}>{inside}</Link> : <div>{inside}</div>}</li>;
}
