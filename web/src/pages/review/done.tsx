import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Button } from '../../design/button.tsx';
import { Empty } from '../../design/empty.tsx';
import { count, plural } from '../../design/numbers.ts';
import { graphql } from '../../gql/gql.ts';

const todayQuery = graphql(`
  query DecidedToday($from: Date!) {
    stats {
      totalCount
      trends(from: $from) {
        approved
        rejected
      }
    }
  }
`);

interface Props {
  /** Whether something waits that the filter hides. */
  readonly filtered: boolean;
  readonly clear: () => void;
}

/** What stands in the place of the card when nothing waits. */
export function Done({ filtered, clear }: Props) {
  const from = new Date().toISOString().slice(0, 10);
  const [{ data }] = useQuery({ query: todayQuery, variables: { from }, requestPolicy: 'cache-and-network' });
  if (filtered)
    return (
      <Empty
        title="Nothing that this filter lets through"
        actions={<Button onClick={clear}>Show all that waits</Button>}
      />
    );
  const decided = (data?.stats?.trends ?? []).reduce((sum, day) => sum + day.approved + day.rejected, 0);
  const isEmpty = data?.stats?.totalCount === 0;
  return (
    <Empty
      title="Nothing waits"
      actions={
        <>
          <Link href="/attention" asChild>
            <Button>What needs attention</Button>
          </Link>
          <Link href="/dashboard" asChild>
            <Button>Dashboard</Button>
          </Link>
        </>
      }
    >
      {isEmpty ? (
        <p>
          The commons is empty. Lessons come from agents: <Link href="/connect">connect one</Link>, and what it proposes
          shows here.
        </p>
      ) : (
        <p>
          {decided > 0 ? `${count(decided)} decided today.` : 'New lessons show here by themselves.'}{' '}
          {data?.stats && `The commons has ${plural(data.stats.totalCount, 'unit')}.`}
        </p>
      )}
    </Empty>
  );
}
