import { count } from '../../design/numbers.ts';
import { graphql } from '../../gql/gql.ts';
import type { ProposerFragment } from '../../gql/graphql.ts';

graphql(`
  fragment Proposer on User {
    id
    username
    proposalRecord {
      pending
      approved
      rejected
      withdrawn
    }
  }
`);

/** The server counts no more of one person's units. */
const counted = 1000;

/** Who proposed it, and what became of the units that they proposed so far. */
export function Proposer({ proposer }: { readonly proposer: ProposerFragment | null }) {
  return (
    <section>
      <h2>Proposer</h2>
      <p>{proposer ? proposer.username : <span className="muted">The account is not there any more.</span>}</p>
      {proposer?.proposalRecord && <p className="muted">{recordOf(proposer.proposalRecord)}</p>}
    </section>
  );
}

/** In a sentence; what there is none of is left out. */
function recordOf(record: NonNullable<ProposerFragment['proposalRecord']>): string {
  const { pending, approved, rejected, withdrawn } = record;
  const parts = [
    [approved, 'approved'],
    [rejected, 'rejected'],
    [withdrawn, 'approved once'],
    [pending, pending === 1 ? 'waits' : 'wait'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, words]) => `${count(number)} ${words}`);
  if (said.length === 0) return 'No lesson of theirs is here.';
  const all = pending + approved + rejected + withdrawn;
  return `${said.join(', ')}${all >= counted ? `, of the last ${count(counted)}` : ''}`;
}
