import { Link } from 'wouter';
import { Badge } from '../../design/badge.tsx';
import { countHidden } from '../../design/hidden-characters.ts';
import { Icon } from '../../design/icon.tsx';
import { plural } from '../../design/numbers.ts';
import type { ReviewUnitFragment } from '../../gql/graphql.ts';
import { isHeld } from '../../lesson/held.ts';
import type { NearUnit } from './near.ts';
import { NearList } from './near-list.tsx';
import { Proposer } from './proposer.tsx';

interface Props {
  readonly unit: ReviewUnitFragment;
  readonly near: readonly NearUnit[];
  readonly chosen: number;
  readonly choose: (index: number) => void;
}

/** What helps to decide: the nearest units, and what was looked at already. */
export function Beside({ unit, near, chosen, choose }: Props) {
  const repeats = near.filter(({ basis }) => basis !== null).length;
  const held = isHeld(unit);
  const { insight, context } = unit;
  const { pattern, languages, frameworks } = context;
  const texts = [insight.summary, insight.detail, insight.action, pattern ?? '', ...languages, ...frameworks];
  const hidden = countHidden([...texts, ...unit.domains]);
  return (
    <aside className="beside" aria-label="Beside this lesson">
      <section>
        <h2>Checks</h2>
        <ul className="checks">
          <li className={held ? 'check-bad' : 'check-ok'}>
            <Icon name={held ? 'lock' : 'check'} />
            {held
              ? 'Looks like credentials'
              : unit.secretsReleasedBy
                ? `Released by ${unit.secretsReleasedBy.username}`
                : 'No credentials'}
          </li>
          <li className={repeats > 0 ? 'check-warn' : 'check-ok'}>
            <Icon name={repeats > 0 ? 'copy' : 'check'} />
            {repeats > 0 ? `Says the same as ${plural(repeats, 'unit')}` : 'Not a repeat'}
          </li>
          {hidden > 0 && (
            <li className="check-bad">
              <Icon name="flag" />
              {plural(hidden, 'hidden character')}, shown by name
            </li>
          )}
        </ul>
      </section>
      <Proposer proposer={unit.proposedBy} />
      <section>
        <h2>Near this</h2>
        <NearList unit={unit} near={near} chosen={chosen} choose={choose} />
      </section>
      {unit.flagCounts.length > 0 && unit.flagCounts.some(({ count }) => count > 0) && (
        <section>
          <h2>Flags</h2>
          <ul className="row">
            {unit.flagCounts.map(({ reason, count }) => (
              <li key={reason}>
                <Badge tone="warn" icon="flag">
                  {reason.toLowerCase()} {count}
                </Badge>
              </li>
            ))}
          </ul>
        </section>
      )}
      <p>
        <Link href={`/units/${unit.id}`}>All about this unit</Link>
      </p>
    </aside>
  );
}
