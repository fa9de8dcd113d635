import { useState } from 'react';
import { useQuery } from 'urql';
import { Failure } from '../../app/failure.tsx';
import { useKeys } from '../../app/keys.ts';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { useSignal } from '../../design/signal.ts';
import type { ReviewUnitFragment } from '../../gql/graphql.ts';
import { isHeld } from '../../lesson/held.ts';
import { ActionBar } from './action-bar.tsx';
import { ActionSheet } from './action-sheet.tsx';
import { Amend } from './amend.tsx';
import { Beside } from './beside.tsx';
import { type CardProps, DecidedNotice } from './card.tsx';
import { unitQuery } from './documents.ts';
import { drafts } from './drafts.ts';
import { firstChoice, nearOf } from './near.ts';
import { RejectNote } from './reject-note.tsx';
import { sheetActions } from './sheet-actions.ts';
import { SwipeCard } from './swipe-card.tsx';
import { UnitLesson } from './unit-lesson.tsx';

export function UnitCard({ id, ...props }: CardProps) {
  const [{ data, error }, refetch] = useQuery({ query: unitQuery, variables: { id } });
  const unit = data?.knowledgeUnit;
  if (error && !data) return <Failure error={error} retry={() => refetch({ requestPolicy: 'network-only' })} />;
  if (!data) return <Skeleton lines={8} />;
  if (!unit) return <Empty title="This lesson is not there">It was erased, or the address was cut off.</Empty>;
  return <Loaded unit={unit} refetch={() => refetch({ requestPolicy: 'network-only' })} id={id} {...props} />;
}

type Mode = 'read' | 'reject' | 'amend';

function Loaded({
  unit,
  item,
  decided,
  decide,
  goOn,
  refetch,
}: CardProps & { unit: ReviewUnitFragment; refetch: () => void }) {
  const near = nearOf(unit);
  const [chosen, setChosen] = useState(() => firstChoice(near));
  const refused = useSignal(drafts).get(unit.id)?.errors;
  const [mode, setMode] = useState<Mode>(refused ? 'amend' : 'read');
  const [sheetIsOpen, setSheetIsOpen] = useState(false);
  const held = isHeld(unit);
  const isOver = unit.status !== 'PENDING' || decided !== undefined;
  const other = near[chosen];
  const target = other?.unit.status === 'APPROVED' ? other : undefined;
  const row = item ?? {
    kind: 'unit' as const,
    id: unit.id,
    title: unit.insight.summary,
    domains: unit.domains,
    at: unit.createdAt,
    isHeld: held,
    version: unit.version,
  };
  /** Of what somebody else has decided over meanwhile, any key goes on to the next. */
  const then = (run: () => void) => () => {
    if (!isOver) run();
    goOn();
  };
  const approve = () => {
    if (isOver) return goOn();
    if (held) return;
    decide.approve(row, unit.version);
    goOn();
  };
  const startReject = () => (isOver ? goOn() : setMode('reject'));
  const merge = target && then(() => decide.merge(row, target));
  const supersede = target && !held ? then(() => decide.supersede(row, unit.version, target)) : undefined;
  const amend = () => (isOver ? goOn() : setMode('amend'));
  const choose = Object.fromEntries(near.map((_, index) => [String(index + 1), () => setChosen(index)]));
  useKeys(
    {
      a: approve,
      enter: approve,
      r: startReject,
      e: amend,
      ...(merge && { m: merge }),
      ...(supersede && { p: supersede }),
      ...choose,
    },
    mode === 'read',
  );

  return (
    <>
      <div className="review-card">
        <DecidedNotice decided={decided} review={unit.review} />
        {mode === 'amend' ? (
          <Amend
            unit={unit}
            close={() => setMode('read')}
            saved={refetch}
            approve={(input) => {
              decide.amend(row, unit.version, input);
              setMode('read');
              goOn();
            }}
          />
        ) : (
          <SwipeCard
            deeds={{ right: held ? undefined : approve, left: startReject, up: goOn, hold: () => setSheetIsOpen(true) }}
          >
            <UnitLesson unit={unit} refetch={refetch} />
          </SwipeCard>
        )}
      </div>
      <Beside unit={unit} near={near} chosen={chosen} choose={setChosen} />
      {mode === 'reject' ? (
        <RejectNote
          cancel={() => setMode('read')}
          send={(note) => {
            decide.reject(row, unit.version, note);
            setMode('read');
            goOn();
          }}
        />
      ) : (
        mode === 'read' && (
          <ActionBar
            {...{ approve, goOn, isOver, merge, supersede }}
            isHeld={held}
            reject={startReject}
            amend={amend}
          />
        )
      )}
      <ActionSheet
        open={sheetIsOpen}
        close={() => setSheetIsOpen(false)}
        title={unit.insight.summary}
        actions={sheetActions({
          approve,
          reject: startReject,
          goOn,
          amend,
          merge,
          supersede,
          held,
          insight: unit.insight,
        })}
      />
    </>
  );
}
