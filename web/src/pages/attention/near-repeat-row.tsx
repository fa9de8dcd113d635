import { Link } from 'wouter';
import { Badge } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { CodeLine } from '../../design/code-text.tsx';
import { Confidence } from '../../design/confidence.tsx';
import { plural, ratio } from '../../design/numbers.ts';
import { Time } from '../../design/time.tsx';
import { Comparison } from '../review/comparison.tsx';
import { basisWords } from '../review/near.ts';
import type { NearRepeatPair } from './near-repeats.tsx';

type Unit = NearRepeatPair['unit'];

interface Props {
  readonly pair: NearRepeatPair;
  readonly open: boolean;
  readonly toggle: () => void;
  readonly busy: boolean;
  readonly dismiss: () => void;
  readonly keep: (kept: Unit, other: Unit) => void;
}

/** Two units that say the same; opened, the difference word by word, and which of them to keep. */
export function NearRepeatRow({ pair, open, toggle, busy, dismiss, keep }: Props) {
  const { unit, other, basis, similarity } = pair;
  // the one that is trusted more comes first, else the older one
  const [one, two] =
    other.evidence.confidence > unit.evidence.confidence ||
    (other.evidence.confidence === unit.evidence.confidence && other.createdAt < unit.createdAt)
      ? [other, unit]
      : [unit, other];
  const about = (which: Unit, name: string) => (
    <div className="near-repeat-unit">
      <Link href={`/units/${which.id}`}>
        <CodeLine text={which.insight.summary} />
      </Link>
      <p className="row muted">
        <Confidence value={which.evidence.confidence} />
        <span>{plural(which.evidence.confirmations, 'confirmation')}</span>
        <Time at={which.createdAt} />
      </p>
      {open && (
        <div>
          <Button disabled={busy} onClick={() => keep(which, which === one ? two : one)}>
            Keep the {name}
          </Button>
        </div>
      )}
    </div>
  );
  return (
    <li className="attention-row" aria-label={`${one.insight.summary} and ${two.insight.summary}`}>
      <div className="attention-main">
        <div className="near-repeat-pair">
          {about(one, 'first')}
          {about(two, 'second')}
        </div>
        <p className="row muted">
          <Badge tone="warn" icon="copy">
            {basisWords[basis] ?? 'says the same'}
          </Badge>
          <span className="number" title="Similarity, at most 1">
            {ratio(similarity)}
          </span>
        </p>
        {open && (
          <section>
            <h2 className="visually-hidden">The difference word by word</h2>
            <Comparison before={one.insight} after={two.insight} names={['the first one', 'the second one']} />
          </section>
        )}
      </div>
      <div className="row">
        <Button aria-expanded={open} onClick={toggle}>
          {open ? 'Fold' : 'Keep one…'}
        </Button>
        <Button disabled={busy} onClick={dismiss}>
          Not the same
        </Button>
      </div>
    </li>
  );
}
