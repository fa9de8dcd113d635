import { Link } from 'wouter';
import { CodeLine } from '../../design/code-text.tsx';
import { count } from '../../design/numbers.ts';
import { Time } from '../../design/time.tsx';
import type { UsedUnitFragment } from '../../gql/graphql.ts';

interface Props {
  readonly title: string;
  readonly units: readonly UsedUnitFragment[];
  readonly href: string;
}

export const UsedList = ({ title, units, href }: Props) => (
  <section className="panel">
    <h2>
      <Link href={href}>{title}</Link>
    </h2>
    {units.length === 0 && <p className="muted">None.</p>}
    <ul className="stack">
      {units.map(({ id, insight, usage }) => (
        <li key={id} className="used">
          <Link href={`/units/${id}`}>
            <CodeLine text={insight.summary} />
          </Link>
          <span className="muted number">
            {usage.lastAnsweredAt ? (
              <>
                {count(usage.answers)} ×, <Time at={usage.lastAnsweredAt} />
              </>
            ) : (
              'never'
            )}
          </span>
        </li>
      ))}
    </ul>
  </section>
);
