import { Badge, Tag } from '../../design/badge.tsx';
import { CodeLine } from '../../design/code-text.tsx';
import { Confidence } from '../../design/confidence.tsx';
import { plural } from '../../design/numbers.ts';
import { Time } from '../../design/time.tsx';
import type { ReviewUnitFragment } from '../../gql/graphql.ts';
import { LessonText } from '../../lesson/lesson.tsx';
import { Held } from './held.tsx';
import { readHere } from './use-read-next.ts';

export function UnitLesson({ unit, refetch }: { readonly unit: ReviewUnitFragment; readonly refetch: () => void }) {
  const { evidence, insight, domains, proposedBy, createdAt, version } = unit;
  return (
    <article ref={readHere} className="card" tabIndex={-1} data-reading="" aria-label={insight.summary}>
      <header className="card-head">
        <h2>
          <CodeLine text={insight.summary} />
        </h2>
        <div className="row">
          {domains.map((domain) => (
            <Tag key={domain}>{domain}</Tag>
          ))}
        </div>
        <p className="row muted">
          <span>
            Proposed <Time at={createdAt} /> by {proposedBy?.username ?? 'somebody'}
          </span>
          <Confidence value={evidence.confidence} />
          <span>{plural(evidence.confirmations, 'confirmation')}</span>
          {version > 1 && <Badge>version {version}</Badge>}
        </p>
      </header>
      <Held unit={unit} refetch={refetch} />
      <LessonText content={unit} />
    </article>
  );
}
