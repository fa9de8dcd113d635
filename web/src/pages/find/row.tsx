import { Link } from 'wouter';
import { Badge, StatusBadge, Tag } from '../../design/badge.tsx';
import { CodeLine } from '../../design/code-text.tsx';
import { Confidence } from '../../design/confidence.tsx';
import { toUtf16 } from '../../design/highlight.ts';
import { plural, ratio } from '../../design/numbers.ts';
import { Time } from '../../design/time.tsx';
import { excerpt } from './excerpt.ts';
import type { Found } from './results.tsx';
import { Signals } from './signals.tsx';

export function Row({ found: { node, score, signals, highlights } }: { readonly found: Found }) {
  const { insight, domains, evidence, flagCounts, status, createdAt } = node;
  const flags = flagCounts.reduce((sum, { count }) => sum + count, 0);
  const marks = toUtf16(insight.detail, highlights?.detail ?? []);
  const part = excerpt(insight.detail, marks);
  return (
    <article className="found-card">
      <div className="found-main">
        <h2>
          <Link href={`/units/${node.id}`}>
            <CodeLine text={insight.summary} marks={toUtf16(insight.summary, highlights?.summary ?? [])} />
          </Link>
        </h2>
        <p className="found-detail">
          <CodeLine text={part.text} marks={part.marks} />
        </p>
        <p className="row found-about">
          {status !== 'APPROVED' && <StatusBadge status={status} />}
          <Confidence value={evidence.confidence} />
          <span className="muted">{plural(evidence.confirmations, 'confirmation')}</span>
          {flags > 0 && (
            <Badge tone="warn" icon="flag">
              {plural(flags, 'flag')}
            </Badge>
          )}
          <span className="muted">
            <Time at={createdAt} />
          </span>
          {domains.slice(0, 5).map((domain) => (
            <Tag key={domain}>{domain}</Tag>
          ))}
        </p>
      </div>
      {score !== undefined && signals && (
        <div className="found-score">
          <span className="number" title="Score, from 0 to 1">
            {ratio(score)}
          </span>
          <Signals signals={signals} />
        </div>
      )}
    </article>
  );
}
