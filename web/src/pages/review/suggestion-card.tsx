import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { useKeys } from '../../app/keys.ts';
import { Tag } from '../../design/badge.tsx';
import { CodeLine } from '../../design/code-text.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { Time } from '../../design/time.tsx';
import type { ReviewSuggestionQuery } from '../../gql/graphql.ts';
import { Changes } from '../../lesson/changes.tsx';
import { LessonText } from '../../lesson/lesson.tsx';
import { ActionBar } from './action-bar.tsx';
import { type CardProps, DecidedNotice } from './card.tsx';
import { suggestionQuery } from './documents.ts';
import { Outdated } from './outdated.tsx';
import { Proposer } from './proposer.tsx';
import { RejectNote } from './reject-note.tsx';
import { SwipeCard } from './swipe-card.tsx';
import { readHere } from './use-read-next.ts';

export type SuggestionToReview = Extract<ReviewSuggestionQuery['node'], { readonly isOutdated: boolean }>;

export function SuggestionCard({ id, ...props }: CardProps) {
  const [{ data, error }, refetch] = useQuery({ query: suggestionQuery, variables: { id } });
  if (error && !data) return <Failure error={error} retry={() => refetch({ requestPolicy: 'network-only' })} />;
  if (!data) return <Skeleton lines={8} />;
  const suggestion = data.node as SuggestionToReview | null;
  if (!suggestion?.changes) return <Empty title="This suggestion is not there">It was taken back.</Empty>;
  return (
    <Loaded suggestion={suggestion} refetch={() => refetch({ requestPolicy: 'network-only' })} id={id} {...props} />
  );
}

function Loaded({
  suggestion,
  item,
  decided,
  decide,
  goOn,
  refetch,
}: CardProps & { suggestion: SuggestionToReview; refetch: () => void }) {
  const [rejecting, setRejecting] = useState(false);
  const unit = suggestion.knowledgeUnit;
  const isOver = suggestion.status !== 'PENDING' || decided !== undefined;
  const row = item ?? {
    kind: 'suggestion' as const,
    id: suggestion.id,
    title: unit?.insight.summary ?? 'A suggestion',
    domains: [],
    at: suggestion.createdAt,
    isHeld: false,
    version: 0,
  };
  const blocked = !unit
    ? 'Its unit is not there any more'
    : suggestion.isOutdated
      ? 'Bring it up to date first'
      : undefined;
  const approve = () => {
    if (isOver) return goOn();
    if (blocked || !unit) return;
    decide.approve(row, unit.version);
    goOn();
  };
  const reject = () => (isOver ? goOn() : setRejecting(true));
  useKeys({ a: approve, enter: approve, r: reject }, !rejecting);
  return (
    <>
      <div className="review-card">
        <DecidedNotice decided={decided} review={suggestion.review} />
        <SwipeCard deeds={{ right: blocked ? undefined : approve, left: reject, up: goOn }}>
          <article ref={readHere} className="card" tabIndex={-1} data-reading="" aria-label={row.title}>
            <header className="card-head">
              <p className="label">Suggested revision</p>
              <h2>
                <CodeLine text={row.title} />
              </h2>
              <div className="row">
                {unit?.domains.map((domain) => (
                  <Tag key={domain}>{domain}</Tag>
                ))}
              </div>
              <p className="muted">
                Suggested <Time at={suggestion.createdAt} /> by {suggestion.author?.username ?? 'somebody'}, against
                version {suggestion.baseVersion}
              </p>
              {suggestion.reason && <p className="card-reason">“{suggestion.reason}”</p>}
            </header>
            {suggestion.isOutdated && !isOver && <Outdated suggestion={suggestion} refetch={refetch} />}
            <Changes changes={suggestion.changes} />
          </article>
        </SwipeCard>
      </div>
      <aside className="beside" aria-label="The unit as it is">
        <Proposer proposer={suggestion.author} />
        {unit && (
          <section>
            <h2>As it is now, version {unit.version}</h2>
            <LessonText content={unit} />
            <p>
              <Link href={`/units/${unit.id}`}>All about this unit</Link>
            </p>
          </section>
        )}
      </aside>
      {rejecting ? (
        <RejectNote
          cancel={() => setRejecting(false)}
          send={(note) => {
            decide.reject(row, unit?.version ?? 1, note);
            setRejecting(false);
            goOn();
          }}
        />
      ) : (
        <ActionBar {...{ approve, reject, goOn, isOver, blocked }} />
      )}
    </>
  );
}
