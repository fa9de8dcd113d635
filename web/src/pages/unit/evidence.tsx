import { Confidence } from '../../design/confidence.tsx';
import { count, plural } from '../../design/numbers.ts';
import { Time } from '../../design/time.tsx';
import { ConfidenceLine } from './confidence-line.tsx';
import { Confirmations } from './confirmations.tsx';
import { Fact } from './fact.tsx';
import type { WholeUnit } from './whole-unit.ts';

const tiers: Record<string, string> = { LOCAL: 'local', PRIVATE: 'private', PUBLIC: 'public' };

/** How far it may be trusted, how that came about, and by whose word. */
export function Evidence({ unit }: { readonly unit: WholeUnit }) {
  const { evidence, proposedBy } = unit;
  return (
    <section aria-label="Evidence">
      <h2>Evidence</h2>
      <dl className="facts">
        <Fact name="Confidence">
          <Confidence value={evidence.confidence} />
        </Fact>
        <Fact name="Confirmations">
          {count(evidence.confirmations)}, by {plural(evidence.confirmers, 'other person', 'other people')}
        </Fact>
        {evidence.lastConfirmedAt && (
          <Fact name="Last confirmed">
            <Time at={evidence.lastConfirmedAt} />
          </Fact>
        )}
        <Fact name="Proposed">
          <Time at={unit.createdAt} />
          {proposedBy && ` by ${proposedBy.username}`}
        </Fact>
        <Fact name="Tier">{tiers[unit.tier] ?? unit.tier}</Fact>
      </dl>
      <ConfidenceLine points={unit.confidenceHistory} />
      <Confirmations unit={unit} />
    </section>
  );
}
